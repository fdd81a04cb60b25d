/** A picture in memory: RGBA, 8 bits a sample, straight (not premultiplied) alpha, rows top to bottom, no padding. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** `width × height × 4` samples. */
  readonly data: Uint8ClampedArray;
}
