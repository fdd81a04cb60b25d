import type { Raster } from "../../../src/image/raster.ts";
import { createRaster } from "./pixels.ts";

/** Each square block in its premultiplied mean; below 2 the same raster. Blocks at the edges end with the picture. */
export function pixelate(source: Raster, side: number): Raster {
  if (side < 2) return source;
  const result = createRaster(source.width, source.height);
  for (let y = 0; y < source.height; y += side) {
    for (let x = 0; x < source.width; x += side) {
      const indices = indicesOf(source, x, y, side);
      const pixel = meanOf(source, indices);
      for (const i of indices) result.data.set(pixel, i);
    }
  }
  return result;
}

function indicesOf({ width, height }: Raster, left: number, top: number, side: number): number[] {
  const indices: number[] = [];
  for (let y = top; y < Math.min(top + side, height); y++) {
    for (let x = left; x < Math.min(left + side, width); x++) indices.push((y * width + x) * 4);
  }
  return indices;
}

function meanOf({ data }: Raster, indices: readonly number[]): readonly number[] {
  const sum = (of: (i: number) => number) => indices.reduce((total, i) => total + of(i), 0);
  const alpha = sum((i) => data[i + 3]!);
  if (alpha === 0) return [0, 0, 0, 0];
  const colours = [0, 1, 2].map((c) => sum((i) => data[i + c]! * data[i + 3]!) / alpha);
  return [...colours, alpha / indices.length];
}
