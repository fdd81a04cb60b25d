/** Rows about what is done to the pixels: orientation, adjustment, overlays. */

import { decimal, integer, oneOf } from "../kinds.ts";
import { draw } from "../kinds-draw.ts";
import { angle, effect } from "../kinds-effect.ts";
import { param } from "../row.ts";

const factor = (what: string, doc: string) =>
  param(decimal(0, 10), {
    role: "transform",
    group: "adjustment",
    default: 1,
    example: "1.2",
    doc: `${doc} A factor; 1 changes nothing, 0 ${what}.`,
  });

export const ORIENTATION = {
  rotate: param(oneOf(["0", "90", "180", "270"]), {
    alias: ["rot"],
    role: "transform",
    group: "orientation",
    unit: "degrees clockwise",
    default: "0",
    example: "90",
    doc: "Turns the picture, after `flip`. EXIF orientation has been applied before.",
  }),
  flip: param(oneOf(["h", "v", "hv"], { vh: "hv" }), {
    role: "transform",
    group: "orientation",
    example: "h",
    doc: "Mirrors the picture: `h` left to right, `v` top to bottom, `hv` both.",
  }),
} as const;

export const ADJUSTMENT = {
  brightness: factor("is black", "Multiplies every channel."),
  contrast: factor("is grey", "Distance from mid-grey."),
  saturation: factor("is greyscale", "Distance from the grey of equal luma."),
  gamma: param(decimal(0.1, 10), {
    role: "transform",
    group: "adjustment",
    default: 1,
    example: "1.4",
    doc: "Gamma correction: above 1 lightens the midtones, below 1 darkens them; 1 changes nothing.",
  }),
  hue: param(angle, {
    role: "transform",
    group: "adjustment",
    unit: "degrees",
    default: 0,
    example: "90",
    doc: "Turns all hues by an angle, as CSS's `hue-rotate()` does: red becomes green near 120.",
  }),
  effect: param(effect, {
    role: "transform",
    group: "adjustment",
    example: "duotone:1b2a6b:ffd9a0",
    doc: "One of `grayscale`, `sepia` and `invert`, as CSS's filters of these names at their full amount; `duotone:RRGGBB:RRGGBB`, from the first colour in the shadows to the second in the highlights, by luma; `tint:RRGGBB`, each pixel's lightness (CIE L*) with the colour's chroma (a*, b*), less of it towards black and white, as sharp's tint. After the adjustments; transparency stays.",
  }),
  blur: param(decimal(0, 250), {
    role: "transform",
    group: "adjustment",
    unit: "px of the result",
    default: 0,
    example: "8",
    doc: "Gaussian blur by its standard deviation.",
  }),
  sharpen: param(decimal(0, 10), {
    role: "transform",
    group: "adjustment",
    default: 0,
    example: "1",
    doc: "Strength of an unsharp mask; 1 is a good start for a reduced photo.",
  }),
  pixelate: param(integer(0, 256), {
    role: "transform",
    group: "adjustment",
    unit: "px of the result",
    default: 0,
    example: "16",
    doc: "Square blocks of this side, each in the mean colour of its pixels, from the top left; 0 and 1 change nothing.",
  }),
} as const;

export const OVERLAY = {
  draw: param(draw, {
    role: "transform",
    group: "overlay",
    most: 4,
    example: "logo.png,gravity:southeast,width:0.2,opacity:0.6",
    doc: "Lays another picture over this one, by its key or URL; up to four times, in that order. `gravity` (the centre unless said) and `x`, `y` place it, `width` (px, or a part of the result's width) sizes it, always inside of the result; `opacity` from 0 to 1; `repeat` tiles it (`true`, `x`, `y`); `blend` is one of CSS's blend modes. Lengths in px are multiplied by `dpr`. See overlays.md.",
  }),
} as const;
