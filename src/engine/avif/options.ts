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
  return {
    level: levelOf(quality),
    lossless,
    speed: speedOf(output),
    tune: lossless ? TUNE_PSNR : TUNE_IQ,
  };
}

/** What is tuned for the eye's view of luma is not for alpha; its quality is libavif's: 100 is the quantizer 0, 0 is 63. */
export function alphaOptions(output: Output): AvifOptions {
  const level = Math.floor(((100 - output.quality) * 63 + 50) / 100);
  return { ...colourOptions(output), level, tune: TUNE_PSNR };
}

/**
 * The curve at which results have the SSIMULACRA2 of sharp's (effort 4) at the same quality: 77 at 50, 89 at 70, 95 at
 * 85, means of four photos at 800 px. libavif and libheif go straight from 63 to 0, with another tuning.
 */
function levelOf(quality: number): number {
  return Math.round(63 * ((100 - quality) / 100) ** 1.33);
}

function speedOf({ width, height }: Size): number {
  return width * height <= SMALL_PIXELS ? 7 : 9;
}
