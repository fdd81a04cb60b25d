import type { Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { createJsquashEngine } from "../../src/engine/jsquash/engine.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Output } from "../../src/image/job.ts";
import {
  ISOLATE_BYTES,
  JOB_BUDGET_BYTES,
  MAX_AVIF_OUTPUT_PIXELS,
  SOURCE_BUDGET_BYTES,
} from "../../src/image/memory.ts";
import { modules } from "./modules.ts";
import { disc, gradient, inSharp, noisePicture } from "./pictures.ts";
import { factsOf, planOf, streamOf } from "./plans.ts";

const MEGAPIXEL = { width: 1200, height: 900 };
const noise = noisePicture(1200, 900);
const smooth = gradient(1200, 900);
const clear = disc(1000);
const noisyAlpha = noisePicture(1200, 900, false);

/** Sources of about a megapixel. */
const sources: readonly [string, Pick<Facts, "format"> & Partial<Facts>, Sharp][] = [
  ["jpeg", { format: "jpeg" }, inSharp(noise).removeAlpha().jpeg({ quality: 98 })],
  [
    "jpeg progressive 4:4:4",
    { format: "jpeg", progressive: true, sampling: "444" },
    inSharp(noise)
      .removeAlpha()
      .jpeg({ quality: 98, progressive: true, chromaSubsampling: "4:4:4" }),
  ],
  ["webp lossy", { format: "webp" }, inSharp(smooth).removeAlpha().webp()],
  [
    "webp lossless noise with alpha",
    { format: "webp", alpha: true },
    inSharp(noisyAlpha).webp({ lossless: true, effort: 0 }),
  ],
  ["png rgb", { format: "png" }, inSharp(noise).removeAlpha().png({ compressionLevel: 1 })],
  ["png rgba", { format: "png", alpha: true }, inSharp(noisyAlpha).png({ compressionLevel: 1 })],
  [
    "png 16 bit interlaced",
    { format: "png", bitDepth: 16, progressive: true },
    inSharp(noise).removeAlpha().toColourspace("rgb16").png({ progressive: true }),
  ],
  ["png grey", { format: "png", colour: "gray" }, inSharp(noise).greyscale().removeAlpha().png()],
  [
    "png palette",
    { format: "png", colour: "palette" },
    inSharp(smooth).removeAlpha().png({ palette: true, effort: 1 }),
  ],
  [
    "avif",
    { format: "avif" },
    inSharp(smooth).removeAlpha().avif({ effort: 0, chromaSubsampling: "4:2:0" }),
  ],
  [
    "avif 4:4:4 noise",
    { format: "avif" },
    inSharp(noise).removeAlpha().avif({ effort: 0, quality: 90 }),
  ],
];

describe("peakBytes", () => {
  it.each(sources)(
    "is never below what decoding a %s takes",
    { timeout: 20_000 },
    async (_, known, image) => {
      const bytes = await image.toBuffer();
      const facts = factsOf({ ...MEGAPIXEL, ...known });
      const plan = planOf(facts, { to: 60 }, bytes.length);
      const engine = createJsquashEngine({ modules });
      await engine.render(plan, streamOf(bytes));
      const raster = facts.format === "png" ? 0 : facts.width * facts.height * 4;
      expect(engine.counts.bytesMost + raster).toBeLessThanOrEqual(plan.peakBytes);
    },
  );

  const outputs: readonly [string, Partial<Output>][] = [
    ["jpeg", { format: "jpeg", quality: 80 }],
    ["jpeg 4:4:4 at 95", { format: "jpeg", quality: 95, chroma: "444", progressive: true }],
    ["webp", { format: "webp", quality: 80 }],
    ["webp at 100", { format: "webp", quality: 100 }],
    ["webp lossless", { format: "webp", lossless: true }],
    ["avif", { format: "avif", quality: 60 }],
    ["avif 4:4:4 at 90", { format: "avif", quality: 90, chroma: "444" }],
    ["avif lossless", { format: "avif", lossless: true }],
    ["png", { format: "png" }],
  ];
  it.each(outputs)(
    "is never below what encoding noise as %s takes",
    { timeout: 30_000 },
    async (_, output) => {
      const bytes = await inSharp(noisyAlpha).png({ compressionLevel: 1 }).toBuffer();
      const facts = factsOf({ format: "png", ...MEGAPIXEL, alpha: true });
      const plan = planOf(
        facts,
        { output: { alpha: output.format !== "jpeg", ...output } },
        bytes.length,
      );
      const engine = createJsquashEngine({ modules });
      const result = await engine.render(plan, streamOf(bytes));
      const raster = 1200 * 900 * 4;
      expect(engine.counts.bytesLast + raster + result.bytes.length).toBeLessThanOrEqual(
        plan.peakBytes,
      );
    },
  );

  it("lets an 8 MP JPEG become an 800 px WebP, and keeps to it", { timeout: 30_000 }, async () => {
    const big = { width: 3264, height: 2448 };
    const bytes = await inSharp(clear)
      .flatten()
      .resize(big.width, big.height, { fit: "fill" })
      .jpeg({ quality: 90 })
      .toBuffer();
    const facts = factsOf({ format: "jpeg", ...big, orientation: 6, sampling: "420" });
    const plan = planOf(
      facts,
      { to: 800, output: { format: "webp" } },
      Math.max(bytes.length, 3e6),
    );
    expect(plan.peakBytes).toBeLessThanOrEqual(JOB_BUDGET_BYTES);
    const engine = createJsquashEngine({ modules });
    const { facts: made } = await engine.render(plan, streamOf(bytes));
    expect(made.width).toBe(800);
    expect(engine.counts.bytesMost + big.width * big.height * 4).toBeLessThanOrEqual(
      plan.peakBytes,
    );
  });

  it("refuses 12 MP from the header", () => {
    const facts = factsOf({ format: "jpeg", width: 4032, height: 3024, sampling: "420" });
    expect(planOf(facts, { to: 800 }).peakBytes).toBeGreaterThan(JOB_BUDGET_BYTES);
  });

  it("lets the largest AVIF that the limit names through", () => {
    const size = { width: 2000, height: MAX_AVIF_OUTPUT_PIXELS / 2000 };
    const facts = factsOf({ format: "jpeg", ...size, sampling: "420" });
    expect(planOf(facts, { output: { format: "avif" } }).peakBytes).toBeLessThanOrEqual(
      JOB_BUDGET_BYTES,
    );
  });

  it("leaves room for code beside the two budgets", () => {
    expect(JOB_BUDGET_BYTES + SOURCE_BUDGET_BYTES).toBeLessThanOrEqual(
      ISOLATE_BYTES - 20 * 2 ** 20,
    );
  });

  it.each(["jpeg", "png", "webp", "avif", "gif"] as const)(
    "grows with the size of a %s",
    (format) => {
      const peaks = [100, 400, 1600, 6400, 20000].map(
        (side) => planOf(factsOf({ format, width: side, height: side }), { to: 100 }).peakBytes,
      );
      expect(peaks).toEqual([...peaks].sort((a, b) => a - b));
    },
  );
});

it("memory is flat over 200 mixed jobs, a quarter of them broken", {
  timeout: 60_000,
}, async () => {
  const engine = createJsquashEngine({ modules });
  const image = inSharp(gradient(300, 200)).removeAlpha();
  const files = [
    ["jpeg", await image.clone().jpeg().toBuffer()],
    ["png", await image.clone().png().toBuffer()],
    ["webp", await image.clone().webp().toBuffer()],
    ["avif", await image.clone().avif({ effort: 0 }).toBuffer()],
  ] as const;
  const formats = ["webp", "jpeg", "png", "avif"] as const;
  let failures = 0;
  const resident: number[] = [];
  for (let i = 0; i < 200; i++) {
    const [format, bytes] = files[i % 4]!;
    const isBroken = i % 5 === 0;
    const plan = planOf(factsOf({ format, width: 300, height: 200 }), {
      to: 100,
      output: { format: formats[i % 3]! },
    });
    const sent = isBroken ? bytes.subarray(0, bytes.length >> 1) : bytes;
    await engine.render(plan, streamOf(sent)).catch(() => failures++);
    resident.push(process.memoryUsage.rss());
  }
  expect(failures).toBe(40);
  expect(engine.counts.dropped).toBe(engine.counts.made);
  // No instance is bigger than what a fresh one of this work needs: nothing adds up.
  expect(engine.counts.bytesMost).toBeLessThan(20 * 2 ** 20);
  const most = (part: number[]) => Math.max(...part);
  expect(most(resident.slice(150)) - most(resident.slice(50, 100))).toBeLessThan(120 * 2 ** 20);
});
