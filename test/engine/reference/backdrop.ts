import type { Raster } from "../../../src/image/raster.ts";
import { blur } from "./blur.ts";
import { flatten } from "./flatten.ts";
import { createRaster } from "./pixels.ts";

const WHITE = { r: 255, g: 255, b: 255, a: 255 };
/** Of the longer side: a copy of 32 px, blurred by one of them, and by a B-spline and a box (1/3 and 1/12 of variance). */
const SIGMA = Math.sqrt(1 + 1 / 3 + 1 / 12) / 32;

/** The framed picture over a blurred copy of it that covers it, its middle in the middle. */
export function backdrop(framed: Raster, picture: Raster): Raster {
  const longer = Math.max(picture.width, picture.height);
  const soft = blur(flatten(picture, WHITE), SIGMA * longer);
  const enlarged = Math.max(framed.width / picture.width, framed.height / picture.height);
  const result = createRaster(framed.width, framed.height);
  for (let y = 0; y < framed.height; y++) {
    for (let x = 0; x < framed.width; x++) {
      const i = (y * framed.width + x) * 4;
      const u = (x + 0.5 - framed.width / 2) / enlarged + picture.width / 2 - 0.5;
      const v = (y + 0.5 - framed.height / 2) / enlarged + picture.height / 2 - 0.5;
      const alpha = framed.data[i + 3]! / 255;
      const mix = (c: number) => framed.data[i + c]! * alpha + linear(soft, u, v, c) * (1 - alpha);
      result.data.set([mix(0), mix(1), mix(2), 255], i);
    }
  }
  return result;
}

/** Between the four pixels around a place, edges repeated. */
function linear({ width, height, data }: Raster, u: number, v: number, c: number): number {
  const [x, y] = [Math.floor(u), Math.floor(v)];
  const at = (px: number, py: number) => {
    const column = Math.min(width - 1, Math.max(0, px));
    const row = Math.min(height - 1, Math.max(0, py));
    return data[(row * width + column) * 4 + c]!;
  };
  const across = (row: number) => at(x, row) + (at(x + 1, row) - at(x, row)) * (u - x);
  return across(y) + (across(y + 1) - across(y)) * (v - y);
}
