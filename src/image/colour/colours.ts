/** What a picture's samples mean, where that is not sRGB. */
import type { Facts } from "../facts.ts";
import { adobeCurve, lightOf, srgbCurve } from "./curves.ts";
import { type Matrix, type Primaries, toXyzD50 } from "./matrix.ts";

export type Colours =
  /** Light for each level of red, green and blue, and the matrix to XYZ relative to D50. */
  | {
      readonly kind: "curves";
      readonly light: readonly [Float32Array, Float32Array, Float32Array];
      readonly toXyz: Matrix;
    }
  /** Of grey. */
  | { readonly kind: "gray"; readonly light: Float32Array }
  /** An ICC profile whose conversion is tables: it is read by a module of its own (`engine/colour/`). */
  | IccProfile;

export interface IccProfile {
  readonly kind: "profile";
  readonly space: "rgb" | "cmyk";
  readonly icc: Uint8Array;
  /** Of the table that is used: its length in the file, and whether its samples have 8 bits. */
  readonly table: { readonly bytes: number; readonly narrow: boolean };
}

export const D65 = [0.3127, 0.329] as const;

/** ITU-R BT.709, SMPTE EG 432-1 with D65, Adobe RGB (1998). */
export const SRGB: Primaries = {
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
  white: D65,
};
export const DISPLAY_P3: Primaries = {
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
  white: D65,
};
const ADOBE_RGB: Primaries = {
  red: [0.64, 0.33],
  green: [0.21, 0.71],
  blue: [0.15, 0.06],
  white: D65,
};

export function coloursFrom(curve: (value: number) => number, primaries: Primaries): Colours {
  const light = lightOf(curve);
  return { kind: "curves", light: [light, light, light], toXyz: toXyzD50(primaries) };
}

/** Of the spaces that have a name; made when first wanted. */
const NAMED = {
  "display-p3": () => coloursFrom(srgbCurve, DISPLAY_P3),
  "adobe-rgb": () => coloursFrom(adobeCurve, ADOBE_RGB),
} as const;
const made = new Map<string, Colours>();

/** Nothing where samples are sRGB, or count as such: no profile, or none that fits the picture. */
export function coloursOf(
  source: Pick<Facts, "format" | "profile" | "colours" | "colour">,
): Colours | undefined {
  if (comesInSrgb(source)) return undefined;
  const colours = source.colours ?? namedColours(source.profile);
  return colours && fits(colours, source.colour) ? colours : undefined;
}

/** JPEG XL's decoder converts; of TIFF's inks, what they let through is taken, whatever the profile says. */
function comesInSrgb({ format, colour }: Pick<Facts, "format" | "colour">): boolean {
  return format === "jxl" || (format === "tiff" && colour === "cmyk");
}

function namedColours(profile: Facts["profile"]): Colours | undefined {
  if (profile !== "display-p3" && profile !== "adobe-rgb") return undefined;
  const known = made.get(profile) ?? NAMED[profile]();
  made.set(profile, known);
  return known;
}

/** Grey pictures may have a profile of three colours; inks need one of their own. */
function fits(colours: Colours, model: Facts["colour"]): boolean {
  const isInk = model === "cmyk" || model === "ycck";
  if (colours.kind === "profile") return (colours.space === "cmyk") === isInk;
  return !isInk && (colours.kind === "curves" || model === "gray");
}
