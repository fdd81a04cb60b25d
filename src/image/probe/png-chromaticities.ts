import { coloursFrom, D65, SRGB } from "../colour/colours.ts";
import { srgbCurve } from "../colour/curves.ts";
import { type Primaries, toXyzD50 } from "../colour/matrix.ts";
import type { ProfileFacts } from "./icc.ts";
import type { ByteReader } from "./reader.ts";

/** Writers round to three or four digits. */
const TOLERANCE = 0.002;

/**
 * PNG third edition section 11.3.2.1 (cHRM) and 11.3.2.2 (gAMA; without it, the curve of sRGB). Nothing where the
 * primaries are those of sRGB, or none that there can be.
 */
export function readChromaticities(r: ByteReader, chrm: number, gama?: number): ProfileFacts {
  const point = (i: number) =>
    [r.u32(chrm + i * 8) / 100_000, r.u32(chrm + i * 8 + 4) / 100_000] as const;
  const primaries: Primaries = {
    white: point(0),
    red: point(1),
    green: point(2),
    blue: point(3),
  };
  if (isSame(primaries, { ...SRGB, white: D65 }) || !isPossible(primaries)) return {};
  const gamma = gama === undefined ? 0 : r.u32(gama) / 100_000;
  const curve = gamma > 0 ? (x: number) => x ** (1 / gamma) : srgbCurve;
  return { profile: "unknown", colours: coloursFrom(curve, primaries) };
}

function isSame(a: Primaries, b: Primaries): boolean {
  return (["red", "green", "blue", "white"] as const).every((name) =>
    a[name].every((value, i) => Math.abs(value - b[name][i]!) <= TOLERANCE),
  );
}

/** Largest number in a matrix of colours that anyone has: those of the primaries of XYZ itself are below 2. */
const MOST = 4;

function isPossible(primaries: Primaries): boolean {
  return toXyzD50(primaries).every((value) => Math.abs(value) < MOST);
}
