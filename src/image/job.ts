/**
 * A plan: one whole job for the engine, with every rectangle in whole pixels. Plain data, so that it can be
 * printed (`explain=1`), compared in tests and sent to WASM. Made by `plan.ts`, carried out by an `Engine`.
 *
 * The steps run in the order of the fields: orient → crop → resize → extract → colours (to `output.gamut`) → flip,
 * rotate → adjust → hue → effect → blur → sharpen → pixelate → canvas → draw → border → radius → pad → flatten or
 * backdrop → encode. Colours and filters so touch the picture alone; what is around it keeps the very colours that were
 * asked for.
 */
import type { Blend } from "../params/kinds-draw.ts";
import type { Facts } from "./facts.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** 8-bit channels, straight alpha (0 transparent … 255 opaque). */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
}

export interface Sides {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Factors; 1 changes nothing. */
export interface Adjust {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly gamma: number;
}

/** The colours' alpha does not count. */
export type Effect =
  | { readonly kind: "grayscale" | "sepia" | "invert" }
  | { readonly kind: "duotone"; readonly shadows: Colour; readonly highlights: Colour }
  | { readonly kind: "tint"; readonly colour: Colour };

export interface Border {
  /** px on each side. */
  readonly width: number;
  readonly colour: Colour;
}

/** `svg`: the source, sanitised. `raster`: pixels as they are, for code of ours that looks at them. */
export type OutputFormat = "avif" | "webp" | "jpeg" | "png" | "gif" | "jxl" | "svg" | "raster";

/** What the colours of a result mean. */
export type Gamut = "srgb" | "display-p3";

export interface Output extends Size {
  readonly format: OutputFormat;
  /** 1–100; ignored when `lossless`. */
  readonly quality: number;
  /** Longest file wanted, in bytes: `quality` is then only the highest that may be tried. */
  readonly maxBytes?: number;
  readonly lossless: boolean;
  /** JPEG: progressive scans. */
  readonly progressive: boolean;
  readonly chroma: "420" | "444";
  /** The result has an alpha channel. */
  readonly alpha: boolean;
  /** Absent: sRGB. Colours of the plan (`canvas`, `pad`, `flatten`) are levels of this gamut. */
  readonly gamut?: Gamut;
}

/** Frames of an animation. */
export interface Frames {
  /** All, or the one of that number, counted from 1, as it is shown. */
  readonly show: "all" | number;
  /** Most frames that are read; more are refused. */
  readonly most: number;
}

export type { Blend };

/** An overlay, and how it is laid over the picture. */
export interface Drawn {
  /** Makes a raster of it, in just the size in which it is drawn. */
  readonly plan: Plan;
  /** Where its top left corner goes, in the picture before `pad`; what hangs over is cut. */
  readonly x: number;
  readonly y: number;
  readonly repeatX: boolean;
  readonly repeatY: boolean;
  /** Above 0, at most 1. */
  readonly opacity: number;
  readonly blend: Blend;
}

export interface Plan {
  readonly source: Facts;
  /** Absent: the one picture that the file is to readers without animation. */
  readonly frames?: Frames;
  /** Size after EXIF orientation was applied. */
  readonly oriented: Size;
  /** Part of the oriented source that is used. */
  readonly crop: Rect;
  /** Size that the crop is resized to. */
  readonly resize: Size;
  /** Part of the resized picture that is kept (the gravity crop). */
  readonly extract: Rect;
  /** Mirror left to right, before `rotate`. */
  readonly flip: boolean;
  /** Degrees clockwise. */
  readonly rotate: 0 | 90 | 180 | 270;
  readonly adjust?: Adjust;
  /** Degrees that hues are turned by, 0–360; 0 is off. */
  readonly hue: number;
  readonly effect?: Effect;
  /** Gaussian blur, standard deviation in px of the result; 0 is off. */
  readonly blur: number;
  /** Unsharp mask strength 0–10; 0 is off. */
  readonly sharpen: number;
  /** Side of the blocks, 2–256 px of the result; 0 is off. */
  readonly pixelate: number;
  /** Canvas around the picture (`fit=pad`), as turned; `x`, `y` is where the picture's top left corner goes. */
  readonly canvas?: Size & { readonly x: number; readonly y: number; readonly colour: Colour };
  /** Overlays, in the order in which they are drawn; at least one, at most four. */
  readonly draw?: readonly Drawn[];
  readonly border?: Border;
  /** Of the corners of what is there by now, px; whole, or half of the shorter side; 0 is off. */
  readonly radius: number;
  /** Margin around the result, and its colour. */
  readonly pad?: Sides & { readonly colour: Colour };
  /** Colour under transparent pixels; absent keeps alpha. */
  readonly flatten?: Colour;
  /** A blurred copy of the picture lies under transparent pixels, instead of a colour. */
  readonly backdrop: boolean;
  readonly output: Output;
  /** Most memory that the job needs at once, in bytes: rasters, buffers and codec heaps. */
  readonly peakBytes: number;
}

/**
 * Most bytes that a plan takes at once; `sourceBytes` is the length of its file, or the most that it may have. Every
 * engine has its own.
 */
export type Price = (plan: Omit<Plan, "peakBytes">, sourceBytes: number) => number;
