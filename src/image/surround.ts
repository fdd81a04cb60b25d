/** What lies around a picture and under it: canvas, border, rounded corners, margin, background. Pure arithmetic. */
import type { Transform } from "../params/resolve.ts";
import type { Facts } from "./facts.ts";
import type { Findings } from "./findings.ts";
import { inGamut } from "./gamut.ts";
import { isQuarterTurn, type Layout, swapped } from "./geometry.ts";
import type { Colour, Output, Plan, Size } from "./job.ts";

type Wanted = Omit<Transform, "format">;

export const WHITE: Colour = { r: 255, g: 255, b: 255, a: 255 };
const CLEAR: Colour = { r: 0, g: 0, b: 0, a: 0 };

/** Sizes from the inside out, in px of the result, as it is turned. */
export interface Surround {
  /** Without a place: the picture fills it. */
  readonly canvas?: NonNullable<Layout["canvas"]>;
  /** The picture, or its canvas: what overlays are laid over. */
  readonly shown: Size;
  /** Half of the shorter side at most. */
  readonly radius: number;
  /** With everything. */
  readonly size: Size;
}

/** `placed`: the picture before it is mirrored and turned. */
export function surroundOf(transform: Wanted, placed: Layout): Surround {
  const { extract, canvas } = placed;
  const turned = canvas && turnedCanvas(canvas, extract, transform);
  const shown = turned ?? (isQuarterTurn(transform.rotate) ? swapped(extract) : extract);
  const border = transform.border?.width ?? 0;
  const bordered = { width: shown.width + 2 * border, height: shown.height + 2 * border };
  const most = Math.min(bordered.width, bordered.height) / 2;
  const { top, right, bottom, left } = transform.pad;
  return {
    ...(turned && { canvas: turned }),
    shown: { width: shown.width, height: shown.height },
    radius: transform.radius === "max" ? most : Math.min(transform.radius, most),
    size: { width: bordered.width + left + right, height: bordered.height + top + bottom },
  };
}

/** The canvas is made when the picture has been mirrored and turned: its place turns with it. */
function turnedCanvas(
  canvas: NonNullable<Layout["canvas"]>,
  picture: Size,
  { flip, rotate }: Wanted,
): NonNullable<Layout["canvas"]> {
  const { width, height } = canvas;
  const right = width - canvas.x - picture.width;
  const below = height - canvas.y - picture.height;
  const [left, far] = flip === "h" ? [right, canvas.x] : [canvas.x, right];
  switch (rotate) {
    case "0":
      return { width, height, x: left, y: canvas.y };
    case "90":
      return { width: height, height: width, x: below, y: left };
    case "180":
      return { width, height, x: far, y: below };
    case "270":
      return { width: height, height: width, x: canvas.y, y: far };
  }
}

/** A colour, or `blur`. */
function backgroundOf({ background }: Wanted, findings: Findings): Colour | "blur" | undefined {
  return background === "auto" ? (findings.background ?? WHITE) : background;
}

function hasMargins({ fit, pad }: Wanted): boolean {
  return fit === "pad" || Object.values(pad).some((side) => side > 0);
}

/** Something of it may let the background through: the picture, what is cut off its corners, its border. */
function isTranslucent({ radius, border }: Wanted, facts: Facts): boolean {
  return facts.alpha || radius !== 0 || (border !== undefined && border.colour.a < 255);
}

/** Whether any background would be seen. */
export function showsBackground(transform: Wanted, facts: Facts): boolean {
  return isTranslucent(transform, facts) || hasMargins(transform);
}

/** Whether the result has an alpha channel, where its format can. */
export function keepsAlpha(transform: Wanted, facts: Facts, findings: Findings): boolean {
  const background = backgroundOf(transform, findings);
  if (background === undefined) return isTranslucent(transform, facts);
  return background !== "blur" && background.a < 255 && showsBackground(transform, facts);
}

/** The steps that it takes, in the colours of the result. */
export function surroundSteps(
  transform: Wanted,
  facts: Facts,
  findings: Findings,
  { canvas, radius }: Surround,
  { alpha, gamut }: Pick<Output, "alpha" | "gamut">,
): Pick<Plan, "canvas" | "border" | "radius" | "pad" | "flatten" | "backdrop"> {
  const { border, pad } = transform;
  const background = backgroundOf(transform, findings);
  const under = isTranslucent(transform, facts) ? underOf(background, alpha) : undefined;
  const colour = marginColour(background, under, alpha);
  const hasPad = Object.values(pad).some((side) => side > 0);
  // Where the corners are cut off the picture and nothing is said, there is nothing beyond them either.
  const padColour = background === undefined && radius > 0 && alpha ? CLEAR : colour;
  return {
    ...(canvas && { canvas: { ...canvas, colour: inGamut(colour, gamut) } }),
    ...(border && { border: { ...border, colour: inGamut(border.colour, gamut) } }),
    radius,
    ...(hasPad && { pad: { ...pad, colour: inGamut(padColour, gamut) } }),
    ...(under && { flatten: inGamut(under, gamut) }),
    backdrop: background === "blur" && showsBackground(transform, facts),
  };
}

/** Transparent pixels get a colour when one was asked for, or when the format cannot keep them. */
function underOf(background: Colour | "blur" | undefined, alpha: boolean): Colour | undefined {
  if (background === "blur") return undefined;
  if (background && background.a > 0) return alpha ? background : overWhite(background);
  return alpha ? undefined : WHITE;
}

/**
 * Without a background, margins are white. Where the result has no alpha, the colour lies over white. What `flatten` or
 * the backdrop will fill stays clear until then: half a colour laid over half a colour would be three quarters.
 */
function marginColour(
  background: Colour | "blur" | undefined,
  under: Colour | undefined,
  alpha: boolean,
): Colour {
  if (background === "blur") return CLEAR;
  if (background === undefined) return WHITE;
  if (!alpha) return overWhite(background);
  return under ? CLEAR : background;
}

export function overWhite({ r, g, b, a }: Colour): Colour {
  const mix = (channel: number) => Math.round((channel * a + 255 * (255 - a)) / 255);
  return { r: mix(r), g: mix(g), b: mix(b), a: 255 };
}
