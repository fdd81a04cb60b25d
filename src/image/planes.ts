/** Planes of 8-bit samples that a decoder hands over; the engine makes colours of them. */

/**
 * Rows of luma in a band, which is handed over at once; the last one may have fewer. No more than AVIF's module reads
 * together (`MAX_ROWS` of `av1.h`).
 */
export const BAND_ROWS = 16;

export interface PlaneLayout {
  /** Chroma against luma; `400` has none. */
  readonly subsampling: "400" | "420" | "422" | "444";
  /** MatrixCoefficients of ITU-T H.273, table 4; 0: the planes are green, blue and red. */
  readonly matrix: number;
  /** Levels of 0–255; else luma has 16–235 and chroma 16–240. Alpha always has 0–255. */
  readonly fullRange: boolean;
  /** A plane of alpha follows the others. */
  readonly alpha: boolean;
  /** The colours are multiplied by alpha. */
  readonly premultiplied: boolean;
}
