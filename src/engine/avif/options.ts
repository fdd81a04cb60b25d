/** What libaom is told: speed, quality and tuning, from what the plan says. Pure. */
import type { Output, Size } from "../../image/job.ts";

/** `aom_tune_metric`. */
const TUNE_PSNR = 0;
const TUNE_SSIM = 1;

export interface AvifOptions {
  /** libaom's own scale of the quantizer, 0 (best) to 63. */
  readonly level: number;
  readonly lossless: boolean;
  /** libaom's `cpu-used`. */
  readonly speed: number;
  readonly tune: number;
}

export function colourOptions(output: Output): AvifOptions {
  return { level: levelOf(output.quality), lossless: output.lossless, speed: speedOf(output), tune: TUNE_SSIM };
}

/** Alpha is worth its bytes: edges of cut-outs show at once. */
export function alphaOptions(output: Output): AvifOptions {
  return { level: levelOf(output.quality), lossless: output.lossless, speed: speedOf(output), tune: TUNE_PSNR };
}

/** As libavif has it: quality 100 is the quantizer 0, quality 0 is 63. */
function levelOf(quality: number): number {
  return Math.floor(((100 - quality) * 63 + 50) / 100);
}

function speedOf(_size: Size): number {
  return 9;
}
