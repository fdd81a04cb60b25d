/**
 * What the frames of a source take of an instance's memory: a canvas, a second one for what is shown again later (or for
 * the frame that libwebp decodes), and between two frames what the writer keeps. Whatever their number.
 */
import { MAX_ANIMATION_BYTES } from "./budget.ts";
import type { Plan } from "./job.ts";
import { GIF_MAP_BYTES } from "./memory-pictor-gif-out.ts";
import { handedBytes } from "./memory-pictor-out.ts";
import { gifBytes, pngBytes } from "./memory-pictor-png.ts";
import type { SourceBytes } from "./memory-pictor-source.ts";
import { area, KIB } from "./memory-sums.ts";
import { rasterBytes } from "./raster.ts";

type Wanted = Omit<Plan, "peakBytes">;

/** A row of indexes of a frame that is as wide as there can be, and the palette of all frames. */
const WIDEST_ROW_BYTES = 64 * KIB + 8 * KIB;
const READING_BYTES = 24 * KIB;

/** `before`: while a frame is decoded. `during`: while it is resized and encoded. */
export function frameBytesOf({ source }: Wanted, sourceBytes: number): SourceBytes {
  const canvas = rasterBytes(source);
  const row = 4 * source.width;
  if (source.format === "gif") return always(2 * canvas + gifBytes(source) + WIDEST_ROW_BYTES);
  if (source.format === "png") return always(2 * canvas + pngBytes(source) + row);
  const held = READING_BYTES + sourceBytes + canvas + row;
  return { before: held + libwebpBytes(source), during: held };
}

function always(bytes: number): SourceBytes {
  return { before: bytes, during: bytes };
}

/** A frame of the canvas' size, lossless, which takes the most (`webp_in.c`), and its pixels. */
function libwebpBytes({ width, height }: Wanted["source"]): number {
  return (4 + 5.3) * width * height + (68 + 350) * width + 100 * KIB;
}

/** Kept from frame to frame: the one before, to compare with; of GIF also its indexes and what is known of colours. */
export function writerBytes({ frames, output }: Wanted): number {
  if (frames?.show !== "all") return 0;
  return rasterBytes(output) + (output.format === "gif" ? area(output) + GIF_MAP_BYTES : 0);
}

/** The longest that is made of all frames; of as many as may be, where their number shows only as they are read. */
export function animationFileBytes({ source, frames, output }: Wanted): number {
  const { most = 1 } = frames ?? {};
  const count = source.allFrames ? Math.min(source.frames, most) : most;
  return Math.min(MAX_ANIMATION_BYTES, count * (handedBytes(output) + 100));
}
