/**
 * What libjxl's encoder takes at effort 3 (`engine/jxl`), beside the finished picture and the result. Pure; measured as
 * the least WASM memory under which a call succeeds, 0.06 to 1 megapixel. It holds the picture twice as bytes and
 * several times as floats, in rows that are padded, and coefficients of whole groups of 256 × 256 pixels:
 *
 * | MiB                    | 512 × 512 | 513 × 513 | 966 × 725 | 1155 × 866 | 8192 × 40 | 100 × 2060 |
 * |------------------------|-----------|-----------|-----------|------------|-----------|------------|
 * | photo, quality 80      | 31        | 36        | 74        | 100        | 58        | 32         |
 * | noise with alpha, 100  | 36        | 39        | 77        |            | 67        | 39         |
 * | lossless               | 32        | 32        | 77        | 105        | 39        | 28         |
 */
import type { Output } from "./job.ts";

const MB = 1e6;
/** Side of the groups that libjxl codes apart (ISO/IEC 18181-1), in px. */
const GROUP = 256;
/** Three channels of 32-bit coefficients. */
const GROUP_BYTES = GROUP * GROUP * 12;
/** Transforms begin at 8 × 8. */
const BLOCK = 8;
/** Between rows, in px: libjxl keeps those of narrow pictures from falling together in a processor's cache. */
const ROW_PADDING = 16;

/** Bytes with an ordinary picture, and with the worst there is. */
export function jxlEncoderBytes({ width, height, lossless }: Output): {
  readonly least: number;
  readonly most: number;
} {
  const px = (up(width, BLOCK) + ROW_PADDING) * up(height, BLOCK);
  if (lossless) return { least: 104 * px + 6 * MB, most: 108 * px + 6.5 * MB };
  const coefficients = Math.ceil(width / GROUP) * Math.ceil(height / GROUP) * GROUP_BYTES;
  return {
    least: 87 * px + coefficients + 7 * MB,
    most: 104 * px + coefficients + 12.5 * MB,
  };
}

function up(px: number, to: number): number {
  return Math.ceil(px / to) * to;
}
