/** The sample pictures as sharp reads them, whole, and at the sizes of the examples. */
import { readFile } from "node:fs/promises";
import { boxed, type Gravity, resized } from "../oracle.ts";
import { decoded, fromSharp, inSharp, type Picture } from "../picture.ts";

const known = new Map<string, Promise<Picture>>();

/** Upright, in sRGB; of an animation the first frame. */
export function sample(key: string): Promise<Picture> {
  const found = known.get(key) ?? file(key).then(decoded);
  known.set(key, found);
  return found;
}

export const file = (key: string): Promise<Uint8Array> =>
  readFile(new URL(`../../../examples/pictures/${key}`, import.meta.url));

const UNBOUNDED = 1e6;

export const wide = async (key: string, width: number): Promise<Picture> =>
  boxed(await sample(key), { fit: "contain", width, height: UNBOUNDED });

export const high = async (key: string, height: number): Promise<Picture> =>
  boxed(await sample(key), { fit: "contain", width: UNBOUNDED, height });

export const covering = async (
  key: string,
  width: number,
  height: number,
  gravity: Gravity = "center",
): Promise<Picture> => boxed(await sample(key), { fit: "cover", width, height, gravity });

export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const part = (picture: Picture, rect: Part): Promise<Picture> =>
  fromSharp(inSharp(picture).extract(rect));

/** A part of a sample, in px of the upright source, at a size. */
export async function partOf(
  key: string,
  rect: Part,
  size: { readonly width: number; readonly height: number } = rect,
): Promise<Picture> {
  return resized(await part(await sample(key), rect), size);
}

/**
 * What is left without rows and columns, from outside, all of whose pixels are within `tolerance` of the colour in
 * every channel: the definition of docs/crops.md, for pictures without transparency.
 */
export function withoutBorder(
  { width, height, data }: Picture,
  colour: readonly [number, number, number],
  tolerance: number,
): Part {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (colour.every((level, c) => Math.abs(data[at + c]! - level) <= tolerance)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return { left, top, width: right - left, height: bottom - top };
}
