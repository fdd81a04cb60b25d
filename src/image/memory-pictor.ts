/**
 * What a job costs in bytes on the engine's own module (`wasm/engine`). Pure; the sums are those of the C sources, each
 * of which states its own, and the constants are measured. An instance gets a memory of just the priced size, so a
 * job cannot take more: one that would is refused by the module (413).
 */
import { comesAsPlanes } from "./facts.ts";
import { isQuarterTurn } from "./geometry.ts";
import type { Plan } from "./job.ts";
import { conversionBytes, numbersBytes } from "./memory-colour.ts";
import { frameBytesOf, writerBytes } from "./memory-pictor-frames.ts";
import { gifPieces } from "./memory-pictor-gif-out.ts";
import { isDirect, type JobMap, jobMap, type PlaneMap, planeMaps } from "./memory-pictor-map.ts";
import { encoderBytes, handedBytes, importing } from "./memory-pictor-out.ts";
import { pngOutBytes } from "./memory-pictor-png-out.ts";
import { resizerBytes } from "./memory-pictor-resize.ts";
import { type SourceBytes, sourceBytesOf } from "./memory-pictor-source.ts";
import { area, beside, KIB, planeBytes, sum } from "./memory-sums.ts";
import { rasterBytes } from "./raster.ts";

type Wanted = Omit<Plan, "peakBytes">;

/** The module's static data and stack (`engine_heap_base`). */
export const MODULE_BYTES = 188 * KIB;
/** What the allocator loses between blocks, and its last page. */
const SLACK = 1.04;
const PAGE_BYTES = 64 * KIB;

/**
 * Memory comes in size classes, so that instances can be used again: whole pages of 64 KiB, and from 1 MiB on eight
 * classes an octave (1, 1⅛, 1¼ … 2, 2¼ … MiB), of which at most a ninth is not used.
 */
export function sizeClass(bytes: number): number {
  const octave = 2 ** Math.floor(Math.log2(Math.max(1, bytes)));
  const step = Math.max(PAGE_BYTES, octave / 8);
  return Math.max(1, Math.ceil(bytes / step)) * step;
}

/** Bytes of the instance that does the job. `sourceBytes`: length of the file (of a JPEG it matters for arithmetic coding alone). */
export function instanceBytes(plan: Wanted, sourceBytes: number): number {
  return sizeClass(neededBytes(plan, sourceBytes));
}

/** What the module will take of an instance's memory. Whether planes from elsewhere can be used directly shows too late. */
export function neededBytes(plan: Wanted, sourceBytes: number): number {
  const isOpen = comesAsPlanes(plan.source) && isDirect(plan);
  const needed = needing(plan, sourceBytes, jobMap(plan));
  return isOpen ? Math.max(needed, needing(plan, sourceBytes, jobMap(plan, false))) : needed;
}

function needing(plan: Wanted, sourceBytes: number, map: JobMap): number {
  const planes = planeMaps(plan, map);
  const resizing = sum(planes, (plane) => resizerBytes(plane) + planeBytes(plane.to));
  const source = plan.frames
    ? frameBytesOf(plan, sourceBytes)
    : sourceBytesOf(plan, map, planes, sourceBytes);
  const kept = writerBytes(plan);
  const work = Math.max(
    source.before,
    source.during + resizing,
    // What is freed in between lies in pieces, too small for what comes next.
    source.during + resizing + turning(map, planes) + firstPiece(plan, map),
    finishing(plan, map, planes, source.during, resizing) + holes(plan, map, source),
    filtering(plan, map, planes, source.during, resizing),
  );
  const whole = kept + overlayBytes(plan) + numbersBytes(plan);
  return MODULE_BYTES + SLACK * (work + whole) + PAGE_BYTES;
}

/** The rasters of all overlays, which are there from the start to the end of a job. */
export function overlayBytes({ draw = [] }: Pick<Plan, "draw">): number {
  return sum(draw, ({ plan }) => rasterBytes(plan.output));
}

/**
 * What a reader of rows gave back lies in pieces, too, which a raster does not fit into. The canvas of an animation stays
 * for the next frame.
 */
function holes(plan: Wanted, { direct }: JobMap, { during }: SourceBytes): number {
  const { source, output, frames } = plan;
  if (frames) return during;
  // A WebP's pieces are just as large as what comes next, but for a profile's few bytes.
  const fits = source.format === "webp" && output.gamut === undefined;
  return direct || fits || output.format === "png" ? 0 : during;
}

/** A copy of the largest plane. */
function turning({ transposed }: JobMap, planes: readonly PlaneMap[]): number {
  return transposed ? Math.max(...planes.map(({ to }) => planeBytes(to))) : 0;
}

/** The first that needs one large piece: a raster, or the planes for AVIF. */
function firstPiece(plan: Wanted, { direct }: JobMap): number {
  const { output } = plan;
  if (!direct) return roomBytes(plan);
  return output.format === "avif" ? handedBytes(output) : 0;
}

/**
 * From the resized planes to the encoded file: each step holds its input and its output. `during` and `resizing`: bytes
 * that were taken before the raster was made, and lie free below it.
 */
function finishing(
  plan: Wanted,
  map: JobMap,
  planes: readonly PlaneMap[],
  during: number,
  resizing: number,
): number {
  const resized = sum(planes, ({ to }) => planeBytes(to));
  if (map.direct) return resized + encoderBytes(plan);
  const tools = Math.max(
    sum(filterPieces(plan), Number),
    conversionBytes(plan),
    backdropBytes(plan),
  );
  return Math.max(
    // A quarter turn makes another raster.
    resized + (isQuarterTurn(plan.rotate) ? 2 : 1) * roomBytes(plan) + tools,
    encoding(plan, resized, during, resizing),
  );
}

/** What a filter asks for in a piece that is larger than what lies free below the raster comes behind it. */
function filtering(
  plan: Wanted,
  map: JobMap,
  planes: readonly PlaneMap[],
  during: number,
  resizing: number,
): number {
  if (map.direct) return 0;
  const resized = sum(planes, ({ to }) => planeBytes(to));
  const before = isQuarterTurn(plan.rotate) ? roomBytes(plan) : 0;
  const left = resizing + (plan.frames ? 0 : during);
  const hole = before + resized + CERTAIN * (left - resized);
  return during + resizing + before + roomBytes(plan) + beside(hole, filterPieces(plan));
}

/** Of the hole below the raster, what is certain to be there beside the planes: prices are upper bounds. */
const CERTAIN = 0.85;

/** The raster becomes the encoder's own picture and is given back; PNG reads it to the end. */
function encoding(plan: Wanted, resized: number, during: number, resizing: number): number {
  const raster = rasterBytes(plan.output);
  const before = isQuarterTurn(plan.rotate) ? roomBytes(plan) : 0;
  if (plan.output.format === "png") {
    // Into a hole that is large enough the raster is moved first: what is free lies together then.
    if (resized + before >= raster) return raster + encoderBytes(plan);
    const hole = plan.frames ? 0 : resized + CERTAIN * (during + resizing - resized);
    return raster + during + resizing + before + pngOutBytes(plan.output, hole);
  }
  // The canvas of an animation stays, and is no hole.
  const left = resizing + (plan.frames ? 0 : during);
  // Planes for AVIF are one piece: only what the resized ones leave is certain to lie together.
  const scattered = plan.output.format === "avif" ? 0 : CERTAIN * (left - resized);
  const hole = before + resized + scattered;
  // With margins, the raster is larger than all that was there before it, and so may be what comes behind it.
  const stacked = raster + resizing + before + beside(hole, largePieces(plan));
  if (plan.output.format === "webp") {
    const imported = importing(plan);
    return Math.max(stacked, raster + imported.while, imported.after + encoderBytes(plan));
  }
  return Math.max(stacked, raster + importing(plan).while + encoderBytes(plan));
}

/** What is asked for in one piece while the raster is there. */
function largePieces(plan: Wanted): readonly number[] {
  const { while: first } = importing(plan);
  switch (plan.output.format) {
    case "webp":
      // Sharper chroma takes more, when the raster has been given back.
      return [Math.min(first, rasterBytes(plan.output))];
    case "gif":
      return gifPieces(plan.output);
    default:
      return [first, encoderBytes(plan)];
  }
}

/** Beside the picture that they work on in place, one after the other: `op_blur_*.c`, `op_sharpen.c`, `op_pixelate.c`. */
function filterPieces({ blur, sharpen, pixelate, extract, rotate }: Wanted): readonly number[] {
  const width = isQuarterTurn(rotate) ? extract.height : extract.width;
  const reach = Math.ceil(3 * blur);
  const line = 64 * (Math.max(extract.width, extract.height) + 2 * reach + 16);
  const kernel = 8 * (2 * reach + 5) * (width + 2 * reach);
  const blurring = blur > 10 ? [line, line, 8.3 * area(extract)] : [blur > 0 ? kernel : 0];
  const blocks = pixelate > 0 ? 16 * (width / pixelate + 1) : 0;
  const others = Math.max(sharpen > 0 ? 80 * (width + 16) : 0, blocks);
  return others > sum(blurring, Number) ? [others] : blurring;
}

/** A raster of the picture, with room for all its margins from the start (`finish_job`). */
function roomBytes({ canvas, border, pad, extract, output }: Wanted): number {
  return rasterBytes((canvas ?? border ?? pad) ? output : extract);
}

/** `backdrop.c`: a copy of at most 32 × 32 px, and its blur. */
function backdropBytes({ backdrop }: Wanted): number {
  return backdrop ? 16 * KIB : 0;
}
