/**
 * Rectangles: what each fit and gravity comes to in whole pixels. Pure arithmetic; every side is at least 1 px.
 * The meanings of the fits are those that Cloudflare Images documents; the rounding is libvips' (as in sharp), so
 * that results can be compared pixel by pixel.
 */
import type { Compass, FocalPoint } from "../params/kinds-geometry.ts";
import type { Plan, Rect, Size } from "./job.ts";

export type Fit = "scale-down" | "contain" | "cover" | "crop" | "aspect-crop" | "pad" | "squeeze";

/** Where a window lies; what a picture itself says of that is a focal point here. */
export type Placement = Compass | FocalPoint;

export interface Box {
  readonly fit: Fit;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Shape of the box when neither side is given. */
  readonly ar?: { readonly width: number; readonly height: number } | undefined;
  /** Of `pad` and `squeeze` alone: false keeps the picture from growing. */
  readonly enlarge?: boolean | undefined;
  readonly gravity: Placement;
}

/** How the picture is resized, what of it is kept, and where that stands on a canvas. */
export interface Layout {
  readonly resize: Size;
  readonly extract: Rect;
  readonly canvas?: Size & { readonly x: number; readonly y: number };
}

/** Degrees, as a number in a plan and as text among the wishes. */
export function isQuarterTurn(rotate: Plan["rotate"] | `${Plan["rotate"]}`): boolean {
  return Number(rotate) % 180 === 90;
}

export function swapped({ width, height }: Size): Size {
  return { width: height, height: width };
}

export function layout(picture: Size, box: Box): Layout {
  const exact = boxSize(picture, box);
  if (!exact) return whole(picture);
  const wanted = { width: side(exact.width), height: side(exact.height) };
  switch (box.fit) {
    case "scale-down":
      return whole(scaled(picture, Math.min(1, inside(picture, exact))));
    case "contain":
      return whole(scaled(picture, inside(picture, exact)));
    case "cover":
      return cut(picture, wanted, outside(picture, wanted), box.gravity);
    case "crop":
      return cut(picture, wanted, Math.min(1, outside(picture, wanted)), box.gravity);
    case "aspect-crop":
      return aspectCrop(picture, wanted, box.gravity);
    case "pad":
      return padded(picture, wanted, box);
    case "squeeze":
      return whole(squeezed(picture, wanted, box.enlarge));
  }
}

/**
 * The box: a missing side follows from the picture's shape, and is not rounded, as that could make the box a hair too
 * small for the side that was given. Without any side, the largest box of shape `ar` inside the picture.
 */
function boxSize(picture: Size, { width, height, ar }: Box): Size | undefined {
  if (width !== undefined && height !== undefined) return { width, height };
  if (width !== undefined) return { width, height: (picture.height * width) / picture.width };
  if (height !== undefined) {
    return { width: (picture.width * height) / picture.height, height };
  }
  return ar ? scaled(ar, inside(ar, picture)) : undefined;
}

/** Scale at which the picture just fits inside the box. */
function inside(picture: Size, box: Size): number {
  return Math.min(box.width / picture.width, box.height / picture.height);
}

/** Scale at which the picture just covers the box. */
function outside(picture: Size, box: Size): number {
  return Math.max(box.width / picture.width, box.height / picture.height);
}

function scaled({ width, height }: Size, scale: number): Size {
  return { width: side(width * scale), height: side(height * scale) };
}

function side(px: number): number {
  return Math.max(1, Math.round(px));
}

/** Takes the sides alone: the picture may be a crop, whose own place must not be cut out a second time. */
function whole({ width, height }: Size): Layout {
  return { resize: { width, height }, extract: { x: 0, y: 0, width, height } };
}

function cut(picture: Size, box: Size, scale: number, gravity: Placement): Layout {
  const resize = scaled(picture, scale);
  const kept = {
    width: Math.min(box.width, resize.width),
    height: Math.min(box.height, resize.height),
  };
  return { resize, extract: { ...place(kept, resize, gravity), ...kept } };
}

/** Never enlarges, and still has the shape of the box: the box shrinks until the picture covers it at scale 1. */
function aspectCrop(picture: Size, box: Size, gravity: Placement): Layout {
  const fitting = scaled(box, Math.min(1, inside(box, picture)));
  return cut(picture, fitting, Math.min(1, outside(picture, fitting)), gravity);
}

function padded(picture: Size, box: Size, { enlarge, gravity }: Box): Layout {
  const scale = inside(picture, box);
  const { resize, extract } = whole(
    scaled(picture, enlarge === false ? Math.min(1, scale) : scale),
  );
  if (resize.width === box.width && resize.height === box.height) return { resize, extract };
  return { resize, extract, canvas: { ...box, ...stand(resize, box, gravity) } };
}

function squeezed(picture: Size, box: Size, enlarge: boolean | undefined): Size {
  if (enlarge !== false) return box;
  return {
    width: Math.min(box.width, picture.width),
    height: Math.min(box.height, picture.height),
  };
}

export interface Offset {
  readonly x: number;
  readonly y: number;
}

/**
 * Where a window of size `kept` lies in `all`. A focal point is the middle of the window, as near as the edges
 * allow (as imgproxy's `fp` and Cloudflare's coordinates do).
 */
function place(kept: Size, all: Size, gravity: Placement): Offset {
  if (typeof gravity === "string") return compassOffset(kept, all, gravity, 1);
  return {
    x: focalOffset(kept.width, all.width, gravity.x),
    y: focalOffset(kept.height, all.height, gravity.y),
  };
}

function focalOffset(kept: number, all: number, point: number): number {
  return Math.min(all - kept, Math.max(0, Math.round(point * all - kept / 2)));
}

/** Where a picture stands on a larger canvas. A focal point divides the free space in its own proportion. */
function stand(picture: Size, canvas: Size, gravity: Placement): Offset {
  if (typeof gravity === "string") return compassOffset(canvas, picture, gravity, 0);
  return {
    x: Math.round((canvas.width - picture.width) * gravity.x),
    y: Math.round((canvas.height - picture.height) * gravity.y),
  };
}

/**
 * How far one size is shifted against the other. The odd pixel of a middle goes where libvips has it, so that
 * results can be compared: `odd` is 1 for a cut, 0 for a canvas.
 */
export function compassOffset(one: Size, other: Size, compass: Compass, odd: 0 | 1): Offset {
  const free = {
    x: Math.abs(one.width - other.width),
    y: Math.abs(one.height - other.height),
  };
  const middle = (px: number) => Math.floor((px + odd) / 2);
  return {
    x: compass.endsWith("west") ? 0 : compass.endsWith("east") ? free.x : middle(free.x),
    y: compass.startsWith("north") ? 0 : compass.startsWith("south") ? free.y : middle(free.y),
  };
}
