/** What a picture under an overlay should become: by sharp's composite, or CSS's formulas of blending. */
import type { Gravity as SharpGravity } from "sharp";
import type { Rgb } from "./colour-oracle.ts";
import { asPng, fromSharp, inSharp, type Picture, paint } from "./picture.ts";

export interface At {
  readonly gravity?: SharpGravity;
  readonly left?: number;
  readonly top?: number;
  readonly tile?: boolean;
}

/** One over the other, in the middle unless said. */
export async function composed(under: Picture, over: Picture, at: At = {}): Promise<Picture> {
  const input = await asPng(over);
  const position = at.left === undefined ? { gravity: at.gravity ?? "center" } : {};
  return fromSharp(inSharp(under).composite([{ input: Buffer.from(input), ...position, ...at }]));
}

/** As wide as said, in its own shape; no larger than the picture under it. */
export function fitted(over: Picture, width: number, under: Picture): Promise<Picture> {
  const scale =
    Math.min(width, under.width, (under.height * over.width) / over.height) / over.width;
  const [w, h] = [over.width, over.height].map((side) => Math.max(1, Math.round(side * scale)));
  return fromSharp(inSharp(over).resize(w, h, { fit: "fill" }));
}

/** Alpha times a factor. */
export function faded({ width, height, data }: Picture, opacity: number): Picture {
  const alpha = (value: number, i: number) => (i % 4 === 3 ? Math.round(value * opacity) : value);
  return { width, height, data: data.map(alpha) };
}

type Channels = (under: Rgb, over: Rgb) => Rgb;

/** Of one channel of both, 0–1: section 9.1 of Compositing and Blending Level 1, in its words. */
const separable = (blend: (cb: number, cs: number) => number): Channels => {
  return (under, over) => [
    blend(under[0], over[0]),
    blend(under[1], over[1]),
    blend(under[2], over[2]),
  ];
};

const multiply = (cb: number, cs: number) => cb * cs;
const screen = (cb: number, cs: number) => cb + cs - cb * cs;
const hardLight = (cb: number, cs: number) =>
  cs <= 0.5 ? multiply(cb, 2 * cs) : screen(cb, 2 * cs - 1);

/** Section 9.2: lightness, clipped back into gamut, and saturation. */
const lum = ([r, g, b]: Rgb) => 0.3 * r + 0.59 * g + 0.11 * b;
const sat = (colour: Rgb) => Math.max(...colour) - Math.min(...colour);

function clipColour(colour: Rgb): Rgb {
  const [l, n, x] = [lum(colour), Math.min(...colour), Math.max(...colour)];
  const clip = (c: number) => {
    const raised = n < 0 ? l + ((c - l) * l) / (l - n) : c;
    return x > 1 ? l + ((raised - l) * (1 - l)) / (x - l) : raised;
  };
  return [clip(colour[0]), clip(colour[1]), clip(colour[2])];
}

function withLum(colour: Rgb, l: number): Rgb {
  const d = l - lum(colour);
  return clipColour([colour[0] + d, colour[1] + d, colour[2] + d]);
}

function withSat(colour: Rgb, s: number): Rgb {
  const [n, x] = [Math.min(...colour), Math.max(...colour)];
  const spread = (c: number) => (x > n ? ((c - n) * s) / (x - n) : 0);
  return [spread(colour[0]), spread(colour[1]), spread(colour[2])];
}

export const BLENDS: Readonly<Record<string, Channels>> = {
  normal: separable((_, cs) => cs),
  multiply: separable(multiply),
  screen: separable(screen),
  overlay: separable((cb, cs) => hardLight(cs, cb)),
  darken: separable(Math.min),
  lighten: separable(Math.max),
  "color-dodge": separable((cb, cs) => (cb === 0 ? 0 : cs === 1 ? 1 : Math.min(1, cb / (1 - cs)))),
  "color-burn": separable((cb, cs) =>
    cb === 1 ? 1 : cs === 0 ? 0 : 1 - Math.min(1, (1 - cb) / cs),
  ),
  "hard-light": separable(hardLight),
  "soft-light": separable((cb, cs) => {
    const d = cb <= 0.25 ? ((16 * cb - 12) * cb + 4) * cb : Math.sqrt(cb);
    return cs <= 0.5 ? cb - (1 - 2 * cs) * cb * (1 - cb) : cb + (2 * cs - 1) * (d - cb);
  }),
  difference: separable((cb, cs) => Math.abs(cb - cs)),
  exclusion: separable((cb, cs) => cb + cs - 2 * cb * cs),
  hue: (cb, cs) => withLum(withSat(cs, sat(cb)), lum(cb)),
  saturation: (cb, cs) => withLum(withSat(cb, sat(cs)), lum(cb)),
  color: (cb, cs) => withLum(cs, lum(cb)),
  luminosity: (cb, cs) => withLum(cb, lum(cs)),
};

/** An overlay of the same size on an opaque picture: section 5, with the backdrop's alpha at 1. */
export function blended(under: Picture, over: Picture, blend: string): Picture {
  const mix = BLENDS[blend]!;
  const at = ({ data }: Picture, i: number): Rgb => [
    data[i]! / 255,
    data[i + 1]! / 255,
    data[i + 2]! / 255,
  ];
  return paint(under.width, under.height, (x, y) => {
    const i = (y * under.width + x) * 4;
    const alpha = over.data[i + 3]! / 255;
    const below = at(under, i);
    const mixed = mix(below, at(over, i));
    const [r, g, b] = below.map((c, k) => 255 * ((1 - alpha) * c + alpha * mixed[k]!));
    return [r!, g!, b!, 255];
  });
}
