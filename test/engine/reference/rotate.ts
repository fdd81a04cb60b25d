import type { Raster } from "../../../src/image/raster.ts";
import { orient } from "./orient.ts";

/** Turns clockwise by quarter turns. 0 answers the same raster. */
export function rotate(source: Raster, degrees: 0 | 90 | 180 | 270): Raster {
  return orient(source, ({ 0: 1, 90: 6, 180: 3, 270: 8 } as const)[degrees]);
}
