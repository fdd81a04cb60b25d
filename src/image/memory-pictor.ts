/**
 * What a job costs in bytes on the engine's own module (`wasm/engine`). Pure; the sums are those of the C sources, each
 * of which states its own, and the constants are measured. An instance gets a memory of just the priced size, so a
 * job cannot take more: one that would is refused by the module (413).
 */
import { comesAsPlanes } from "./facts.ts";
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

/** What the module will take of an instance's memory. Whether planes from elsewhere can be used directly shows too late. */
export function neededBytes(plan: Wanted, sourceBytes: number): number {
  const isOpen = comesAsPlanes(plan.source) && isDirect(plan);
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
  return MODULE_BYTES + SLACK * work + PAGE_BYTES;
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
function firstPiece({ extract, output }: Wanted, { direct }: JobMap): number {
  if (!direct) return rasterBytes(extract);
  return output.format === "avif" ? handedBytes(output) : 0;
}

/** From the resized planes to the encoded file: each step holds its input and its output. */
function finishing(plan: Wanted, map: JobMap, planes: readonly PlaneMap[]): number {
  const resized = sum(planes, ({ to }) => planeBytes(to));
  const encoder = encoderBytes(plan);
  if (map.direct) return resized + encoder;
  const largest = Math.max(
    rasterBytes(plan.extract),
    plan.canvas ? rasterBytes(plan.canvas) : 0,
    rasterBytes(plan.output),
  );
  const isCopied = Boolean(plan.canvas ?? plan.pad) || plan.rotate === 90 || plan.rotate === 270;
  return Math.max(
    resized + (isCopied ? 2 : 1) * largest + filterBytes(plan),
    rasterBytes(plan.output) + importing(plan) + encoder,
  );
}

/** `op_blur_*.c` and `op_sharpen.c`, beside the picture that they work on in place. */
function filterBytes({ blur, sharpen, canvas, extract, rotate }: Wanted): number {
  const shown = canvas ?? extract;
  const width = rotate === 90 || rotate === 270 ? shown.height : shown.width;
  const reach = Math.ceil(3 * blur);
  const boxes = 8.3 * area(shown) + 128 * (Math.max(shown.width, shown.height) + 2 * reach + 16);
  const kernel = 8 * (2 * reach + 5) * (width + 2 * reach);
  const blurring = blur > 10 ? boxes : blur > 0 ? kernel : 0;
  return Math.max(blurring, sharpen > 0 ? 80 * (width + 16) : 0);
}
