import type { Raster } from "../../../src/image/raster.ts";
import { mapped } from "./mapped.ts";

/** hueRotate of feColorMatrix (Filter Effects Level 1), on sRGB-coded levels; 0 answers the same raster. */
export function hue(source: Raster, degrees: number): Raster {
  if (degrees === 0) return source;
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return mapped(source, ([r, g, b]) => [
    (0.213 + c * 0.787 - s * 0.213) * r +
      (0.715 - c * 0.715 - s * 0.715) * g +
      (0.072 - c * 0.072 + s * 0.928) * b,
    (0.213 - c * 0.213 + s * 0.143) * r +
      (0.715 + c * 0.285 + s * 0.14) * g +
      (0.072 - c * 0.072 - s * 0.283) * b,
    (0.213 - c * 0.213 - s * 0.787) * r +
      (0.715 - c * 0.715 + s * 0.715) * g +
      (0.072 + c * 0.928 + s * 0.072) * b,
  ]);
}
