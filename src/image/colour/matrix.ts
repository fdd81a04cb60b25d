/** 3 × 3 matrices, and those that primaries make: light of red, green and blue to XYZ. */

/** Row by row. */
export type Matrix = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
type Vector = readonly [number, number, number];

/** Chromaticities x, y, as CIE 1931 has them. */
export interface Primaries {
  readonly red: readonly [x: number, y: number];
  readonly green: readonly [x: number, y: number];
  readonly blue: readonly [x: number, y: number];
  readonly white: readonly [x: number, y: number];
}

export const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export function product(a: Matrix, b: Matrix): Matrix {
  const at = (row: number, column: number) =>
    a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[3 + column]! + a[row * 3 + 2]! * b[6 + column]!;
  return [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => at(row, column))) as never;
}

export function applied(m: Matrix, [x, y, z]: Vector): Vector {
  return [0, 3, 6].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z) as never;
}

/** By cofactors. Of a matrix that has none, the numbers are not finite. */
export function inverse(m: Matrix): Matrix {
  const [a, b, c, d, e, f, g, h, i] = m;
  const minors = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const determinant = a * minors[0]! + b * minors[3]! + c * minors[6]!;
  return minors.map((minor) => minor / determinant) as never;
}

/** The profile connection space's white (ICC.1:2022 section 7.2.16). */
const D50: Vector = [0.9642, 1, 0.8249];

/** Bradford's cone responses, which ICC profiles are adapted by (ICC.1:2022 annex E). */
const BRADFORD: Matrix = [
  0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296,
];

function adaptedToD50(white: Vector): Matrix {
  const from = applied(BRADFORD, white);
  const to = applied(BRADFORD, D50);
  const scale: Matrix = [to[0] / from[0], 0, 0, 0, to[1] / from[1], 0, 0, 0, to[2] / from[2]];
  return product(inverse(BRADFORD), product(scale, BRADFORD));
}

function xyzOf([x, y]: readonly [number, number]): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

/** To XYZ relative to D50, white to white. Of impossible primaries, the numbers are not finite. */
export function toXyzD50({ red, green, blue, white }: Primaries): Matrix {
  const [r, g, b] = [red, green, blue].map(([x, y]) => [x, y, 1 - x - y] as const) as [
    Vector,
    Vector,
    Vector,
  ];
  const columns: Matrix = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const whiteXyz = xyzOf(white);
  const [red_y, green_y, blue_y] = applied(inverse(columns), whiteXyz);
  const scale: Matrix = [red_y, 0, 0, 0, green_y, 0, 0, 0, blue_y];
  return product(adaptedToD50(whiteXyz), product(columns, scale));
}
