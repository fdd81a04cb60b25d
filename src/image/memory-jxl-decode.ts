/**
 * What libjxl's decoder takes (`engine/jxl`), beside the raster that it hands over. Pure; measured as the least WASM
 * memory under which a call succeeds. It holds the picture as floats several times; layers that are blended, and sides
 * that are exchanged, take as much again:
 *
 * | MiB                              | pixels      | bytes a pixel |
 * |----------------------------------|-------------|---------------|
 * | photo, lossy                     | 500 × 606   | 80            |
 * | drawing, lossless                | 555 × 751   | 77            |
 * | with alpha, lossy                | 800 × 600   | 59            |
 * | with alpha, lossless             | 1024 × 1024 | 69            |
 * | with alpha, three blended layers | 1024 × 1024 | 110           |
 * | with alpha, lossless, turned     | 1386 × 924  | 126           |
 */
import type { Size } from "./job.ts";
import { area } from "./memory-sums.ts";

const MB = 1e6;
/** The module starts with 16 MiB, and takes a little more for any picture. */
const START_BYTES = 19 * MB;

/** Bytes with an ordinary picture, and with the worst that was met. `sourceBytes`: the file is held. */
export function jxlDecoderBytes(
  source: Size,
  sourceBytes: number,
): { readonly least: number; readonly most: number } {
  const px = area(source);
  return {
    least: Math.max(START_BYTES, 70 * px + sourceBytes + 4 * MB),
    most: Math.max(START_BYTES, 128 * px + 2 * sourceBytes + 6 * MB),
  };
}
