import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { JOB_BUDGET_BYTES } from "../../src/image/budget.ts";
import type { Facts } from "../../src/image/facts.ts";
import { probe } from "../../src/image/probe/index.ts";
import { openEngine } from "./pictor/engines.ts";
import { difference, fromSharp } from "./pictures.ts";
import { planOf, streamOf } from "./plans.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly pixels: number;
  readonly decodes: boolean;
}

function entries(of: RegExp): Entry[] {
  const [, ...lines] = readFileSync(new URL("MANIFEST.tsv", CORPUS), "utf8").trim().split("\n");
  return lines
    .map((line) => line.split("\t"))
    .filter(([path]) => of.test(path!))
    .map(([path, , , bytes, , width, height, , expected]) => ({
      path: path!,
      bytes: Number(bytes),
      pixels: Number(width) * Number(height),
      decodes: expected === "decodes",
    }));
}

const { engine, pool } = openEngine();

/** What a request with `w=200&format=webp` comes to. */
async function outcome(path: string): Promise<string> {
  const bytes = new Uint8Array(readFileSync(new URL(path, CORPUS)));
  try {
    const facts = factsOf(bytes);
    const readable = engine.reads(facts);
    if (readable !== true) return `unsupported_format: ${readable.reason}`;
    const to = facts.orientation >= 5 ? facts.height : facts.width;
    const plan = planOf(facts, { to: Math.min(200, to), output: { format: "webp" } }, bytes.length);
    if (plan.peakBytes > JOB_BUDGET_BYTES) return "over budget";
    const result = await engine.render(plan, streamOf(bytes));
    const { width, height } = await sharp(result.bytes).metadata();
    const { output } = plan;
    return width === output.width && height === output.height ? "ok" : "wrong size";
  } catch (error) {
    if (error instanceof PictorError && error.code !== "internal") {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
}

function factsOf(bytes: Uint8Array): Facts {
  const result = probe(bytes, true);
  if (result.kind === "facts") return result.facts;
  throw new PictorError("broken_image", { detail: "The header has no end." });
}

describe.skipIf(!exists)("the corpus", () => {
  it("is answered, but for a few files with an exact reason", { timeout: 120_000 }, async () => {
    const ordinary = /^(jpeg|png|webp|avif|gif|orientation|quality)\//;
    const files = entries(ordinary).filter(({ decodes, pixels }) => decodes && pixels <= 8e6);
    const failures: string[] = [];
    for (const { path } of files) {
      const result = await outcome(path);
      if (result !== "ok") failures.push(`${path}: ${result}`);
    }
    console.log(`${files.length} files, not answered:\n${failures.join("\n")}`);
    const counted = failures.filter((line) => !/CMYK|over budget/.test(line));
    expect(counted.length).toBeLessThanOrEqual(files.length * 0.05);
  });

  it("of hostile files never gets anything but a PictorError out of the engine", {
    timeout: 120_000,
  }, async () => {
    const files = entries(/^hostile\//).filter(({ bytes }) => bytes < 4e6);
    const outcomes = new Map<string, number>();
    for (const { path } of files) {
      const kind = (await outcome(path)).split(":")[0]!;
      outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
    }
    console.log(files.length, "hostile files:", Object.fromEntries(outcomes));
    expect(pool.counts).toMatchObject({ busyBytes: 0 });
  });

  it.each([
    ["avif/libavif__abc_color_irot_alpha_irot.avif"],
    ["orientation/libvips__6.jpg"],
    ["orientation/libavif__paris_exif_orientation_5.jpg"],
    ["orientation/libvips__7.jpg"],
  ])("shows %s upright, as sharp does", async (path) => {
    const bytes = new Uint8Array(readFileSync(new URL(path, CORPUS)));
    const facts = factsOf(bytes);
    const plan = planOf(facts, { output: { format: "png" } }, bytes.length);
    const ours = await fromSharp(sharp((await engine.render(plan, streamOf(bytes))).bytes));
    const wanted = await fromSharp(sharp(bytes).autoOrient());
    expect(facts.orientation).toBeGreaterThan(4);
    expect(difference(ours, wanted).psnr).toBeGreaterThan(35);
  });
});
