import type { Raster } from "../../../src/image/raster.ts";
import { createRaster } from "./pixels.ts";

type Row = readonly [number, number, number];
type Matrix = readonly [Row, Row, Row];

interface Space {
  /** Coded value 0–1 to light. */
  readonly decode: (value: number) => number;
  /** Light in this space to light in sRGB; both have the white D65, so this is relative colorimetric. */
  readonly toSrgb: Matrix;
}

/** The spaces besides sRGB that we convert from. Matrices from the primaries, as in CSS Color 4 section 18. */
const SPACES = {
  "display-p3": {
    decode: srgbDecode,
    toSrgb: [
      [1.2249401762805587, -0.22494017628055865, 0],
      [-0.04205695470968816, 1.0420569547096881, 0],
      [-0.019637554590334432, -0.07863604555063188, 1.0982736001409663],
    ],
  },
  "adobe-rgb": {
    // Adobe RGB (1998) section 4.3.1.2: 2 + 51/256.
    decode: (value) => value ** (563 / 256),
    toSrgb: [
      [1.39835574396077, -0.39835574396077, 0],
      [0, 1, 0],
      [0, -0.0429289893, 1.0429289893],
    ],
  },
} as const satisfies Record<string, Space>;

export type ConvertedSpace = keyof typeof SPACES;

export function isConvertedSpace(profile: string | undefined): profile is ConvertedSpace {
  return profile !== undefined && Object.hasOwn(SPACES, profile);
}

/** Steps of the table from light to coded sRGB: where the curve is steepest, one step is a fifth of a level. */
const LIGHT_STEPS = 1 << 14;

/** Converts to sRGB; colours that sRGB cannot show are clipped channel by channel. Alpha is kept. */
export function convertToSrgb(source: Raster, from: ConvertedSpace): Raster {
  const space: Space = SPACES[from];
  const light = Float64Array.from({ length: 256 }, (_, v) => space.decode(v / 255));
  const coded = codedTable();
  const [toR, toG, toB] = space.toSrgb;
  const result = createRaster(source.width, source.height);
  const { data } = source;
  for (let i = 0; i < data.length; i += 4) {
    const r = light[data[i]!]!;
    const g = light[data[i + 1]!]!;
    const b = light[data[i + 2]!]!;
    result.data[i] = coded[step(toR, r, g, b)]!;
    result.data[i + 1] = coded[step(toG, r, g, b)]!;
    result.data[i + 2] = coded[step(toB, r, g, b)]!;
    result.data[i + 3] = data[i + 3]!;
  }
  return result;
}

function step(row: Row, r: number, g: number, b: number): number {
  const light = row[0] * r + row[1] * g + row[2] * b;
  return Math.round(Math.min(Math.max(light, 0), 1) * LIGHT_STEPS);
}

function codedTable(): Uint8ClampedArray {
  return Uint8ClampedArray.from(
    { length: LIGHT_STEPS + 1 },
    (_, i) => 255 * srgbEncode(i / LIGHT_STEPS),
  );
}

/** IEC 61966-2-1. */
function srgbDecode(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function srgbEncode(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
