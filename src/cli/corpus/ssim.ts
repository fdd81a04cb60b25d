/**
 * Structural similarity of two pictures, as Wang, Bovik, Sheikh and Simoncelli define it ("Image quality assessment:
 * from error visibility to structural similarity", IEEE Transactions on Image Processing 13, 2004, equation 13).
 */
import type { Pixels } from "./oracle.ts";

/** Their window: a Gaussian of 11 × 11 px with a deviation of 1.5 px. */
export const SPAN = 11;
const DEVIATION = 1.5;
/** (K1 · L)² and (K2 · L)², with their K1 = 0.01, K2 = 0.03, and L = 255 levels. */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

const KERNEL = gaussian();
/** Means of both, of their squares, and of their product. */
const MOMENTS = 5;

/**
 * At most 1, which is the same picture. On luma (BT.601) over white, the mean of all windows that lie inside. Both are
 * of one size, at least 11 px a side.
 */
export function ssim(one: Pixels, other: Pixels): number {
  const { width, height } = one;
  const [across, down] = [width - SPAN + 1, height - SPAN + 1];
  if (across < 1 || down < 1) throw new Error(`${width} × ${height} is smaller than a window`);
  const [a, b] = [luma(one), luma(other)];
  // The rows that one row of windows is made of; each takes the place of the one that is no longer needed.
  const rows = Array.from({ length: SPAN }, () => new Float64Array(MOMENTS * across));
  let sum = 0;
  for (let y = 0; y < height; y++) {
    filterRow(a, b, y * width, across, rows[y % SPAN]!);
    if (y >= SPAN - 1) sum += windowsOf(rows, y + 1, across);
  }
  return sum / (across * down);
}

function filterRow(
  a: Float32Array,
  b: Float32Array,
  start: number,
  across: number,
  into: Float64Array,
): void {
  for (let x = 0; x < across; x++) {
    let ma = 0;
    let mb = 0;
    let aa = 0;
    let bb = 0;
    let ab = 0;
    for (let k = 0; k < SPAN; k++) {
      const weight = KERNEL[k]!;
      const va = a[start + x + k]!;
      const vb = b[start + x + k]!;
      ma += weight * va;
      mb += weight * vb;
      aa += weight * va * va;
      bb += weight * vb * vb;
      ab += weight * va * vb;
    }
    into[x] = ma;
    into[across + x] = mb;
    into[2 * across + x] = aa;
    into[3 * across + x] = bb;
    into[4 * across + x] = ab;
  }
}

/** Sum over the windows whose first row lies at `first`, of `rows` as a ring. */
function windowsOf(rows: readonly Float64Array[], first: number, across: number): number {
  const moments = new Float64Array(MOMENTS * across);
  for (let k = 0; k < SPAN; k++) {
    const [row, weight] = [rows[(first + k) % SPAN]!, KERNEL[k]!];
    for (let i = 0; i < moments.length; i++) moments[i]! += weight * row[i]!;
  }
  let sum = 0;
  for (let x = 0; x < across; x++) {
    const [ma, mb] = [moments[x]!, moments[across + x]!];
    const va = moments[2 * across + x]! - ma * ma;
    const vb = moments[3 * across + x]! - mb * mb;
    const covariance = moments[4 * across + x]! - ma * mb;
    const alike = (2 * ma * mb + C1) * (2 * covariance + C2);
    sum += alike / ((ma * ma + mb * mb + C1) * (va + vb + C2));
  }
  return sum;
}

function luma({ data, width, height }: Pixels): Float32Array {
  const light = new Float32Array(width * height);
  for (let i = 0; i < light.length; i++) {
    const [r, g, b, alpha] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!, data[4 * i + 3]!];
    light[i] = ((0.299 * r + 0.587 * g + 0.114 * b) * alpha) / 255 + 255 - alpha;
  }
  return light;
}

function gaussian(): readonly number[] {
  const middle = (SPAN - 1) / 2;
  const values = Array.from({ length: SPAN }, (_, i) =>
    Math.exp(-((i - middle) ** 2) / (2 * DEVIATION ** 2)),
  );
  const sum = values.reduce((all, value) => all + value, 0);
  return values.map((value) => value / sum);
}
