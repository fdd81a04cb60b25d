import type { Effect } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { mapped, type Rgb } from "./mapped.ts";
import { tint } from "./tint.ts";

/** Colours made anew, on sRGB-coded levels; alpha stays. */
export function effect(source: Raster, wanted: Effect): Raster {
  switch (wanted.kind) {
    case "grayscale":
      return mapped(source, (rgb) => [luma(rgb), luma(rgb), luma(rgb)]);
    case "sepia":
      return mapped(source, ([r, g, b]) => [
        0.393 * r + 0.769 * g + 0.189 * b,
        0.349 * r + 0.686 * g + 0.168 * b,
        0.272 * r + 0.534 * g + 0.131 * b,
      ]);
    case "invert":
      return mapped(source, ([r, g, b]) => [255 - r, 255 - g, 255 - b]);
    case "duotone": {
      const { shadows: low, highlights: high } = wanted;
      return mapped(source, (rgb) => {
        const at = (a: number, b: number) => a + ((b - a) * luma(rgb)) / 255;
        return [at(low.r, high.r), at(low.g, high.g), at(low.b, high.b)];
      });
    }
    case "tint":
      return tint(source, wanted.colour);
  }
}

function luma([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
