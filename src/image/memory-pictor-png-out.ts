/**
 * Bytes of the PNG encoder (`wasm/engine/src/png_out*.c`) beside the raster that it is given, whose place the file takes
 * in the end. Colours that a palette holds, or grey, take less: the plan does not know of them.
 */
import type { Output } from "./job.ts";

const KIB = 2 ** 10;

/** libdeflate's compressor of levels 2 to 7: 256 KiB for matches' places, 391 KiB for those found, and codes. */
export const COMPRESSOR_BYTES = 688 * KIB;
/** The set of colours with its hash table, and what a choice of coding holds. */
const COLOURS_BYTES = 10 * KIB;
/** All of a file but IDAT's data, with the longest palette. */
const FRAME_BYTES = 1200;
/** Rows that are tried. */
const SAMPLE_BYTES = 128 * KIB;
/** Files that are certain to be smaller do not take the raster's place. */
const SMALL_FILE_BYTES = 128 * KIB;

type Wanted = Pick<Output, "width" | "height" | "alpha">;

export function pngOutBytes(output: Wanted): number {
  const rows = filteredBytes(output);
  const scratch = 8 * output.width + 32;
  const sample = Math.min(rows, Math.max(SAMPLE_BYTES, rows / output.height));
  const trying = sample + deflateBound(sample) + scratch;
  const own = deflateBound(rows);
  const file = own <= SMALL_FILE_BYTES ? own : 0;
  return (
    COLOURS_BYTES +
    Math.max(
      COMPRESSOR_BYTES + trying,
      storedBytes(rows) + Math.max(scratch, file + COMPRESSOR_BYTES),
    )
  );
}

/** The longest file: noise, stored. */
export function pngFileBytes(output: Wanted): number {
  return storedBytes(filteredBytes(output));
}

/** Each row begins with its filter's byte. */
function filteredBytes({ width, height, alpha }: Wanted): number {
  return (1 + (alpha ? 4 : 3) * width) * height;
}

/** Five bytes a block of at most 65,535 bytes. */
function storedBytes(bytes: number): number {
  return FRAME_BYTES + bytes + 5 * Math.ceil((bytes + 1) / 65_535) + 6;
}

/** libdeflate's, with blocks of at least 5000 bytes. */
function deflateBound(bytes: number): number {
  return FRAME_BYTES + bytes + 5 * Math.ceil((bytes + 1) / 5000) + 24;
}
