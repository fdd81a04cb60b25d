/** How far a JPEG is shrunk while it is decoded, and what is kept of one that comes in several scans. */
import type { Facts } from "./facts.ts";
import type { Size } from "./job.ts";

/** Something for each direction. */
export interface Axes {
  readonly x: number;
  readonly y: number;
}

/** Oversampling for the final filter; libvips keeps twice, too. The others are for what would not fit else. */
const MARGINS = [2, 1.5, 1] as const;
/** Of coefficients. The rest of the job has to fit beside them. */
const MOST_STORED_BYTES = 44 * 2 ** 20;

/** The largest margin with which the coefficients that have to be kept are few enough; 2 where none are. */
export function marginOf(source: Facts, scale: Axes): number {
  const fits = (margin: number) =>
    storedBytes(source, jpegScale(source, leastSize(source, scale, margin))) <= MOST_STORED_BYTES;
  return MARGINS.find(fits) ?? 1;
}

/** `map_least_source`. `scale`: source samples for each sample of the result. */
export function leastSize({ width, height }: Size, scale: Axes, margin: number): Size {
  const least = (size: number, by: number) => Math.min(size, Math.ceil((size * margin) / by));
  return { width: least(width, scale.x), height: least(height, scale.y) };
}

/** Sampling factors of a JPEG's components, in the order of the file. */
export interface Factor {
  readonly h: number;
  readonly v: number;
}

const LUMA_FACTORS: Readonly<Record<string, Factor>> = {
  "444": { h: 1, v: 1 },
  "422": { h: 2, v: 1 },
  "420": { h: 2, v: 2 },
  "440": { h: 1, v: 2 },
  "411": { h: 4, v: 1 },
  "410": { h: 4, v: 2 },
};

/** A greyscale JPEG may have any factors of no meaning; 2×2 is what is met. Unknown sampling counts as 4:4:4. */
export function jpegFactors({ colour, sampling = "" }: Facts): readonly Factor[] {
  if (colour === "gray") return [{ h: 1, v: 2 }];
  const listed = sampling.split(",").map((factor) => factor.split("x").map(Number));
  if (listed.length > 1) return listed.map(([h = 1, v = 1]) => ({ h, v }));
  const luma = LUMA_FACTORS[sampling] ?? { h: 1, v: 1 };
  const chroma = { h: 1, v: 1 };
  const isCmyk = colour === "cmyk" || colour === "ycck";
  return isCmyk ? [luma, chroma, chroma, luma] : [luma, chroma, chroma];
}

/** Eighths, 1 to 8: the largest shrink that leaves at least the least size. */
export function jpegScale({ width, height }: Size, least: Size): number {
  const shrunk = (size: number, eighths: number) => Math.ceil((size * eighths) / 8);
  const fits = (eighths: number) =>
    shrunk(width, eighths) >= least.width && shrunk(height, eighths) >= least.height;
  return [1, 2, 3, 4, 5, 6, 7].find(fits) ?? 8;
}

/** Blocks of each component, whole MCUs, and its vertical sampling factor. */
export function blockCounts(source: Facts): readonly { across: number; down: number; v: number }[] {
  const factors = jpegFactors(source);
  const mostH = Math.max(...factors.map(({ h }) => h));
  const mostV = Math.max(...factors.map(({ v }) => v));
  return factors.map(({ h, v }) => ({
    across: up(Math.ceil((source.width * h) / (8 * mostH)), h),
    down: up(Math.ceil((source.height * v) / (8 * mostV)), v),
    v,
  }));
}

/** Bytes of the coefficients that the shrink uses, 2 each, with 8 a block besides. Only of progressive JPEGs. */
export function storedBytes(source: Facts, eighths: number): number {
  if (source.format !== "jpeg" || !source.progressive) return 0;
  const perBlock = 2 * eighths * coefficientStride(eighths) + (eighths > 1 ? 8 : 0);
  return blockCounts(source).reduce(
    (total, { across, down }) => total + across * down * perBlock,
    0,
  );
}

/** `jpeg_in_stride`: places that a block has for each of its columns, some of which are empty. */
function coefficientStride(eighths: number): number {
  return eighths === 5 || eighths === 6 ? eighths + 1 : eighths;
}

function up(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}
