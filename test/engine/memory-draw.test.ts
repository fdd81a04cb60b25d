/** What overlays take: measured by the memories that the modules are made with. */
import { describe, expect, it } from "vitest";
import type { Drawn, Output, Plan } from "../../src/image/job.ts";
import { instanceBytes, neededBytes, overlayBytes } from "../../src/image/memory-pictor.ts";
import type { HeldSource } from "../../src/ports.ts";
import { watchMemories } from "./memories.ts";
import { openEngine } from "./pictor/engines.ts";
import { inSharp, noisePicture } from "./pictures.ts";
import { drawn, factsOf, planOf, streamOf } from "./plans.ts";

const made = watchMemories();

const SIZE = { width: 600, height: 450 };
const OUTPUTS: readonly [string, Partial<Output>][] = [
  ["jpeg", { format: "jpeg", alpha: false }],
  ["webp", { format: "webp" }],
  ["webp lossless", { format: "webp", lossless: true }],
  ["png", { format: "png" }],
  ["avif", { format: "avif" }],
];

async function noiseFile(size: { width: number; height: number }): Promise<Uint8Array> {
  const noise = inSharp(noisePicture(size.width, size.height, false));
  return new Uint8Array(await noise.png({ compressionLevel: 1 }).toBuffer());
}

function heldFile(bytes: Uint8Array): HeldSource {
  const refuse = () => Promise.reject(new Error("nobody looks at it"));
  const open = () => streamOf(bytes);
  return { size: bytes.length, open, look: refuse, render: refuse, release: () => undefined };
}

function planned(draws: readonly Drawn[], output: Partial<Output>, bytes: number): Plan {
  const facts = factsOf({ format: "png", ...SIZE, alpha: true });
  const none = planOf(facts, { output: { alpha: true, ...output } }, bytes);
  const { peakBytes: _, ...wishes } = none;
  return planOf(facts, { ...wishes, ...(draws.length > 0 && { draw: draws }) }, bytes);
}

describe("the price of overlays", () => {
  it.each(OUTPUTS)("is what four of them take on a %s", async (_, output) => {
    const bytes = await noiseFile(SIZE);
    const overlays = Array.from({ length: 4 }, () => drawn(SIZE, { blend: "multiply" }));
    const plan = planned(overlays, output, bytes.length);
    const files = overlays.map(() => heldFile(bytes));
    const { bytes: result } = await openEngine().engine.render(plan, streamOf(bytes), files);
    // One instance for each overlay, or one that was kept; then the picture's, and an encoder's for AVIF.
    const main = instanceBytes(plan, bytes.length);
    expect(made).toContain(main);
    expect(main + overlayBytes(plan) + result.length).toBeLessThanOrEqual(plan.peakBytes);
    expect(Math.max(...made)).toBeLessThanOrEqual(plan.peakBytes);
  });

  it("is their rasters' twice: in the module, and on the way to it", () => {
    const overlays = [drawn(SIZE), drawn({ width: 100, height: 10 })];
    const rasters = SIZE.width * SIZE.height * 4 + 100 * 10 * 4;
    const [without, plan] = [
      planned([], { format: "png" }, 1e6),
      planned(overlays, { format: "png" }, 1e6),
    ];
    expect(overlayBytes(plan)).toBe(rasters);
    const more = neededBytes(plan, 1e6) - neededBytes(without, 1e6);
    expect(more).toBeGreaterThanOrEqual(rasters);
    expect(more).toBeLessThan(1.05 * rasters);
    expect(plan.peakBytes - without.peakBytes).toBeGreaterThanOrEqual(2 * rasters);
  });

  it("is that of making an overlay, where that takes more than the picture", () => {
    const facts = factsOf({ format: "webp", width: 3000, height: 2000, alpha: true });
    const size = { width: 30, height: 20 };
    const small = planOf(facts, {
      resize: size,
      extract: { x: 0, y: 0, ...size },
      output: { format: "raster", ...size },
    });
    const plan = planned([drawn(size, { plan: small })], { format: "png" }, 1e6);
    expect(plan.peakBytes).toBe(small.peakBytes);
    const second = planned([drawn(size), drawn(size, { plan: small })], { format: "png" }, 1e6);
    expect(second.peakBytes).toBe(small.peakBytes + 30 * 20 * 4);
  });
});
