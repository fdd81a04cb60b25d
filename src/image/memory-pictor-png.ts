/** What reading PNG and GIF takes on the engine's own module: the sums of `png_in*.c` and `gif_in*.c`. */
import type { Facts } from "./facts.ts";

const KIB = 2 ** 10;
/** The piece of the source that is handed over. */
const INPUT_BYTES = 16 * KIB;
/** Chunks' state and checksum tables, deflate's codes, the palette, and where rows are inflated to (`WORK_BYTES`). */
const PNG_STATE_BYTES = 24 * KIB + 64 * KIB;
const WINDOW_BYTES = 32 * KIB;
/** LZW's table, the palette, and the longest string that a code stands for. */
const GIF_STATE_BYTES = 34 * KIB;

export function pngBytes(source: Facts): number {
  const { width, height, bitDepth } = source;
  const row = Math.ceil((width * pngChannels(source) * bitDepth) / 8);
  const samples = bitDepth === 8 ? 0 : width * pngChannels(source);
  /** Of 16 bits, all that a gamma may make of them. */
  const levels = bitDepth === 16 ? 64 * KIB : 0;
  const kept = source.progressive ? row * Math.ceil(height / 2) : 0;
  const inflated = PNG_STATE_BYTES + Math.max(row, WINDOW_BYTES);
  return INPUT_BYTES + inflated + 2 * row + rowPlanes(source) * width + samples + levels + kept;
}

/** The first frame, which is no larger than the canvas. */
export function gifBytes(source: Facts): number {
  const { width, height } = source;
  const kept = source.progressive ? width * Math.ceil(height / 2) : 0;
  return INPUT_BYTES + GIF_STATE_BYTES + 5 * width + kept;
}

/** 8-bit planes that the rows come in. */
export function rowPlanes({ colour, alpha }: Facts): number {
  if (alpha) return 4;
  return colour === "gray" ? 1 : 3;
}

/** Samples of a pixel as stored; a transparent colour counts as a channel, which none of it is. */
function pngChannels({ colour, alpha }: Facts): number {
  if (colour === "palette") return 1;
  return (colour === "gray" ? 1 : 3) + (alpha ? 1 : 0);
}
