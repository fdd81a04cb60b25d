/** BlurHash and ThumbHash of a tiny raster, by the libraries of those who defined them. */
import { encode } from "blurhash";
import { rgbaToThumbHash } from "thumbhash";
import type { Colour } from "./job.ts";
import type { Raster } from "./raster.ts";

/** Longest side of the raster that hashes are made from; ThumbHash takes at most 100. */
export const HASH_SIDE = 64;

/** Of the longer side, as https://blurha.sh recommends for photos. */
const MOST_COMPONENTS = 4;

/**
 * BlurHash (https://github.com/woltapp/blurhash, Algorithm.md): 4 components along the longer side, fewer along the
 * shorter one. It knows no alpha: what is transparent is filled with `under`.
 */
export function blurHashOf(raster: Raster, under: Colour): string {
  const { width, height } = raster;
  const across = componentsOf(width, height);
  const down = componentsOf(height, width);
  return encode(filled(raster, under), width, height, across, down);
}

/** A square has 4, 3:2 and 16:9 have 3 on their shorter side, a banner has 1. */
function componentsOf(side: number, other: number): number {
  if (side >= other) return MOST_COMPONENTS;
  return Math.max(1, Math.round(MOST_COMPONENTS * Math.sqrt(side / other)));
}

function filled({ data }: Raster, { r, g, b }: Colour): Uint8ClampedArray {
  const under = [r, g, b];
  return data.map((sample, i) => {
    const alpha = data[i | 3]! / 255;
    return i % 4 === 3 ? 255 : sample * alpha + under[i % 4]! * (1 - alpha);
  });
}

/** ThumbHash (https://evanw.github.io/thumbhash/) in base64: 8 to 34 characters. Keeps alpha and, about, the shape. */
export function thumbHashOf({ width, height, data }: Raster): string {
  return btoa(String.fromCharCode(...rgbaToThumbHash(width, height, data)));
}
