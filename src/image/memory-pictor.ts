/**
 * What a job costs in bytes on the engine's own module (`wasm/engine`). Pure; the sums are those of the C sources, each
 * of which states its own, and the constants are measured. An instance gets a memory of just the priced size, so a
 * job cannot take more: one that would is refused by the module (413).
 */
import type { Output, Plan, Size } from "./job.ts";
import { encodingBytes, rasterBytes } from "./memory.ts";
import { isDirect, type JobMap, jobMap, type PlaneMap, planeMaps } from "./memory-pictor-map.ts";
import { gifBytes, pngBytes } from "./memory-pictor-png.ts";
import { pngFileBytes, pngOutBytes } from "./memory-pictor-png-out.ts";
import { resizerBytes } from "./memory-pictor-resize.ts";
import { blockCounts, jpegScale, storedBytes } from "./memory-pictor-shrink.ts";

type Wanted = Omit<Plan, "peakBytes">;

const KIB = 2 ** 10;

/** The module's static data and stack (`engine_heap_base`). */
export const MODULE_BYTES = 184 * KIB;
/** A piece of the source, what is kept of the one before, and libjpeg's state. */
const JPEG_READING_BYTES = 128 * KIB;
const WEBP_READING_BYTES = 24 * KIB;
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
    source.during + resizing + turning(map, planes) + firstRaster(plan, map),
    finishing(plan, map, planes) + holes(plan, map, source),
  );
  return MODULE_BYTES + SLACK * work + PAGE_BYTES;
}

/**
 * Most memory that the job needs at once: the instance and the result, or, where another module encodes, the pixels
 * with whichever of the two modules is larger.
 */
export function pictorPeakBytes(plan: Wanted, sourceBytes: number): number {
  const instance = instanceBytes(plan, sourceBytes);
  const { output } = plan;
  if (output.format !== "avif") return instance + resultBytes(output);
  return Math.max(instance + rasterBytes(output), encodingBytes(plan));
}

interface SourceBytes {
  /** At most, before the resize begins. */
  readonly before: number;
  /** While it goes on. */
  readonly during: number;
}

function sourceBytesOf(
  plan: Wanted,
  map: JobMap,
  planes: readonly PlaneMap[],
  sourceBytes: number,
): SourceBytes {
  if (plan.source.format === "jpeg") {
    const bytes = JPEG_READING_BYTES + jpegBytes(plan, map) + heldFile(plan, sourceBytes);
    return { before: bytes, during: bytes };
  }
  if (plan.source.format === "png" || plan.source.format === "gif") {
    const bytes = plan.source.format === "png" ? pngBytes(plan.source) : gifBytes(plan.source);
    return { before: bytes, during: bytes };
  }
  return {
    before: WEBP_READING_BYTES + sourceBytes + webpBytes(plan, planes),
    during: WEBP_READING_BYTES + sum(planes, ({ from }) => area(from)),
  };
}

/** The library's arithmetic decoder cannot wait for bytes: the file is held, in a buffer that grows by halves. */
function heldFile({ source }: Wanted, sourceBytes: number): number {
  return source.jpegProcess === "arithmetic" ? 2.5 * sourceBytes : 0;
}

/** What a reader of rows gave back lies in pieces, too, which a raster does not fit into. */
function holes({ source }: Wanted, { direct }: JobMap, { during }: SourceBytes): number {
  return direct || source.format === "webp" ? 0 : during;
}

/** A copy of the largest plane. */
function turning({ transposed }: JobMap, planes: readonly PlaneMap[]): number {
  return transposed ? Math.max(...planes.map(({ to }) => planeBytes(to))) : 0;
}

function firstRaster(plan: Wanted, { direct }: JobMap): number {
  return direct ? 0 : rasterBytes(plan.extract);
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
  const alpha = source.colour !== "rgb" && source.alpha ? 2 * pixels : 0;
  return buffers + lossless + alpha + 350 * source.width;
}

/** From the resized planes to the encoded file: each step holds its input and its output. */
function finishing(plan: Wanted, map: JobMap, planes: readonly PlaneMap[]): number {
  const resized = sum(planes, ({ to }) => planeBytes(to));
  const encoder = encoderBytes(plan);
  if (map.direct) return resized + encoder;
  const first = firstRaster(plan, map);
  const largest = Math.max(
    first,
    plan.canvas ? rasterBytes(plan.canvas) : 0,
    rasterBytes(plan.output),
  );
  const isCopied = Boolean(plan.canvas ?? plan.pad) || plan.rotate === 90 || plan.rotate === 270;
  return Math.max(
    resized + (isCopied ? 2 : 1) * largest + filterBytes(plan),
    rasterBytes(plan.output) + importing(plan) + encoder,
  );
}

/**
 * What the encoder makes of a raster first: for JPEG a row of MCUs in planes; for WebP all planes, of which chroma
 * 4:4:4 asks for a conversion that keeps its edges.
 */
function importing({ output }: Wanted): number {
  if (output.format === "jpeg") return 28 * up(output.width, 16);
  if (output.format !== "webp" || output.lossless) return 0;
  return (output.chroma === "444" ? 14 : output.alpha ? 2.5 : 1.5) * area(output);
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

/** VP8L's hash tables and histograms, for a lossless picture, and for an alpha plane. */
const LOSSLESS_BYTES = 1100 * KIB;
const ALPHA_BYTES = 900 * KIB;

/** Beside the picture that is encoded, and with the file that is made of it. */
function encoderBytes({ output }: Wanted): number {
  const pixels = up(output.width, 16) * up(output.height, 16);
  switch (output.format) {
    case "jpeg":
      return 48 * KIB + jpegOutBytes(output) * pixels;
    case "webp":
      if (output.lossless) return LOSSLESS_BYTES + 46 * pixels;
      return vp8Bytes(output, pixels) + alphaBytes(output, pixels) + 96 * KIB;
    case "png":
      return pngOutBytes(output);
    default:
      return 0;
  }
}

/**
 * Bytes a pixel. What the scans will say is kept while it is no more than that of most photos (`most_tokens` in
 * `jpeg_out.c`), with the file half as much more. Noise keeps nothing and takes longer: then there is its file alone.
 */
function jpegOutBytes(output: Output): number {
  const { quality, chroma } = output;
  const photo = quality < 85 ? 0.75 : quality < 95 ? 1.25 : 2.25;
  const kept = chroma === "444" ? 1.5 * photo : photo;
  return 0.1 + Math.max(1.5 * kept, 1.25 * fileBytes(output));
}

/** Bytes a pixel of a lossy file of noise, the worst there is (measured). */
function fileBytes({ quality, chroma }: Output): number {
  const most = Math.max(0.53, 0.68 * 2 ** ((quality - 80) / 19));
  return chroma === "444" ? 2.1 * most : most;
}

/** The copy that is handed out. */
function resultBytes(output: Output): number {
  if (output.format === "png") return pngFileBytes(output);
  return (output.lossless ? 4.5 : fileBytes(output)) * area(output) + 4 * KIB;
}

/** Bytes a pixel of VP8's encoder. Its tokens are most of it: their number follows quality (photos, measured). */
function lossyWebpBytes({ quality }: Output): number {
  return 1 + Math.max(2, 0.15 * 2 ** (quality / 16));
}

/**
 * Noise makes five times the tokens of a photo. Small results get room for that, as it costs nothing there; where it
 * does not suffice, the encoder does without its tokens, in half as much time again (`webp_out.c`).
 */
function vp8Bytes(output: Output, pixels: number): number {
  return Math.max(lossyWebpBytes(output) * pixels, Math.min(24 * pixels, 620 * KIB));
}

/** VP8L codes it. Noise takes half as much again as a cut-out does; results of up to 0.4 megapixels get room for that. */
function alphaBytes({ alpha }: Output, pixels: number): number {
  return alpha ? ALPHA_BYTES + 20 * pixels + Math.min(10 * pixels, 4096 * KIB) : 0;
}

/** Rows of planes are whole blocks of 16 samples. */
function planeBytes({ width, height }: Size): number {
  return up(width, 16) * height;
}

function area({ width, height }: Size): number {
  return width * height;
}

function up(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
