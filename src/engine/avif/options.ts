/**
 * What libaom is told: speed, quality and tuning, from what the plan says. Pure.
 *
 * Measured by bytes at equal SSIMULACRA2 (4:2:0, quality 40 to 80) against sharp's fastest setting, effort 0: speed 9
 * tuned for PSNR 1.11, for SSIM 1.09, for image quality (with the patience of `avif_encoder.c`) 0.99; tuned for that,
 * speed 8 0.89 and speed 7 0.87, in 3.6 and 5 times the CPU time.
 */
import type { Output, Size } from "../../image/job.ts";

/** `aom_tune_metric`. */
const TUNE_PSNR = 0;
const TUNE_IQ = 10;

/** Most pixels of a result that gets the slower speed: about 0.1 s of CPU time. */
const SMALL_PIXELS = 250_000;

export interface AvifOptions {
  /** libaom's own scale of the quantizer, 0 (best) to 63. */
  readonly level: number;
  readonly lossless: boolean;
  /** libaom's `cpu-used`. */
  readonly speed: number;
  readonly tune: number;
}

export function colourOptions(output: Output): AvifOptions {
  const { quality, lossless } = output;
  const speed = speedOf(output);
  return {
    level: levelOf(quality, speed),
    lossless,
    speed,
    tune: lossless ? TUNE_PSNR : TUNE_IQ,
  };
}

/** What is tuned for the eye's view of luma is not for alpha; its quality is libavif's: 100 is the quantizer 0, 0 is 63. */
export function alphaOptions(output: Output): AvifOptions {
  const level = Math.floor(((100 - output.quality) * 63 + 50) / 100);
  return { ...colourOptions(output), level, tune: TUNE_PSNR };
}

/** Points of a curve between which it is straight: quality, and libaom's quantizer. */
type Curve = readonly (readonly [quality: number, level: number])[];

/**
 * Where results have the mean SSIMULACRA2 of WebP's of the same quality, so that a number means the same in both:
 * seven photos at 400 px for the slower speed, at 800 px for the faster (WebP 56, 67, 74, 80, 89 and 51, 63, 70, 78, 88
 * at qualities 30, 50, 70, 80, 90). WebP's own curve is bent at 75. libavif and libheif go straight from 63 to 0.
 */
const SLOW_CURVE: Curve = [
  [1, 58],
  [30, 42],
  [50, 36.5],
  [70, 32],
  [80, 27],
  [90, 14.5],
  [100, 0],
];
const FAST_CURVE: Curve = [
  [1, 55],
  [30, 39],
  [50, 32.5],
  [70, 28],
  [80, 23],
  [90, 11.5],
  [100, 0],
];

function levelOf(quality: number, speed: number): number {
  const curve = speed === SLOW ? SLOW_CURVE : FAST_CURVE;
  const next = Math.max(
    1,
    curve.findIndex(([end]) => end >= quality),
  );
  const [[from, start], [to, end]] = [curve[next - 1]!, curve[next]!];
  return Math.round(start + ((end - start) * (quality - from)) / (to - from));
}

/** libaom's `cpu-used`. */
const SLOW = 7;
const FAST = 9;

function speedOf({ width, height }: Size): number {
  return width * height <= SMALL_PIXELS ? SLOW : FAST;
}
