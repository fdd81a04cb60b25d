/** What an example should be, and how near it has to come. */
import type { Tolerance } from "../compare.ts";
import type { Picture } from "../picture.ts";

export interface Expected {
  /** What sharp, or a formula, makes of the same source. Nothing of `src/` is used. */
  readonly picture: () => Promise<Picture>;
  /** For the same URL's PNG, which has no losses of its own. */
  readonly exact: Tolerance;
  /** For the picture that is shown, with the losses of its format. */
  readonly shown: Tolerance;
}

export type Oracles = Readonly<Record<string, Expected>>;

/**
 * Photographs: those in JPEG are shrunk while they are decoded, and have half of the colours' resolution, which sharp
 * enlarges before it shrinks. Measured: 44.1 dB and 1.33 levels at worst (thin towers; overlays by hue).
 */
const PHOTO: Tolerance = { psnr: 44, mean: 1.4 };
/** Even shapes, in which two good resizers differ at the edges alone. Measured: 47.3 dB and 0.81 levels at worst. */
const DRAWING: Tolerance = { psnr: 47, mean: 0.9 };
/** Quality 80 (WebP or JPEG 4:2:0) of a small picture. Measured: 29.1 dB and 8.1 levels (of blue) at worst. */
const LOSSY: Tolerance = { psnr: 29, mean: 8.5 };
/** Hard edges between strong colours at 4:2:0. Measured: 26 dB and 13.1 levels. */
export const COARSE: Tolerance = { psnr: 25.5, mean: 13.5 };

const as =
  (exact: Tolerance) =>
  (picture: Expected["picture"], shown: Tolerance = LOSSY): Expected => ({ picture, exact, shown });

export const photo = as(PHOTO);
export const drawing = as(DRAWING);
/** With a tolerance of its own, and `why` it needs one. */
export const within = (_why: string, exact: Tolerance, shown?: Tolerance) => {
  return (picture: Expected["picture"]) => as(exact)(picture, shown);
};
/** In a format that loses nothing. */
export const lossless = (like: Expected): Expected => ({ ...like, shown: like.exact });
