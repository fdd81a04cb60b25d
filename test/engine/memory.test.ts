import type { Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import {
  ISOLATE_BYTES,
  JOB_BUDGET_BYTES,
  MAX_AVIF_OUTPUT_PIXELS,
  SOURCE_BUDGET_BYTES,
} from "../../src/image/budget.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Output } from "../../src/image/job.ts";
import { probe } from "../../src/image/probe/index.ts";
import { watchMemories } from "./memories.ts";
import { openEngine } from "./pictor/engines.ts";
import { disc, gradient, inSharp, noisePicture } from "./pictures.ts";
import { factsOf, planOf, streamOf } from "./plans.ts";

const noise = noisePicture(1200, 900);
const smooth = gradient(1200, 900);
const noisyAlpha = noisePicture(1200, 900, false);
const opaque = (image: Sharp) => image.removeAlpha();

/** Every memory that the modules are made with. They cannot grow; libjxl's, which can, is held by its own test. */
const made = watchMemories();

function factsIn(bytes: Uint8Array): Facts {
  const result = probe(bytes, true);
  if (result.kind !== "facts") throw new Error("no header");
  return result.facts;
}

/** Sources of about a megapixel. */
const sources: readonly [string, Sharp][] = [
  ["jpeg", opaque(inSharp(noise)).jpeg({ quality: 98 })],
  [
    "jpeg progressive 4:4:4",
    opaque(inSharp(noise)).jpeg({ quality: 98, progressive: true, chromaSubsampling: "4:4:4" }),
  ],
  ["webp lossy", opaque(inSharp(smooth)).webp()],
  ["webp lossless noise with alpha", inSharp(noisyAlpha).webp({ lossless: true, effort: 0 })],
  ["png rgb", opaque(inSharp(noise)).png({ compressionLevel: 1 })],
  ["png rgba", inSharp(noisyAlpha).png({ compressionLevel: 1 })],
  [
    "png 16 bit interlaced",
    opaque(inSharp(noise)).toColourspace("rgb16").png({ progressive: true }),
  ],
  ["png grey", opaque(inSharp(noise).greyscale()).png()],
  ["png palette", opaque(inSharp(smooth)).png({ palette: true, effort: 1 })],
  ["gif", inSharp(disc(1000)).gif()],
  ["avif", opaque(inSharp(smooth)).avif({ effort: 0, chromaSubsampling: "4:2:0" })],
  ["avif 4:4:4 noise", opaque(inSharp(noise)).avif({ effort: 0, quality: 90 })],
  ["avif 4:4:4 noise with alpha", inSharp(noisyAlpha).avif({ effort: 0, quality: 90 })],
];

const outputs: readonly [string, Partial<Output>][] = [
  ["jpeg", { format: "jpeg", quality: 80 }],
  ["jpeg 4:4:4 at 95", { format: "jpeg", quality: 95, chroma: "444", progressive: true }],
  ["webp", { format: "webp", quality: 80 }],
  ["webp at 100", { format: "webp", quality: 100 }],
  ["webp lossless", { format: "webp", lossless: true }],
  ["avif", { format: "avif", quality: 60 }],
  ["avif at 100", { format: "avif", quality: 100 }],
  ["avif 4:4:4 at 90", { format: "avif", quality: 90, chroma: "444" }],
  ["png", { format: "png" }],
];

describe("peakBytes", () => {
  it.each(sources)("is what a %s needs, made small", async (_, image) => {
    const bytes = new Uint8Array(await image.toBuffer());
    for (const format of ["jpeg", "webp", "png", "avif"] as const) {
      made.length = 0;
      const facts = factsIn(bytes);
      const plan = planOf(facts, { to: 60, output: { format } }, bytes.length);
      const { bytes: result } = await openEngine().engine.render(plan, streamOf(bytes));
      // What decodes lives beside the engine, what encodes after it.
      const together = format === "avif" ? made.slice(0, -1) : made;
      expect(together.reduce((sum, memory) => sum + memory, 0)).toBeLessThanOrEqual(plan.peakBytes);
      expect(made.at(-1)! + result.length).toBeLessThanOrEqual(plan.peakBytes);
    }
  });

  it.each(outputs)("is what noise with alpha needs as %s, at its own size", async (_, output) => {
    const { width, height } = { width: 600, height: 450 };
    const small = noisePicture(width, height, false);
    const bytes = new Uint8Array(await inSharp(small).png({ compressionLevel: 1 }).toBuffer());
    const alpha = output.format !== "jpeg";
    const plan = planOf(factsIn(bytes), { output: { alpha, ...output } }, bytes.length);
    const { bytes: result } = await openEngine().engine.render(plan, streamOf(bytes));
    expect(made.at(-1)! + result.length).toBeLessThanOrEqual(plan.peakBytes);
  });

  it("lets the largest AVIF that the limit names through", () => {
    const size = { width: 2000, height: MAX_AVIF_OUTPUT_PIXELS / 2000 };
    const facts = factsOf({ format: "jpeg", ...size, sampling: "420" });
    const { peakBytes } = planOf(facts, { output: { format: "avif" } });
    expect(peakBytes).toBeLessThanOrEqual(JOB_BUDGET_BYTES);
  });

  it("of an AVIF of 1600 × 1200 is at most 64 MiB, from a phone photo", () => {
    const facts = factsOf({ format: "jpeg", width: 4032, height: 3024, sampling: "420" });
    const { peakBytes } = planOf(facts, { to: 1600, output: { format: "avif", quality: 80 } });
    expect(peakBytes).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  it("leaves room for code beside the two budgets", () => {
    expect(JOB_BUDGET_BYTES + SOURCE_BUDGET_BYTES).toBeLessThanOrEqual(
      ISOLATE_BYTES - 20 * 2 ** 20,
    );
  });

  it.each(["jpeg", "png", "webp", "avif", "gif"] as const)(
    "does not shrink with the size of a %s",
    (format) => {
      const peaks = [100, 400, 1600, 6400, 20000].map(
        (side) => planOf(factsOf({ format, width: side, height: side }), { to: 100 }).peakBytes,
      );
      expect(peaks).toEqual([...peaks].sort((a, b) => a - b));
    },
  );
});
