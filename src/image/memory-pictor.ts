/**
 * What a job costs in bytes on the engine's own module (`wasm/engine`). Pure; the sums are those of the C sources, each
 * of which states its own, and the constants are measured. An instance gets a memory of just the priced size, so a
 * job cannot take more: one that would is refused by the module (413).
 */
import type { Plan } from "./job.ts";
import { isDirect, type JobMap, jobMap, type PlaneMap, planeMaps } from "./memory-pictor-map.ts";
import { encoderBytes, handedBytes, importing } from "./memory-pictor-out.ts";
import { resizerBytes } from "./memory-pictor-resize.ts";
import { type SourceBytes, sourceBytesOf } from "./memory-pictor-source.ts";
import { area, KIB, planeBytes, sum } from "./memory-sums.ts";
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

/** What the module will take of an instance's memory. Whether planes of AVIF can be used directly shows too late. */
export function neededBytes(plan: Wanted, sourceBytes: number): number {
  const isOpen = plan.source.format === "avif" && isDirect(plan);
  const needed = needing(plan, sourceBytes, jobMap(plan));
  return isOpen ? Math.max(needed, needing(plan, sourceBytes, jobMap(plan, false))) : needed;
}

function needing(plan: Wanted, sourceBytes: number, map: JobMap): number {
  const planes = planeMaps(plan, map);
  const resizing = sum(planes, (plane) => resizerBytes(plane) + planeBytes(plane.to));
  const source = sourceBytesOf(plan, map, planes, sourceBytes);
  const work = Math.max(
    source.before,
    source.during + resizing,
    // What is freed in between lies in pieces, too small for what comes next.
    source.during + resizing + turning(map, planes) + firstPiece(plan, map),
    finishing(plan, map, planes) + holes(plan, map, source),
  );
  return MODULE_BYTES + SLACK * (work + overlayBytes(plan)) + PAGE_BYTES;
}

/** The rasters of all overlays, which are there from the start to the end of a job. */
export function overlayBytes({ draw = [] }: Pick<Plan, "draw">): number {
  return sum(draw, ({ plan }) => rasterBytes(plan.output));
}

/** What a reader of rows gave back lies in pieces, too, which a raster does not fit into. */
function holes({ source }: Wanted, { direct }: JobMap, { during }: SourceBytes): number {
  return direct || source.format === "webp" ? 0 : during;
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

/** From the resized planes to the encoded file: each step holds its input and its output. */
function finishing(plan: Wanted, map: JobMap, planes: readonly PlaneMap[]): number {
  const resized = sum(planes, ({ to }) => planeBytes(to));
  const encoder = encoderBytes(plan);
  if (map.direct) return resized + encoder;
  const rasters = plan.rotate === 90 || plan.rotate === 270 ? 2 : 1;
  return Math.max(
    resized + rasters * roomBytes(plan) + Math.max(filterBytes(plan), backdropBytes(plan)),
    rasterBytes(plan.output) + importing(plan) + encoder + pngHole(plan, resized),
  );
}

/** Where the planes were, a PNG goes only if it has no channel and no margin more than they had: measured. */
function pngHole({ output }: Wanted, resized: number): number {
  const isLarger = output.format === "png" && output.alpha && resized < rasterBytes(output);
  return isLarger ? resized / 4 : 0;
}

/** Beside the picture that they work on in place: `op_blur_*.c`, `op_sharpen.c`, `op_pixelate.c`. */
function filterBytes({ blur, sharpen, pixelate, extract, rotate }: Wanted): number {
  const width = rotate === 90 || rotate === 270 ? extract.height : extract.width;
  const reach = Math.ceil(3 * blur);
  const longest = Math.max(extract.width, extract.height);
  const boxes = 8.3 * area(extract) + 128 * (longest + 2 * reach + 16);
  const kernel = 8 * (2 * reach + 5) * (width + 2 * reach);
  const blurring = blur > 10 ? boxes : blur > 0 ? kernel : 0;
  const blocks = pixelate > 0 ? 16 * (width / pixelate + 1) : 0;
  return Math.max(blurring, sharpen > 0 ? 80 * (width + 16) : 0, blocks);
}

/** A raster of the picture, with room for all its margins from the start (`finish_job`). */
function roomBytes({ canvas, border, pad, extract, output }: Wanted): number {
  return rasterBytes((canvas ?? border ?? pad) ? output : extract);
}

/** `backdrop.c`: a copy of at most 32 × 32 px, and its blur. */
function backdropBytes({ backdrop }: Wanted): number {
  return backdrop ? 16 * KIB : 0;
}
