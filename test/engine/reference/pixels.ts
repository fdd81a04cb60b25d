import type { Raster } from "../../../src/image/raster.ts";

/** A transparent black picture. Sizes are whole and at least 1: the plan has checked them. */
export function createRaster(width: number, height: number): Raster {
  return { width, height, data: new Uint8ClampedArray(width * height * 4) };
}

/**
 * The same memory, one number a pixel, for ops that only move pixels. A raster always starts at a multiple of
 * four bytes, also where its data is a view into a decoder's memory.
 */
export function pixels(raster: Raster): Uint32Array {
  const { buffer, byteOffset, byteLength } = raster.data;
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** Whether no pixel is even partly transparent. */
export function isOpaque({ data }: Raster): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}
