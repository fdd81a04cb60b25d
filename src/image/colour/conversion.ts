/** From what the samples mean to what the result's colours mean. */
import type { Facts } from "../facts.ts";
import type { Gamut, Plan } from "../job.ts";
import { type Colours, coloursOf, DISPLAY_P3, type IccProfile, SRGB } from "./colours.ts";
import { lightOf, srgbCoded, srgbCurve } from "./curves.ts";
import { applied, IDENTITY, inverse, type Matrix, product, toXyzD50 } from "./matrix.ts";

export type Conversion =
  /** To light, through the matrix, and back by the curve of sRGB, which is Display P3's, too. */
  | {
      readonly kind: "matrix";
      readonly light: readonly [Float32Array, Float32Array, Float32Array];
      readonly matrix: Matrix;
    }
  /** By a table that is made of the profile. */
  | { readonly kind: "table"; readonly profile: IccProfile; readonly gamut: Gamut };

const FROM_XYZ: Readonly<Record<Gamut, Matrix>> = {
  srgb: inverse(toXyzD50(SRGB)),
  "display-p3": inverse(toXyzD50(DISPLAY_P3)),
};

/** Nothing where the samples are what the result says already. */
export function conversionOf({
  source,
  output,
}: {
  readonly source: Facts;
  readonly output: Pick<Plan["output"], "gamut">;
}): Conversion | undefined {
  const gamut = output.gamut ?? "srgb";
  if (source.profile === gamut && source.colours === undefined && !isInk(source)) return undefined;
  const colours = coloursOf(source);
  if (colours === undefined) return gamut === "srgb" ? undefined : srgbTo(gamut);
  switch (colours.kind) {
    case "profile":
      return { kind: "table", profile: colours, gamut };
    case "gray":
      return {
        kind: "matrix",
        light: [colours.light, colours.light, colours.light],
        matrix: IDENTITY,
      };
    case "curves":
      return {
        kind: "matrix",
        light: colours.light,
        matrix: product(FROM_XYZ[gamut], colours.toXyz),
      };
  }
}

function isInk({ colour }: Facts): boolean {
  return colour === "cmyk" || colour === "ycck";
}

/** What is done with samples that count as sRGB, such as those whose profile turns out to be broken. */
export function srgbTo(gamut: Gamut): Extract<Conversion, { kind: "matrix" }> {
  const light = lightOf(srgbCurve);
  return {
    kind: "matrix",
    light: [light, light, light],
    matrix: gamut === "srgb" ? IDENTITY : product(FROM_XYZ[gamut], toXyzD50(SRGB)),
  };
}

/** How far a primary may lie outside of sRGB, in its light: other roundings of the same primaries do. */
const SRGB_TOLERANCE = 0.02;

/** Whether there may be colours that sRGB does not have. Of tables that does not show before they are made. */
export function isWide(source: Pick<Facts, "format" | "profile" | "colours" | "colour">): boolean {
  const colours: Colours | undefined = coloursOf(source);
  if (colours === undefined || colours.kind === "gray" || source.colour === "gray") return false;
  if (colours.kind === "profile") return true;
  const inSrgb = product(FROM_XYZ.srgb, colours.toXyz);
  return inSrgb.some((light) => light < -SRGB_TOLERANCE || light > 1 + SRGB_TOLERANCE);
}

/** An sRGB colour as the gamut has it: 8-bit levels. */
export function levelsIn(gamut: Gamut, levels: readonly [number, number, number]) {
  if (gamut === "srgb") return levels;
  const { matrix } = srgbTo(gamut);
  const [r, g, b] = levels.map((level) => srgbCurve(level / 255));
  const light = applied(matrix, [r!, g!, b!]);
  const level = (value: number) => Math.round(255 * srgbCoded(Math.min(Math.max(value, 0), 1)));
  return light.map(level) as unknown as readonly [number, number, number];
}

const MATRIX_LEVELS = 256;

/** As `op_colour.c` reads them: light of three channels, then the matrix, in floats. */
export function matrixNumbers({
  light,
  matrix,
}: Pick<Extract<Conversion, { kind: "matrix" }>, "light" | "matrix">): Uint8Array {
  const numbers = new Float32Array(3 * MATRIX_LEVELS + 9);
  light.forEach((levels, channel) => {
    numbers.set(levels, channel * MATRIX_LEVELS);
  });
  numbers.set(matrix, 3 * MATRIX_LEVELS);
  return new Uint8Array(numbers.buffer);
}
