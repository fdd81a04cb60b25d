import type { Raster } from "../../../src/image/raster.ts";
import { orient } from "./orient.ts";

/** Mirrors left to right. */
export function flip(source: Raster): Raster {
  return orient(source, 2);
}
