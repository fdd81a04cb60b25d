/**
 * What a box should make of a picture. Sizes and focal points are computed here, from the documented meaning of each
 * fit; sharp resizes, places by side or corner, and fills. Nothing of `src/` is used.
 */
import { fromSharp, inSharp, type Picture } from "./picture.ts";

export const FITS = [
  "scale-down",
  "contain",
  "cover",
  "crop",
  "aspect-crop",
  "pad",
  "squeeze",
] as const;
export type Fit = (typeof FITS)[number];

export const SIDES = [
  "center",
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
] as const;
/** A side or corner, or a point such as `0.2x0.8`. */
export type Gravity = (typeof SIDES)[number] | `${number}x${number}`;

export interface Box {
  readonly fit: Fit;
  readonly width: number;
  readonly height: number;
  readonly gravity?: Gravity;
  /** CSS colour beside the picture with `pad`. */
  readonly background?: string;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export async function boxed(picture: Picture, box: Box): Promise<Picture> {
  const inside = Math.min(box.width / picture.width, box.height / picture.height);
  const outside = Math.max(box.width / picture.width, box.height / picture.height);
  switch (box.fit) {
    case "scale-down":
      return resized(picture, times(picture, Math.min(1, inside)));
    case "contain":
      return resized(picture, times(picture, inside));
    case "squeeze":
      return resized(picture, box);
    case "cover":
      return cut(await resized(picture, times(picture, outside)), box);
    case "crop":
      return cut(await resized(picture, times(picture, Math.min(1, outside))), box);
    case "aspect-crop":
      // As `crop`, but a box that the picture cannot cover gets smaller, in its own shape, until the picture can.
      return boxed(picture, { ...box, fit: "crop", ...times(box, 1 / Math.max(1, outside)) });
    case "pad":
      return surrounded(await resized(picture, times(picture, inside)), box);
  }
}

function times({ width, height }: Size, scale: number): Size {
  const side = (px: number) => Math.max(1, Math.round(px * scale));
  return { width: side(width), height: side(height) };
}

/** Exactly to this size: what gets shorter with Lanczos3, what gets longer with sharp's bicubic interpolator. */
export async function resized(picture: Picture, { width, height }: Size): Promise<Picture> {
  const shorter = {
    width: Math.min(width, picture.width),
    height: Math.min(height, picture.height),
  };
  const shrunk = await fromSharp(
    inSharp(picture).resize({ ...shorter, fit: "fill", kernel: "lanczos3" }),
  );
  return enlarged(shrunk, { width, height });
}

/**
 * By `affine`, since sharp's `resize` moves a picture that it enlarges by up to half a pixel to the top left (a ramp
 * comes out too dark by as much). The edges are repeated first, so that no background mixes in.
 */
async function enlarged(picture: Picture, { width, height }: Size): Promise<Picture> {
  const across = width / picture.width;
  const down = height / picture.height;
  if (across === 1 && down === 1) return picture;
  const [x, y] = [picture.width, picture.height];
  const margins = { left: x, right: x, top: y, bottom: y };
  const thrice = await fromSharp(inSharp(picture).extend({ ...margins, extendWith: "copy" }));
  const larger = await fromSharp(
    inSharp(thrice).affine([across, 0, 0, down], {
      interpolator: "bicubic",
      // Middles of pixels meet, not their corners.
      idx: 0.5 - 0.5 / across,
      idy: 0.5 - 0.5 / down,
    }),
  );
  return fromSharp(inSharp(larger).extract({ left: width, top: height, width, height }));
}

/** The part of the box's size; no more than there is. Where it covers in one direction, sharp only cuts. */
async function cut(picture: Picture, { width, height, gravity = "center" }: Box): Promise<Picture> {
  const kept = {
    width: Math.min(width, picture.width),
    height: Math.min(height, picture.height),
  };
  const point = pointOf(gravity);
  if (!point) {
    const position = { fit: "cover", position: gravity, withoutEnlargement: true } as const;
    return fromSharp(inSharp(picture).resize({ width, height, ...position }));
  }
  const left = middledAt(point.x, kept.width, picture.width);
  const top = middledAt(point.y, kept.height, picture.height);
  return fromSharp(inSharp(picture).extract({ left, top, ...kept }));
}

/** The window's start, so that the point is its middle, or as near to it as the edges allow. */
function middledAt(point: number, window: number, all: number): number {
  return Math.max(0, Math.min(Math.round(all * point - window / 2), all - window));
}

/** On a canvas of the box's size. A focal point divides the free space in its own proportion. */
async function surrounded(picture: Picture, box: Box): Promise<Picture> {
  const { width, height, gravity = "center", background = "white" } = box;
  const point = pointOf(gravity);
  if (!point) {
    const position = { fit: "contain", position: gravity, background } as const;
    return fromSharp(inSharp(picture).resize({ width, height, ...position }));
  }
  const free = { width: width - picture.width, height: height - picture.height };
  const left = Math.round(free.width * point.x);
  const top = Math.round(free.height * point.y);
  const margins = { left, top, right: free.width - left, bottom: free.height - top };
  return fromSharp(inSharp(picture).extend({ ...margins, background }));
}

function pointOf(gravity: Gravity): { readonly x: number; readonly y: number } | undefined {
  const [, x, y] = /^([\d.]+)x([\d.]+)$/.exec(gravity) ?? [];
  return x === undefined ? undefined : { x: Number(x), y: Number(y) };
}
