/**
 * What a job costs in bytes, with the jSquash adapter (`engine/jsquash`): whole pictures in memory, one WASM
 * instance at a time, each raster freed when the next is made. Pure; the numbers are measured.
 *
 * Least WASM memory under which a call succeeds, and what comes of it per pixel (photo and noise, 2 to 8 MP;
 * F is the file, which Emscripten's bindings hold twice; every C++ codec starts with 16.2 MiB):
 *
 * | codec                        | 2 MP      | 8 MP      | model, bytes                                 |
 * |------------------------------|-----------|-----------|----------------------------------------------|
 * | JPEG decode, sequential      | 16 MiB    | 34 MiB    | 2F + 4 a px                                  |
 * | JPEG decode, progressive     | 16–21 MiB | 57–81 MiB | and 2 a coefficient: 3 (4:2:0) to 6 (4:4:4)  |
 * | WebP decode, lossy           | 16 MiB    | 34 MiB    | 2F + 4.3 a px                                |
 * | WebP decode, lossy + alpha   | 16 MiB    | 51 MiB    | 2F + 6.6 a px                                |
 * | WebP decode, lossless        | 21–31 MiB | 79–123 MiB| 2F + 8.2 a px                                |
 * | PNG decode, 8-bit RGBA       | 17 MiB    | 62 MiB    | F + 4.2 a px (pixels stay there, no copy)    |
 * | PNG decode, others           | 24 MiB    | 90 MiB    | F + 9.4 a px (the same)                      |
 * | AVIF decode, 4:2:0           | 41 MiB    | 138 MiB   | 2F + 18–22 a px; with alpha 37               |
 * | AVIF decode, 4:4:4, noise    | 105 MiB   | > 200 MiB | 2F + 52 a px                                 |
 * | JPEG encode 4:2:0            | 30–41 MiB | 127 MiB   | 16 (q80, photo) to 28 (q100, noise) a px     |
 * | JPEG encode 4:4:4            | 43–71 MiB | 183 MiB   | 23 to 50 a px                                |
 * | WebP encode, lossy           | 24–58 MiB | 88 MiB    | 13.6 to 52 a px (alpha: 27 to 52)            |
 * | WebP encode, lossless        | 87 MiB    |           | 38 to 56 a px                                |
 * | AVIF encode 4:2:0, speed 9   | 67 MiB    |           | 8 MiB + 30 to 36 a px; 4:4:4: 44 to 56       |
 * | JPEG XL encode               | 32 to 36 MiB at 0.25 MP, see `memory-jxl.ts`          |
 * | PNG encode                   | 25–41 MiB | 92–160 MiB| 3 MiB + 13 to 22 a px                        |
 */
import type { Facts } from "./facts.ts";
import type { Plan, Size } from "./job.ts";
import { jxlEncoderBytes } from "./memory-jxl.ts";

const MIB = 2 ** 20;

/** All that an isolate has (Workers limits). What the three parts below leave is for code and the JavaScript heap. */
export const ISOLATE_BYTES = 128 * MIB;
/** Bytes that jobs at work may hold together: rasters, WASM memory. */
export const JOB_BUDGET_BYTES = 80 * MIB;
/** Bytes of source files that may be held together while they arrive and wait. */
export const SOURCE_BUDGET_BYTES = 24 * MIB;
/** Longest source that is read whole. */
export const MAX_BUFFERED_SOURCE_BYTES = 20 * MIB;
/** About 0.4 s of CPU time with libaom's speed 9, and the most that fits into the budget. */
export const MAX_AVIF_OUTPUT_PIXELS = 2_000_000;

/**
 * Bytes that a call takes: `least` with an ordinary picture, `most` with the worst there is. The header does not
 * tell which it is.
 */
interface Cost {
  readonly least: number;
  readonly most: number;
}

/**
 * Most memory that the job needs at once, in bytes, without the source file itself (that is held against
 * `SOURCE_BUDGET_BYTES`). `sourceBytes` is the file's length, or the most that it may be.
 *
 * When an ordinary picture of these facts fits and the worst does not, the job gets the whole budget; the engine
 * holds every instance to it, and the rare picture that needs more is refused (413) while it is decoded or encoded.
 */
export function peakBytes(plan: Omit<Plan, "peakBytes">, sourceBytes: number): number {
  const decoding = decoderCost(plan.source, sourceBytes);
  const encoding = encoderCost(plan);
  const least = peakOf(plan, decoding.least, encoding.least);
  if (least > JOB_BUDGET_BYTES) return least;
  return Math.min(peakOf(plan, decoding.most, encoding.most), JOB_BUDGET_BYTES);
}

/** The largest of the job's moments. */
function peakOf(plan: Omit<Plan, "peakBytes">, decoder: number, encoder: number): number {
  const { source, oriented, crop, extract } = plan;
  // PNG's pixels stay in the decoder's memory until the next step has copied them.
  const inPlace = source.format === "png";
  const decoded = inPlace ? decoder : rasterBytes(source);
  const turned = source.orientation === 1 ? decoded : rasterBytes(oriented);
  const isCropped = crop.width !== oriented.width || crop.height !== oriented.height;
  const cropped = isCropped ? rasterBytes(crop) : turned;
  return Math.ceil(
    Math.max(
      inPlace ? decoder : decoder + decoded,
      source.orientation === 1 ? 0 : decoded + turned,
      isCropped ? turned + cropped : 0,
      cropped + resizing(plan),
      finishing(plan, rasterBytes(extract)),
      rasterBytes(plan.output) + encoder + resultBytes(plan),
    ),
  );
}

/** Most WASM memory that the plan leaves its decoder. PNG's pixels are part of it; the others are copied out. */
export function decoderLimit({ source, peakBytes: peak }: Plan): number {
  return source.format === "png" ? peak : peak - rasterBytes(source);
}

/** Most WASM memory that the plan leaves its encoder, beside the finished picture and the encoded one. */
export function encoderLimit(plan: Plan): number {
  return plan.peakBytes - rasterBytes(plan.output) - resultBytes(plan);
}

/** The encoded picture is copied out while the encoder lives: its length for noise at quality 100, measured. */
function resultBytes({ output }: Omit<Plan, "peakBytes">): number {
  const isLossless = output.lossless || output.format === "png";
  const isFull = output.chroma === "444";
  const perPixel = isLossless ? 6 : output.format === "jxl" ? 4 : isFull ? 3 : 2;
  return output.width * output.height * perPixel + 65_536;
}

export function rasterBytes({ width, height }: Size): number {
  return width * height * 4;
}

/** The result, one row of floats for each vertical tap, one source row of floats, and the weights. */
function resizing({ crop, resize, extract }: Omit<Plan, "peakBytes">): number {
  const taps = (from: number, to: number) => 2 * Math.ceil(3 * Math.max(1, from / to)) + 1;
  const across = taps(crop.width, resize.width);
  const down = taps(crop.height, resize.height);
  const rows = (down + 1) * extract.width * 16 + crop.width * 16;
  return rasterBytes(extract) + rows + (across * extract.width + down * extract.height) * 4;
}

/** Each step between resize and encode holds its input and its output; blur and sharpen hold floats besides. */
function finishing(plan: Omit<Plan, "peakBytes">, extracted: number): number {
  const largest = Math.max(
    extracted,
    plan.canvas ? rasterBytes(plan.canvas) : 0,
    rasterBytes(plan.output),
  );
  const floats = plan.blur > 0 || plan.sharpen > 0 ? 4 * largest : 0;
  return 2 * largest + floats;
}

/**
 * Most memory while a finished raster is encoded: raster, encoder and result. When an ordinary picture fits and the
 * worst does not, the whole budget, as in `peakBytes`.
 */
export function encodingBytes(plan: Omit<Plan, "peakBytes">): number {
  const encoder = encoderCost(plan);
  const others = rasterBytes(plan.output) + resultBytes(plan);
  const least = others + encoder.least;
  return least > JOB_BUDGET_BYTES ? least : Math.min(others + encoder.most, JOB_BUDGET_BYTES);
}

/** What Emscripten's modules start with, code's static data included. */
const EMSCRIPTEN_BYTES = 16.25 * MIB;
/** Growth in steps of at least 5%, and malloc's own. */
const EMSCRIPTEN_SLACK = 1.06;

function emscripten(least: number, most: number): Cost {
  const heap = (bytes: number) => Math.max(EMSCRIPTEN_BYTES, bytes * EMSCRIPTEN_SLACK + MIB);
  return { least: heap(least), most: heap(most) };
}

function decoderCost(facts: Facts, file: number): Cost {
  const px = facts.width * facts.height;
  switch (facts.format) {
    case "jpeg": {
      const bytes = 2 * file + (4.1 + coefficientBytes(facts)) * px;
      return emscripten(bytes, bytes);
    }
    case "webp":
      return emscripten(2 * file + (facts.alpha ? 6.6 : 4.3) * px, 2 * file + 8.3 * px);
    case "avif": {
      const perPixel = facts.alpha ? 37 : 20;
      return emscripten(2 * file + perPixel * px + 2 * MIB, 2 * file + 64 * px + 20 * MIB);
    }
    case "gif":
      return { least: px, most: px };
    default: {
      const isRgba = facts.alpha && facts.colour === "rgb";
      const bytes = file + (isRgba ? 4.2 : 9.4) * px + 4 * MIB;
      return { least: bytes, most: bytes };
    }
  }
}

/** Bytes a pixel of the coefficients that a progressive JPEG keeps: 2 for every sample of every component. */
function coefficientBytes({ progressive, jpegProcess, sampling, colour }: Facts): number {
  if (!progressive && jpegProcess !== "progressive") return 0;
  if (colour === "gray") return 2.1;
  const chroma: Readonly<Record<string, number>> = { "420": 1, "422": 2, "440": 2, "411": 1 };
  return 2.2 + (chroma[sampling ?? ""] ?? 4);
}

function encoderCost({ output }: Omit<Plan, "peakBytes">): Cost {
  const px = output.width * output.height;
  const is444 = output.chroma === "444";
  switch (output.format) {
    case "jpeg":
      return is444 ? emscripten(24 * px, 53 * px) : emscripten(17 * px, 30 * px);
    case "webp":
      if (output.lossless) return emscripten(40 * px, 60 * px);
      return emscripten((output.alpha ? 28 : 14) * px, 54 * px);
    case "avif":
      return is444 || output.lossless
        ? emscripten(44 * px + 8 * MIB, 60 * px + 12 * MIB)
        : emscripten(29 * px + 7 * MIB, 38 * px + 12 * MIB);
    case "jxl": {
      const { least, most } = jxlEncoderBytes(output);
      return { least: Math.max(EMSCRIPTEN_BYTES, least), most: Math.max(EMSCRIPTEN_BYTES, most) };
    }
    case "png":
      return { least: 14 * px + 3 * MIB, most: 26 * px + 4 * MIB };
  }
}
