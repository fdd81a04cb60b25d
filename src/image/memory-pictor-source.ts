/** What reading a source takes of an instance's memory, beside the resize: the sums of the C sources. */
import type { Facts } from "./facts.ts";
import type { Plan } from "./job.ts";
import type { JobMap, PlaneMap } from "./memory-pictor-map.ts";
import { gifBytes, pngBytes } from "./memory-pictor-png.ts";
import { blockCounts, jpegScale, storedBytes } from "./memory-pictor-shrink.ts";
import { area, KIB, sum, up } from "./memory-sums.ts";
import { BAND_ROWS } from "./planes.ts";

type Wanted = Omit<Plan, "peakBytes">;

/** A piece of the source, what is kept of the one before, and libjpeg's state. */
const JPEG_READING_BYTES = 128 * KIB;
/** A piece of the source, and the reader's state. */
const READING_BYTES = 24 * KIB;

export interface SourceBytes {
  /** At most, before the resize begins. */
  readonly before: number;
  /** While it goes on. */
  readonly during: number;
}

export function sourceBytesOf(
  plan: Wanted,
  map: JobMap,
  planes: readonly PlaneMap[],
  sourceBytes: number,
): SourceBytes {
  switch (plan.source.format) {
    case "jpeg":
      return always(JPEG_READING_BYTES + jpegBytes(plan, map) + heldFile(plan, sourceBytes));
    case "png":
      return always(pngBytes(plan.source));
    case "gif":
      return always(gifBytes(plan.source));
    case "webp":
      return {
        before: READING_BYTES + sourceBytes + webpBytes(plan, planes),
        during: READING_BYTES + sum(planes, ({ from }) => area(from)),
      };
    default:
      return always(READING_BYTES + bandBytes(planes));
  }
}

function always(bytes: number): SourceBytes {
  return { before: bytes, during: bytes };
}

/** A band of rows that another module decoded (`source_raw.c`). */
export function bandBytes(planes: readonly PlaneMap[]): number {
  return sum(planes, ({ from }) => up(from.width, 16) * BAND_ROWS);
}

/** The library's arithmetic decoder cannot wait for bytes: the file is held, in a buffer that grows by halves. */
function heldFile({ source }: Wanted, sourceBytes: number): number {
  return source.jpegProcess === "arithmetic" ? 2.5 * sourceBytes : 0;
}

/** `jpeg_in.c`: the rows of one MCU row, and what is kept of scans. */
function jpegBytes({ source }: Wanted, { least }: JobMap): number {
  const eighths = jpegScale(source, least);
  const rows = sum(blockCounts(source), ({ across, v }) => v * eighths * (across * eighths + 16));
  return rows + storedBytes(source, eighths);
}

/** libwebp's own, beside the file and what it decodes to. Lossless pictures are decoded at full size. */
function webpBytes({ source }: Wanted, planes: readonly PlaneMap[]): number {
  const pixels = area(source);
  const decoded = sum(planes, ({ from }) => area(from));
  const isPlanar = planes.length === 3 && source.colour === "ycbcr";
  const buffers = isPlanar ? decoded : 2 * decoded;
  const lossless = source.colour === "rgb" ? 5.3 * pixels + 68 * source.width : 0;
  const alpha = source.colour !== "rgb" && source.alpha ? alphaBytes(source) : 0;
  return buffers + lossless + alpha + 350 * source.width;
}

/**
 * The plane, and its lossless decoder (`vp8l_dec.c`): 4 bytes a pixel, 17 rows more, and tables of Huffman codes, some
 * 6 KiB for each region that is coded in a way of its own.
 */
function alphaBytes(source: Facts): number {
  return 5.7 * area(source) + 68 * source.width + 128 * KIB;
}
