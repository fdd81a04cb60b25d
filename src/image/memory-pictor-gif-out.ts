/** Bytes of the GIF encoder (`wasm/engine/src/gif_out*.c`) beside the raster that it is given. */
import type { Size } from "./job.ts";
import { area, KIB } from "./memory-sums.ts";

/** What was found for cells of colours (`gif_map.h`), which stays from frame to frame. */
export const GIF_MAP_BYTES = 1024 * KIB + 16 * KIB;
/** The histogram, boxes and sets of colours; then, without them, the compressor. */
const COLOURS_BYTES = 512 * KIB + 48 * KIB;
/** Noise: 12 bits a pixel. The buffer grows by halves, with the old one beside the new one. */
const FILE_BYTES = 1.5 + 1.5 * 1.5;
/** Palettes and blocks. */
const FRAME_BYTES = 2 * KIB;

/** An index a pixel, and a mark a pixel for what the next frame erases, or the file. */
export function gifOutBytes(output: Size): number {
  return GIF_MAP_BYTES + COLOURS_BYTES + (1 + FILE_BYTES) * area(output) + FRAME_BYTES;
}

/** The same as it is asked for: the map and the indexes stay, what finds the colours goes before the file comes. */
export function gifPieces(output: Size): readonly number[] {
  const pixels = area(output);
  const rest = Math.max(COLOURS_BYTES, FILE_BYTES * pixels + FRAME_BYTES);
  return [GIF_MAP_BYTES, pixels, rest];
}

/** The longest file of one frame. */
export function gifFileBytes(output: Size): number {
  return 1.55 * area(output) + FRAME_BYTES;
}
