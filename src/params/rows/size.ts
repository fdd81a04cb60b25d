/** Rows about the size of a result, what is cut off for it, and what is laid around it. */

import { decimal, flag, integer, oneOf, orAuto } from "../kinds.ts";
import { background, colour } from "../kinds-colour.ts";
import { border, radius } from "../kinds-effect.ts";
import { crop, gravity, ratio, sides, trim } from "../kinds-geometry.ts";
import { MAX_SIDE, param } from "../row.ts";

/** More than any format that is read can have. */
const MAX_TRIM = 65_535;

export const SIZE = {
  width: param(orAuto(integer(1, MAX_SIDE)), {
    alias: ["w"],
    role: "transform",
    group: "size",
    unit: "px",
    example: "640",
    doc: "Width of the result, after `rotate` and before `border` and `pad`. Multiplied by `dpr`; the product is at most 8192. `auto` takes the width that the browser says it needs (client hints), snapped to a ladder; see responsive.md.",
  }),
  height: param(integer(1, MAX_SIDE), {
    alias: ["h"],
    role: "transform",
    group: "size",
    unit: "px",
    example: "360",
    doc: "Height of the result, after `rotate` and before `border` and `pad`. Multiplied by `dpr`; the product is at most 8192.",
  }),
  dpr: param(orAuto(decimal(0.5, 5)), {
    role: "transform",
    group: "size",
    default: 1,
    example: "2",
    doc: "Device pixel ratio: multiplies `width`, `height`, `pad`, `border`, `radius`, and what of `draw` is in pixels. `auto` takes the screen's (client hints), snapped to 1, 1.5, 2 or 3; see responsive.md.",
  }),
  fit: param(
    oneOf(["scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"], {
      inside: "contain",
      clip: "contain",
      bounds: "contain",
      max: "scale-down",
      fill: "squeeze",
    }),
    {
      role: "transform",
      group: "size",
      default: "scale-down",
      example: "cover",
      doc: "How the picture meets the box of `width` × `height`. `contain` fits inside it; `scale-down` the same, but never enlarges; `cover` fills it and cuts what hangs over; `crop` the same, but never enlarges; `aspect-crop` always has the box's shape, and is smaller than the box rather than enlarged; `pad` fits inside and fills the rest with `background`; `squeeze` is stretched to the box.",
    },
  ),
  enlarge: param(flag, {
    role: "transform",
    group: "size",
    example: "true",
    doc: "Overrides whether `fit` may make the picture larger than its source.",
  }),
  ar: param(ratio, {
    role: "transform",
    group: "size",
    example: "16:9",
    doc: "Aspect ratio: fills in the missing one of `width` and `height`. Without both, the largest such box inside the source.",
  }),
  gravity: param(gravity, {
    alias: ["g"],
    role: "transform",
    group: "size",
    default: "center",
    example: "0.3x0.7",
    doc: "Which part stays when the picture is cut (`cover`, `crop`, `aspect-crop`), or where it stands (`pad`): the centre, a side or corner, or a focal point that is kept as near to the middle as the edges allow. `face` keeps the faces in it; `auto` what is salient, faces first, and moves off the centre only when that is sure; `face` without a face is `auto`. Both look at the picture (docs/crops.md), and have no effect with `pad`.",
  }),
  zoom: param(decimal(0, 1), {
    role: "transform",
    group: "size",
    default: 0,
    example: "0.5",
    doc: "How tight `gravity=face` cuts: 0 keeps as much around the faces as the shape allows, 1 no more than the heads. Without a face, or with another gravity, it has no effect.",
  }),
  crop: param(crop, {
    alias: ["rect"],
    role: "transform",
    group: "size",
    unit: "px or fractions of the source",
    example: "0.25,0.25,0.5,0.5",
    doc: "`x,y,width,height` of the part of the upright source that is used, before resizing.",
  }),
  trim: param(trim(MAX_TRIM), {
    role: "transform",
    group: "size",
    unit: "px of the source",
    example: "border",
    doc: "Cuts off what surrounds the picture, after `crop` and before resizing: `border` finds an even border by its colour; `top;right;bottom;left` are so many px. A picture that is all border stays whole.",
  }),
  "trim-color": param(colour, {
    role: "transform",
    group: "size",
    example: "white",
    doc: "Colour of the border that `trim=border` looks for; `transparent` is one, too. When absent, the colour that most of the corners have.",
  }),
  "trim-tolerance": param(integer(0, 255), {
    role: "transform",
    group: "size",
    default: 10,
    example: "20",
    doc: "How far a border's pixels may be from its colour: the largest difference of any channel, of 255. The noise of JPEG needs some.",
  }),
  pad: param(sides(MAX_SIDE), {
    role: "transform",
    group: "size",
    unit: "px",
    default: { top: 0, right: 0, bottom: 0, left: 0 },
    example: "20",
    doc: "Margin outside `width` and `height`, and outside `border`, in the colour of `background`.",
  }),
  border: param(border(MAX_SIDE), {
    role: "transform",
    group: "size",
    unit: "px, and a colour",
    example: "4,black",
    doc: "A frame around the picture (with `fit=pad`, around its box), outside `width` and `height`: `width,colour`. The width is multiplied by `dpr`. What is translucent in it shows `background`.",
  }),
  radius: param(radius(MAX_SIDE), {
    role: "transform",
    group: "size",
    unit: "px",
    default: 0,
    example: "24",
    doc: "Rounds the corners of the picture with its `border`, whose inner edge follows: px, multiplied by `dpr`, or `max` for half of the shorter side, which is also the most there is. Outside of them is `background`; without it, transparency, or white where the format has none, and the margin of `pad` is transparent as well.",
  }),
  background: param(background, {
    role: "transform",
    group: "size",
    example: "ff8800",
    doc: "Colour under transparent pixels, in the margin of `pad`, outside of `radius`, and beside the picture with `fit=pad`; no adjustment or filter touches it. `auto` is the colour that most of the picture's edges have (white where they are transparent). `blur` is an enlarged, blurred copy of the picture. When absent, transparency is kept where the format can (white under it where it cannot), and margins are white.",
  }),
} as const;
