import type { Raster } from "../../../src/image/raster.ts";
import { createRaster } from "./pixels.ts";

export type Rgb = readonly [r: number, g: number, b: number];

/** Colour by colour; alpha stays. */
export function mapped(source: Raster, map: (rgb: Rgb) => Rgb): Raster {
  const result = createRaster(source.width, source.height);
  const { data } = source;
  for (let i = 0; i < data.length; i += 4) {
    result.data.set([...map([data[i]!, data[i + 1]!, data[i + 2]!]), data[i + 3]!], i);
  }
  return result;
}
