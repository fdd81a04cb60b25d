import type { Colour } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { createRaster } from "./pixels.ts";

/**
 * Lays the picture over a colour ("over" of Porter and Duff, on sRGB-coded values as CSS does). The result is opaque
 * when the colour is; the colour's own alpha is kept otherwise.
 */
export function flatten(source: Raster, under: Colour): Raster {
  const result = createRaster(source.width, source.height);
  const { data } = source;
  for (let i = 0; i < data.length; i += 4) {
    const top = data[i + 3]! / 255;
    const rest = (under.a / 255) * (1 - top);
    const alpha = top + rest;
    if (alpha === 0) continue;
    result.data[i] = (data[i]! * top + under.r * rest) / alpha;
    result.data[i + 1] = (data[i + 1]! * top + under.g * rest) / alpha;
    result.data[i + 2] = (data[i + 2]! * top + under.b * rest) / alpha;
    result.data[i + 3] = alpha * 255;
  }
  return result;
}
