import type { Rect } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { createRaster } from "./pixels.ts";

/** The part of the picture inside `rect`, which lies within it. The whole picture answers the same raster. */
export function crop(source: Raster, rect: Rect): Raster {
  if (isWhole(source, rect)) return source;
  const result = createRaster(rect.width, rect.height);
  for (let y = 0; y < rect.height; y++) {
    const from = ((rect.y + y) * source.width + rect.x) * 4;
    result.data.set(source.data.subarray(from, from + rect.width * 4), y * rect.width * 4);
  }
  return result;
}

function isWhole(source: Raster, rect: Rect): boolean {
  return (
    rect.x === 0 && rect.y === 0 && rect.width === source.width && rect.height === source.height
  );
}
