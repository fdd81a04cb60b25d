/**
 * All modules of a job together: what the memories of those that live at the same time come to, and what is handed from
 * one to the next, is within what the plan announced. And animations: as much for a thousand frames as for ten.
 */
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/image/job.ts";
import { peakBytes } from "../../src/image/memory.ts";
import { animationFileBytes } from "../../src/image/memory-pictor-frames.ts";
import { planOf } from "../../src/image/plan.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { pairsOf } from "../params/pairs.ts";
import { type Format, type Moving, WRITERS } from "./pictor/animation-files.ts";
import { createMeter } from "./sweep/meter.ts";
import { SOURCES } from "./sweep/sources.ts";
import { factsOf, tried, type Wanted } from "./sweep/trial.ts";

const meter = createMeter();

const made = async (name: string, width: number, height: number) => {
  const kind = SOURCES.find((one) => one.name === name);
  if (!kind) throw new Error(`no source is called ${name}`);
  return kind.make({ width, height }, "photo");
};

/** Which modules work on it, by how many memories are made. */
const JOBS: readonly (readonly [
  source: string,
  wanted: Wanted,
  query: string,
  memories: number,
])[] = [
  ["JPEG 4:2:0", "jpeg", "w=200", 1],
  ["JPEG with a table as its profile", "webp", "w=200", 2],
  ["JPEG in Display P3", "png", "w=200&gamut=keep", 1],
  ["PNG interlaced", "webp", "w=200&lossless=true", 1],
  ["WebP lossy, soft alpha", "avif", "w=200", 2],
  ["AVIF 4:2:0", "jpeg", "w=200", 2],
  ["AVIF, soft alpha", "avif", "w=200&blur=3", 3],
  ["AVIF in Display P3, with alpha", "avif", "w=200", 3],
  ["GIF, moving", "webp", "w=200", 1],
  ["WebP, moving", "gif", "w=200&draw=a,width:0.5&border=4,red", 2],
  ["APNG", "webp", "w=200&background=blur&fit=pad&h=200", 1],
  ["TIFF with alpha, deflate, in tiles", "png", "w=200", 1],
  ["BMP", "gif", "w=200", 1],
  ["ICO of a PNG", "png", "", 1],
  ["JPEG XL", "avif", "w=200", 3],
  ["JPEG 4:4:4", "jxl", "w=200", 2],
  ["SVG", "png", "w=300", 2],
  ["SVG", "avif", "w=300&draw=a,width:0.5&draw=a,width:40,repeat:true", 5],
  ["PNG rgb", "jpeg", "w=200&fit=cover&h=90&gravity=auto&trim=border&background=auto", 2],
  ["PNG rgba, soft alpha", "webp", "w=200&max-bytes=900", 2],
];

describe("the modules of a job, together", () => {
  it.each(JOBS)(
    "keep within what was announced: %s → %s, %s",
    async (name, wanted, query, least) => {
      const file = await made(name, 400, 300);
      const overlay = await made("PNG rgba, soft alpha", 160, 120);
      const { works, failed, refused } = await tried(meter, {
        file,
        wishes: pairsOf(query),
        wanted,
        overlay,
      });
      expect([failed, refused]).toEqual([undefined, undefined]);
      const all = works.flatMap(({ taken }) => taken.memories);
      expect(all.length).toBeGreaterThanOrEqual(least);
      for (const { plan, taken } of works) {
        expect(taken.held).toBeLessThanOrEqual(plan.peakBytes);
        // Nothing lives that is not counted: the largest module alone is less than all.
        expect(Math.max(...taken.memories)).toBeLessThanOrEqual(taken.held);
        expect(taken.used).toBeLessThanOrEqual(taken.held);
      }
    },
  );
});

describe("a narrow picture that is drawn", () => {
  it("fits into AVIF's encoder, whose tools for such pictures take more", async () => {
    const kind = SOURCES.find(({ name }) => name === "GIF, moving")!;
    const file = await kind.make({ width: 75, height: 1500 }, "flat");
    const trial = { file, wishes: [], wanted: "avif", overlay: file } as const;
    const { works, failed } = await tried(meter, trial);
    expect(failed).toBeUndefined();
    expect(works[0]!.taken.held).toBeLessThanOrEqual(works[0]!.plan.peakBytes);
  });
});

/** Two pictures in turn, each with a rectangle of its own; GIF, WebP and APNG have the same. */
function frames(count: number, width = 48, height = 36): Moving {
  const at = { x: 4, y: 2, width: 30, height: 20, delay: 40 };
  const first = {
    x: 0,
    y: 0,
    width,
    height,
    delay: 40,
    index: (x: number, y: number) => (x ^ y) & 7,
  };
  return {
    width,
    height,
    plays: 0,
    frames: Array.from({ length: count }, (_, i) => ({
      ...(i === 0 ? first : at),
      index: (x: number, y: number) => ((x * (1 + (i % 3))) ^ y) & 7,
      disposal: (["keep", "clear"] as const)[i % 2]!,
    })),
  };
}

async function job(format: Format, count: number, query: string, to: "gif" | "webp") {
  const file = await WRITERS[format](frames(count));
  const plan: Plan = planOf(
    resolve(parse(pairsOf(query))),
    to,
    factsOf(file),
    file.length,
    peakBytes,
  );
  const { result, taken } = await meter.render(plan, file);
  return { file, plan, taken, result };
}

describe("an animation of 10, of 100 and of 1,000 frames", () => {
  const COUNTS = [10, 100, 1000];
  const QUERY = "w=40&rotate=90&effect=sepia&pixelate=2&border=2,red";

  it.each([
    ["gif", "webp"],
    ["gif", "gif"],
    ["png", "webp"],
    ["png", "gif"],
  ] as const)("takes the very same pages: %s → %s", { timeout: 120_000 }, async (from, to) => {
    const jobs = [];
    for (const count of COUNTS) jobs.push(await job(from, count, QUERY, to));
    const pages = jobs.map(({ taken }) => taken.instances.map((bytes) => bytes / 65_536));
    expect(pages).toEqual(COUNTS.map(() => pages[0]));
    expect(pages[0]).toHaveLength(1);
    // Announced is as much, and room for the file that is made.
    const beside = jobs.map(({ plan }) => plan.peakBytes - 2 * animationFileBytes(plan));
    expect(Math.max(...beside)).toBeLessThanOrEqual(jobs[0]!.taken.instances[0]!);
    // Not only what it may take: what it does take is the same, too.
    const written = jobs.map(({ taken }) => taken.written);
    expect(Math.max(...written) - Math.min(...written)).toBeLessThanOrEqual(65_536);
    for (const [i, { result }] of jobs.entries()) {
      expect(factsOf(result.bytes)).toMatchObject({ animated: true });
      expect(result.bytes.length).toBeGreaterThan(COUNTS[i]! * 20);
    }
  });

  it("takes the same of a WebP but for the file, which is held", { timeout: 120_000 }, async () => {
    const jobs = [];
    for (const count of COUNTS) jobs.push(await job("webp", count, QUERY, "gif"));
    const { file, taken } = jobs[0]!;
    for (const other of jobs) {
      const longer = other.file.length - file.length;
      const more = other.taken.instances[0]! - taken.instances[0]!;
      // A size class is at most a ninth more than what is wanted.
      expect(more).toBeLessThanOrEqual((1.04 * longer * 9) / 8 + 65_536);
      expect(other.taken.written - taken.written).toBeLessThanOrEqual(longer + 2 * 65_536);
    }
  });
});
