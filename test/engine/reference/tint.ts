import { converter } from "culori";
import type { Colour } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { mapped } from "./mapped.ts";

const toLab = converter("lab65");
const toRgb = converter("rgb");

/**
 * L* of each pixel with a*, b* of the colour (CIE 1976, D65), the less the nearer to black or white, clipped channel by
 * channel; alpha stays.
 */
export function tint(source: Raster, { r, g, b }: Colour): Raster {
  const { a, b: bStar } = toLab({ mode: "rgb", r: r / 255, g: g / 255, b: b / 255 });
  return mapped(source, ([red, green, blue]) => {
    const { l } = toLab({ mode: "rgb", r: red / 255, g: green / 255, b: blue / 255 });
    const weight = 1 - 4 * (l / 100 - 0.5) ** 2;
    const rgb = toRgb({ mode: "lab65", l, a: weight * a, b: weight * bStar });
    return [255 * rgb.r, 255 * rgb.g, 255 * rgb.b];
  });
}
