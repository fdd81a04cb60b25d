import type { Output } from "../../image/job.ts";

/** What `@jsquash/jxl`'s encoder takes; every field must be there. */
export type JxlOptions = Readonly<Record<string, number | boolean>>;

/**
 * libjxl's effort, 1–9. At 3 ("falcon") VarDCT chooses among larger transforms and codes with ANS; 1 and 2 have neither,
 * make files a sixth larger, and take no less time (docs/benchmarks.md). From 5 on one megapixel takes seconds.
 */
const EFFORT = 3;

/** `quality` 100 is lossless to the module; without `lossless` the distance stays the least that is not, 0.1. */
const ALMOST_LOSSLESS = 99.99;

/** Progressive files take half as much memory again, and chroma has full resolution whatever was asked (XYB). */
export function jxlOptions({ quality, lossless }: Output): JxlOptions {
  return {
    effort: EFFORT,
    quality: lossless ? 100 : qualityFor(distanceOf(quality)),
    progressive: false,
    epf: -1, // libjxl decides by distance
    lossyPalette: false,
    decodingSpeedTier: 0,
    photonNoiseIso: 0,
    lossyModular: false,
    lossless,
  };
}

/**
 * Butteraugli distance of a quality of 1–100, as libjxl's `JxlEncoderDistanceFromQuality` has it: about 1 is hardly
 * visible, 25 the worst.
 */
export function distanceOf(quality: number): number {
  if (quality >= 30) return 0.1 + (100 - quality) * 0.09;
  return (53 / 3000) * quality * quality - (23 / 20) * quality + 25;
}

/**
 * The module takes a quality and has a curve of its own: the same line from 30 on, and
 * 6.4 + 2.5 ^ ((30 - quality) / 5) / 6.25 below, which begins at 6.56 and soon leaves libjxl's.
 */
function qualityFor(distance: number): number {
  if (distance <= 6.56)
    return Math.min(ALMOST_LOSSLESS, Math.max(30, 100 - (distance - 0.1) / 0.09));
  return 30 - (5 * Math.log(6.25 * (distance - 6.4))) / Math.log(2.5);
}
