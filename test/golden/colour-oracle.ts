/** What colours should become, pixel by pixel: the formulas of CSS's specifications and of the docs, written plainly. */
import { fromSharp, inSharp, type Picture, paint } from "./picture.ts";

export type Rgb = readonly [r: number, g: number, b: number];
/** Of one pixel; levels of 255, not rounded and not limited. */
export type Formula = (rgb: Rgb) => readonly number[];

/** Every pixel by a formula, on whole levels; alpha stays. */
export function mapped(picture: Picture, formula: Formula): Picture {
  const { data } = picture;
  const level = (value: number) => Math.min(255, Math.max(0, Math.round(value)));
  return paint(picture.width, picture.height, (x, y) => {
    const i = (y * picture.width + x) * 4;
    const [r = 0, g = 0, b = 0] = formula([data[i]!, data[i + 1]!, data[i + 2]!]).map(level);
    return [r, g, b, data[i + 3]!];
  });
}

/** Rec. 709. */
export const luma = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

export const brightened =
  (factor: number): Formula =>
  (rgb) =>
    rgb.map((c) => c * factor);

export const contrasted =
  (factor: number): Formula =>
  (rgb) =>
    rgb.map((c) => 128 + factor * (c - 128));

export const saturated =
  (factor: number): Formula =>
  (rgb) =>
    rgb.map((c) => luma(rgb) + factor * (c - luma(rgb)));

export const gammaCorrected =
  (gamma: number): Formula =>
  (rgb) =>
    rgb.map((c) => 255 * (c / 255) ** (1 / gamma));

/** Filter Effects Level 1, feColorMatrix, type hueRotate, as its three matrices are printed. */
export function hueRotated(degrees: number): Formula {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const one = [0.213, 0.715, 0.072, 0.213, 0.715, 0.072, 0.213, 0.715, 0.072];
  const cosine = [0.787, -0.715, -0.072, -0.213, 0.285, -0.072, -0.213, -0.715, 0.928];
  const sine = [-0.213, -0.715, 0.928, 0.143, 0.14, -0.283, -0.787, 0.715, 0.072];
  const m = one.map((value, i) => value + c * cosine[i]! + s * sine[i]!);
  return ([r, g, b]) => [0, 3, 6].map((row) => m[row]! * r + m[row + 1]! * g + m[row + 2]! * b);
}

export const grey: Formula = (rgb) => [luma(rgb), luma(rgb), luma(rgb)];

/** Filter Effects Level 1, sepia() at its full amount. */
export const sepia: Formula = ([r, g, b]) => [
  0.393 * r + 0.769 * g + 0.189 * b,
  0.349 * r + 0.686 * g + 0.168 * b,
  0.272 * r + 0.534 * g + 0.131 * b,
];

/** From the shadows' colour to the highlights' by luma. */
export const duotone =
  (shadows: Rgb, highlights: Rgb): Formula =>
  (rgb) =>
    shadows.map((from, i) => from + ((highlights[i]! - from) * luma(rgb)) / 255);

/** Half of the strength times the detail that luma loses by a Gaussian of σ = 1, by sharp. */
export async function sharpened(picture: Picture, strength: number): Promise<Picture> {
  const levels = mapped(picture, grey);
  const soft = await blurred(levels, 1);
  let at = -4;
  return mapped(picture, (rgb) => {
    at += 4;
    const detail = levels.data[at]! - soft.data[at]!;
    return rgb.map((c) => c + (strength / 2) * detail);
  });
}

/** sharp's Gaussian, as exactly as it can. */
export const blurred = (picture: Picture, sigma: number): Promise<Picture> =>
  fromSharp(inSharp(picture).blur({ sigma, minAmplitude: 0.01, precision: "float" }));
