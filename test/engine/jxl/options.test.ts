import { describe, expect, it } from "vitest";
import { distanceOf, jxlOptions } from "../../../src/engine/jxl/options.ts";
import type { Output } from "../../../src/image/job.ts";

const output = (more: Partial<Output>): Output => ({
  format: "jxl",
  width: 9,
  height: 9,
  quality: 80,
  lossless: false,
  progressive: true,
  chroma: "420",
  alpha: false,
  ...more,
});

/** What `@jsquash/jxl` makes of its `quality` (its `jxl_enc.cpp`). */
function distanceInModule(quality: number): number {
  if (quality >= 30) return 0.1 + (100 - quality) * 0.09;
  return 6.4 + 2.5 ** ((30 - quality) / 5) / 6.25;
}

const qualities = Array.from({ length: 100 }, (_, i) => i + 1);

describe("the quality of a JPEG XL", () => {
  it.each([
    [100, 0.1],
    [90, 1],
    [80, 1.9],
    [30, 6.4],
    [20, 9.0667],
    [1, 23.8677],
  ])("%i is libjxl's distance %d", (quality, distance) => {
    expect(distanceOf(quality)).toBeCloseTo(distance, 3);
  });

  it("reaches the encoder as that distance, whatever the module's own curve is", () => {
    for (const quality of qualities) {
      const asked = jxlOptions(output({ quality })).quality as number;
      const off = Math.abs(distanceInModule(asked) - distanceOf(quality));
      // Between 6.4 and 6.56 the module has no quality.
      expect(off, `quality ${quality}`).toBeLessThan(quality === 29 ? 0.2 : 0.001);
    }
  });

  it("is never lossless by accident, and always when it was asked for", () => {
    expect(jxlOptions(output({ quality: 100 })).quality).toBeLessThan(100);
    expect(jxlOptions(output({ quality: 1, lossless: true }))).toMatchObject({
      quality: 100,
      lossless: true,
    });
  });
});
