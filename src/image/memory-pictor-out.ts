/** What encoding takes of an instance's memory: the sums of the C sources, with constants that were measured. */
import type { Output, Plan } from "./job.ts";
import { gifFileBytes, gifOutBytes } from "./memory-pictor-gif-out.ts";
import { pngFileBytes, pngOutBytes } from "./memory-pictor-png-out.ts";
import { area, KIB, up } from "./memory-sums.ts";
import { rasterBytes } from "./raster.ts";

type Wanted = Pick<Plan, "output">;

export interface Imported {
  /** At most, beside the raster. */
  readonly while: number;
  /** Of WebP, whose encoder gives the raster back: what is there instead. */
  readonly after: number;
}

/**
 * What the encoder makes of a raster first: for JPEG a row of MCUs in planes; for WebP a picture of its own, of which
 * chroma 4:4:4 asks for a conversion that keeps its edges; for AVIF two rows of chroma.
 */
export function importing({ output }: Wanted): Imported {
  if (output.format === "webp") return importingWebp(output);
  const rows = output.format === "avif" ? 4 * output.width + 4 : 0;
  return { while: output.format === "jpeg" ? 28 * up(output.width, 16) : rows, after: 0 };
}

/** Lossless: the encoder's bytes are counted with its picture. */
function importingWebp(output: Output): Imported {
  const planes = (output.alpha ? 2.5 : 1.5) * area(output);
  const pixels = 4 * area(output);
  if (output.lossless) return { while: pixels, after: 0 };
  if (output.chroma !== "444") return { while: planes, after: planes };
  return { while: 10 * area(output), after: pixels + planes };
}

/** VP8L's hash tables and histograms, for a lossless picture, and for an alpha plane. */
const LOSSLESS_BYTES = 1100 * KIB;
const ALPHA_BYTES = 900 * KIB;

/** Beside the picture that is encoded, and with the file that is made of it. */
export function encoderBytes({ output }: Wanted): number {
  const pixels = up(output.width, 16) * up(output.height, 16);
  switch (output.format) {
    case "jpeg":
      return 48 * KIB + jpegOutBytes(output) * pixels;
    case "webp":
      return webpOutBytes(output, pixels) + rewrittenBytes(output);
    case "png":
      return pngOutBytes(output);
    case "gif":
      return gifOutBytes(output);
    case "avif":
      return handedBytes(output);
    default:
      return 0;
  }
}

function webpOutBytes(output: Output, pixels: number): number {
  if (output.lossless) return LOSSLESS_BYTES + 46 * pixels;
  return Math.max(vp8Bytes(output, pixels), alphaBytes(output, pixels)) + 96 * KIB;
}

/** A WebP with a profile is written once more, behind its chunk. */
function rewrittenBytes(output: Output): number {
  return output.gamut === undefined ? 0 : 2 * lossyFileBytes(output);
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

type Point = readonly [quality: number, bytes: number];

/**
 * Bytes a pixel of the longest lossy files there are: of noise whose samples are black or white in each channel, which
 * is what sharpening and contrast make of noise (measured, and 4 % more).
 */
const LONGEST: Readonly<Record<string, readonly Point[]>> = {
  webp: [
    [10, 0.53],
    [40, 0.73],
    [60, 0.81],
    [80, 0.94],
    [90, 1.1],
    [95, 1.23],
    [100, 1.4],
  ],
  "420": [
    [10, 0.3],
    [40, 0.5],
    [60, 0.63],
    [80, 0.83],
    [90, 1.03],
    [95, 1.23],
    [100, 1.66],
  ],
  "444": [
    [10, 0.43],
    [40, 1],
    [60, 1.26],
    [80, 1.66],
    [90, 2.06],
    [95, 2.46],
    [100, 3.42],
  ],
};

/** Straight lines between what was measured. */
function fileBytes({ format, quality, chroma }: Output): number {
  const points = LONGEST[format === "webp" ? format : chroma] ?? [];
  let [from, least] = points[0] ?? [0, 0];
  for (const [to, bytes] of points) {
    if (quality <= to)
      return to === from
        ? bytes
        : least + ((bytes - least) * Math.max(0, quality - from)) / (to - from);
    [from, least] = [to, bytes];
  }
  return least;
}

/** The copy that is handed out: the file, or what another module makes it of. */
export function handedBytes(output: Output): number {
  switch (output.format) {
    case "png":
      return pngFileBytes(output);
    case "gif":
      return gifFileBytes(output);
    case "avif":
      return planesBytes(output);
    case "jxl":
    case "raster":
      return rasterBytes(output);
    default:
      return lossyFileBytes(output);
  }
}

/** `planes_out.c`: tight planes. */
function planesBytes(output: Output): number {
  const half = Math.ceil(output.width / 2) * Math.ceil(output.height / 2);
  const chroma = output.lossless || output.chroma === "444" ? area(output) : half;
  return (output.alpha ? 2 : 1) * area(output) + 2 * chroma;
}

function lossyFileBytes(output: Output): number {
  // Alpha is coded without loss.
  const perPixel = output.lossless ? 4.5 : fileBytes(output) + (output.alpha ? 1.1 : 0);
  // Coded in whole blocks.
  return perPixel * up(output.width, 16) * up(output.height, 16) + 4 * KIB;
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
  const coded = output.alpha ? 1.1 * pixels : 0;
  return coded + Math.max(lossyWebpBytes(output) * pixels, Math.min(24 * pixels, 620 * KIB));
}

/**
 * VP8L codes it, before VP8 begins: 23 bytes a pixel for a cut-out, 27 for soft edges. Of noise and of detail, which
 * take up to 37, it is coded with the least effort (`libwebp-07-alpha-in-less-memory.patch`).
 */
function alphaBytes({ alpha }: Output, pixels: number): number {
  return alpha ? ALPHA_BYTES + 31 * pixels : 0;
}
