import type { Orientation } from "../../../src/image/facts.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { createRaster, pixels } from "./pixels.ts";

interface Turn {
  readonly swap: boolean;
  readonly fromRight: boolean;
  readonly fromBottom: boolean;
}

/** TIFF 6.0 tag 274. `fromRight`, `fromBottom`: the source is read backwards along its own x, y axis. */
const TURNS: Readonly<Record<Orientation, Turn>> = {
  1: { swap: false, fromRight: false, fromBottom: false },
  2: { swap: false, fromRight: true, fromBottom: false },
  3: { swap: false, fromRight: true, fromBottom: true },
  4: { swap: false, fromRight: false, fromBottom: true },
  5: { swap: true, fromRight: false, fromBottom: false },
  6: { swap: true, fromRight: false, fromBottom: true },
  7: { swap: true, fromRight: true, fromBottom: true },
  8: { swap: true, fromRight: true, fromBottom: false },
};

/** Turns a stored picture upright. Orientation 1 answers the same raster. */
export function orient(source: Raster, orientation: Orientation): Raster {
  if (orientation === 1) return source;
  const { width: w, height: h } = source;
  const { swap, fromRight, fromBottom } = TURNS[orientation];
  const result = swap ? createRaster(h, w) : createRaster(w, h);
  const from = pixels(source);
  const to = pixels(result);
  // Along a row of the result the source moves by `step`; swapped pictures walk down a source column.
  const step = swap ? (fromBottom ? -w : w) : fromRight ? -1 : 1;
  for (let y = 0, o = 0; y < result.height; y++) {
    const sx = swap ? (fromRight ? w - 1 - y : y) : fromRight ? w - 1 : 0;
    const sy = swap ? (fromBottom ? h - 1 : 0) : fromBottom ? h - 1 - y : y;
    for (let x = 0, i = sy * w + sx; x < result.width; x++, i += step) to[o++] = from[i]!;
  }
  return result;
}
