import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { numbersFor } from "../../../src/engine/colour/numbers.ts";
import type { EngineInstance } from "../../../src/engine/pictor/instance.ts";
import { createInstance } from "../../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import { PictorError } from "../../../src/errors.ts";
import { JOB_BUDGET_BYTES } from "../../../src/image/budget.ts";
import type { Facts } from "../../../src/image/facts.ts";
import type { Plan } from "../../../src/image/job.ts";
import { peakBytes } from "../../../src/image/memory.ts";
import { instanceBytes } from "../../../src/image/memory-pictor.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { others } from "../modules.ts";
import { planOf, streamOf } from "../plans.ts";
import { openEngine } from "./engines.ts";
import { module } from "./module.ts";

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

function paths(of: RegExp): string[] {
  const [, ...lines] = readFileSync(new URL("MANIFEST.tsv", CORPUS), "utf8").trim().split("\n");
  return lines.map((line) => line.split("\t")[0]!).filter((path) => of.test(path));
}

const read = (path: string) => new Uint8Array(readFileSync(new URL(path, CORPUS)));

function factsOf(bytes: Uint8Array): Facts | undefined {
  const result = probe(bytes, true);
  return result.kind === "facts" ? result.facts : undefined;
}

function planFor(facts: Facts, to: number, format: "jpeg" | "webp" | "avif", bytes: number): Plan {
  const width = facts.orientation >= 5 ? facts.height : facts.width;
  const plan = planOf(facts, { to: Math.min(to, width), output: { format } }, bytes);
  return { ...plan, peakBytes: peakBytes(plan, bytes) };
}

/** Bytes up to the last that was written. A new memory is zero; the allocator writes where its last page ends. */
function highWater({ memory }: EngineInstance): number {
  const words = new BigUint64Array(memory.buffer);
  return (words.findLastIndex((word) => word !== 0n) + 1) * 8;
}

const { engine } = openEngine();

describe.skipIf(!exists)("the corpus' JPEG and WebP", () => {
  const ordinary = /^(jpeg|webp|orientation|quality|photo)\/.*\.(jpe?g|webp)$/;

  it("take no more memory than they were priced, and not much less", { timeout: 300_000 }, () => {
    const ratios: number[] = [];
    const refused: string[] = [];
    for (const path of paths(ordinary)) {
      const file = read(path);
      const facts = factsOf(file);
      if (facts === undefined || engine.reads(facts) !== true) continue;
      for (const format of ["jpeg", "webp", "avif"] as const) {
        const plan = planFor(facts, 800, format, file.length);
        try {
          const instance = createInstance(module, instanceBytes(plan, file.length));
          const { conversion, numbers } = numbersFor(plan, others.colourTable);
          instance.start(jobBytes(plan, undefined, conversion), [], numbers);
          expect(instance.feed(file, true), path).toBe(true);
          const measured = highWater(instance) + instance.output().length;
          expect(measured, `${path} → ${format}`).toBeLessThanOrEqual(plan.peakBytes);
          // AVIF's encoder has a memory of its own, which is not measured here.
          if (format !== "avif") ratios.push(plan.peakBytes / measured);
        } catch (error) {
          if (!(error instanceof PictorError)) throw error;
          refused.push(`${path} → ${format}: ${error.code} ${error.message}`);
        }
      }
    }
    const median = ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
    console.log(`${ratios.length} jobs: priced at ${median.toFixed(2)} of what they take (median)`);
    console.log(refused.join("\n"));
    expect(ratios.length).toBeGreaterThan(400);
    expect(median).toBeLessThanOrEqual(1.5);
    expect(refused.filter((line) => !line.includes("unsupported_format"))).toEqual([]);
  });

  it("photos of any size fit", () => {
    for (const path of paths(/^photo\/.*\.jpe?g$/)) {
      const file = read(path);
      const facts = factsOf(file)!;
      for (const to of [320, 800, 1600]) {
        expect(planFor(facts, to, "webp", file.length).peakBytes, path).toBeLessThanOrEqual(
          JOB_BUDGET_BYTES,
        );
      }
    }
  });
});

describe.skipIf(!exists)("the corpus' hostile files", () => {
  it("end in pixels or in a PictorError", { timeout: 300_000 }, async () => {
    const outcomes: Record<string, number> = {};
    for (const path of paths(/^hostile\/.*/)) {
      const file = read(path);
      let outcome = "not ours";
      try {
        const facts = factsOf(file);
        if (facts === undefined || engine.reads(facts) !== true) continue;
        const plan = planFor(facts, 200, "webp", file.length);
        if (plan.peakBytes > JOB_BUDGET_BYTES) outcome = "over budget";
        else {
          const { bytes } = await engine.render(plan, streamOf(file));
          const { width, height } = await sharp(bytes).metadata();
          expect({ width, height }, path).toMatchObject({
            width: plan.output.width,
            height: plan.output.height,
          });
          outcome = "ok";
        }
      } catch (error) {
        if (!(error instanceof PictorError)) throw error;
        expect(error.code, path).not.toBe("internal");
        outcome = error.code;
      }
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    console.log("hostile files:", outcomes);
    expect(Object.keys(outcomes).length).toBeGreaterThan(1);
  });
});
