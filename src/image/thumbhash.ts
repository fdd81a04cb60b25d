/** ThumbHash (https://evanw.github.io/thumbhash/), by its author's library. */
import { rgbaToThumbHash } from "thumbhash";
import type { Raster } from "./raster.ts";

/** In base64: at most 36 characters. Keeps alpha and, about, the shape. No side of the raster is above 100 px. */
export function thumbHashOf({ width, height, data }: Raster): string {
  return btoa(String.fromCharCode(...rgbaToThumbHash(width, height, data)));
}
