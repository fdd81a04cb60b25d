/**
 * BlurHash (https://github.com/woltapp/blurhash/blob/master/Algorithm.md): a few components of a cosine transform of
 * linear light, in base 83. Of our own, as the library for JavaScript takes the largest component without its sign, so
 * that pictures which are darker at their top or left come out pale.
 */
import type { Colour } from "./job.ts";
import type { Raster } from "./raster.ts";
import { encoded, linear } from "./srgb.ts";

/** Of the longer side, as https://blurha.sh recommends for photos; 9 at most. */
const MOST_COMPONENTS = 4;

type Light = readonly [r: number, g: number, b: number];

/** It knows no alpha: what is transparent is filled with `under`. 28 characters for a photo of 3:2. */
export function blurHashOf(raster: Raster, under: Colour): string {
  const { width, height } = raster;
  const across = componentsOf(width, height);
  const down = componentsOf(height, width);
  const light = lightOf(raster, under);
  const factors: Light[] = [];
  for (let v = 0; v < down; v++) {
    for (let u = 0; u < across; u++) factors.push(factorOf(light, raster, u, v));
  }
  const [average, ...rest] = factors;
  const most = Math.max(...rest.flat().map(Math.abs), 0);
  // 82 steps, rounded down, as the specification's encoder has it.
  const scale = clamped(Math.floor(most * 166 - 0.5), 82);
  return [
    digits(across - 1 + (down - 1) * 9, 1),
    digits(rest.length === 0 ? 0 : scale, 1),
    digits(averageCode(average!), 4),
    ...rest.map((factor) => digits(factorCode(factor, (scale + 1) / 166), 2)),
  ].join("");
}

/** A square has 4, 3:2 and 16:9 have 3 on their shorter side, a banner has 1. */
function componentsOf(side: number, other: number): number {
  if (side >= other) return MOST_COMPONENTS;
  return Math.max(1, Math.round(MOST_COMPONENTS * Math.sqrt(side / other)));
}

/** Linear, three samples a pixel. */
function lightOf({ width, height, data }: Raster, { r, g, b }: Colour): Float64Array {
  const under = [r, g, b];
  const light = new Float64Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = data[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      const sample = data[pixel * 4 + channel]! * alpha + under[channel]! * (1 - alpha);
      light[pixel * 3 + channel] = linear(sample);
    }
  }
  return light;
}

function factorOf(light: Float64Array, { width, height }: Raster, u: number, v: number): Light {
  const waveOf = (component: number, side: number) =>
    Float64Array.from({ length: side }, (_, at) => Math.cos((Math.PI * component * at) / side));
  const [across, down] = [waveOf(u, width), waveOf(v, height)];
  let [r, g, b] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const basis = across[x]! * down[y]!;
      r += basis * light[at]!;
      g += basis * light[at + 1]!;
      b += basis * light[at + 2]!;
    }
  }
  const scale = (u === 0 && v === 0 ? 1 : 2) / (width * height);
  return [r * scale, g * scale, b * scale];
}

function averageCode([r, g, b]: Light): number {
  return encoded(r) * 65_536 + encoded(g) * 256 + encoded(b);
}

/** Each channel in 19 steps of a square root of its part of `most`. */
function factorCode(factor: Light, most: number): number {
  const [r, g, b] = factor.map((value) => {
    const part = Math.sign(value) * Math.sqrt(Math.abs(value) / most);
    return clamped(Math.floor(part * 9 + 9.5), 18);
  });
  return (r! * 19 + g!) * 19 + b!;
}

function clamped(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

const DIGITS =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

function digits(value: number, length: number): string {
  return Array.from(
    { length },
    (_, i) => DIGITS[Math.floor(value / 83 ** (length - 1 - i)) % 83],
  ).join("");
}
