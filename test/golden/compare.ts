/** How far two pictures are apart, and whether that is too far. */
import type { Picture } from "./picture.ts";

export interface Tolerance {
  /** Least PSNR over all channels, in dB. */
  readonly psnr: number;
  /** Largest mean absolute difference of any one channel, in levels of 255. */
  readonly mean: number;
}

export interface Difference extends Tolerance {
  /** Largest difference of a single sample. */
  readonly most: number;
}

/** Of channels premultiplied by alpha, so that the colour of transparent pixels does not count. */
export function difference(a: Picture, b: Picture): Difference {
  const sums = [0, 0, 0, 0];
  let squares = 0;
  let most = 0;
  for (let i = 0; i < a.data.length; i++) {
    const d = Math.abs(premultiplied(a, i) - premultiplied(b, i));
    sums[i % 4]! += d;
    squares += d * d;
    most = Math.max(most, d);
  }
  const pixels = a.data.length / 4;
  return {
    psnr: 10 * Math.log10((255 * 255 * a.data.length) / squares),
    mean: Math.max(...sums) / pixels,
    most,
  };
}

function premultiplied({ data }: Picture, i: number): number {
  return i % 4 === 3 ? data[i]! : (data[i]! * data[i | 3]!) / 255;
}

/** In words; an empty list when the two agree. Sizes must agree exactly. */
export function complaints(
  actual: Picture,
  expected: Picture,
  tolerance: Tolerance,
): readonly string[] {
  const size = ({ width, height }: Picture) => `${width}×${height}`;
  if (size(actual) !== size(expected)) {
    return [`is ${size(actual)}, expected ${size(expected)}`];
  }
  const { psnr, mean } = difference(actual, expected);
  return [
    ...(psnr < tolerance.psnr ? [`PSNR ${psnr.toFixed(1)} < ${tolerance.psnr} dB`] : []),
    ...(mean > tolerance.mean ? [`mean difference ${mean.toFixed(2)} > ${tolerance.mean}`] : []),
  ];
}

/**
 * For lossless results. Two correct resizers differ by rounding (sharp's weights have 8 or so bits, its interpolator
 * truncates) and by the shape of the kernel when they enlarge: measured on these pictures, at worst 51 dB and 1.1
 * levels. A shift by one pixel of the result comes to less than 37 dB and more than 6 levels.
 */
export const SAME: Tolerance = { psnr: 48, mean: 1.5 };
