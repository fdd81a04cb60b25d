/**
 * Bytes of the PNG encoder (`wasm/engine/src/png_out*.c`) beside the raster that it is given, whose place the file takes
 * in the end. Colours that a palette holds, or grey, take less: the plan does not know of them.
 */
import type { Output } from "./job.ts";
import { beside } from "./memory-sums.ts";

const KIB = 2 ** 10;

/** libdeflate's compressor of levels 2 to 7: 256 KiB for matches' places, 391 KiB for those found, and codes. */
const COMPRESSOR_BYTES = 688 * KIB;
/** The set of colours with its hash table, and what a choice of coding holds. */
const COLOURS_BYTES = 10 * KIB;
/** All of a file but IDAT's data, with the longest palette. */
const FRAME_BYTES = 1200;
/** The chunk of a profile. */
const PROFILE_BYTES = 600;
/** Rows that are tried. */
const SAMPLE_BYTES = 128 * KIB;
/** Files that are certain to be smaller do not take the raster's place. */
const SMALL_FILE_BYTES = 128 * KIB;

type Wanted = Pick<Output, "width" | "height" | "alpha" | "gamut">;

/**
 * `hole`: bytes that lie free apart from the rest, where the pieces go that fit, in the order in which they are asked
 * for. What is answered is needed in one piece besides.
 */
export function pngOutBytes(output: Wanted, hole = 0): number {
  const rows = filteredBytes(output);
  const scratch = 8 * output.width + 32;
  const sample = Math.min(rows, Math.max(SAMPLE_BYTES, rows / output.height));
  const own = deflateBound(rows);
  const file = own <= SMALL_FILE_BYTES ? own : 0;
  const kept = [COLOURS_BYTES, storedBytes(rows)];
  return (
    profileBytes(output) +
    Math.max(
      beside(hole, [COLOURS_BYTES, sample, deflateBound(sample), scratch]),
      beside(hole, [COLOURS_BYTES, sample, deflateBound(sample), COMPRESSOR_BYTES]),
      beside(hole, [...kept, scratch]),
      beside(hole, [...kept, file, COMPRESSOR_BYTES]),
    )
  );
}

/** The longest file: noise, stored. */
export function pngFileBytes(output: Wanted): number {
  return storedBytes(filteredBytes(output)) + profileBytes(output);
}

function profileBytes({ gamut }: Wanted): number {
  return gamut === undefined ? 0 : PROFILE_BYTES;
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
