import type { Size } from "./job.ts";

/** A picture in memory: RGBA, 8 bits a sample, straight (not premultiplied) alpha, rows top to bottom, no padding. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** `width × height × 4` samples. */
  readonly data: Uint8ClampedArray;
}

/** Bytes of a raster of this size. */
export function rasterBytes({ width, height }: Size): number {
  return width * height * 4;
}
