import type { ColourProfile, Facts } from "../facts.ts";
import { ByteReader, optional } from "./reader.ts";

/** Facts about an embedded ICC profile (ICC.1:2022). */
export type ProfileFacts = Pick<Facts, "profile" | "profileName">;

const MAX_TAGS = 100;
const MAX_NAME = 100;

/**
 * Reads and classifies an ICC profile. A name proves nothing, so a profile is `srgb`, `display-p3` or `adobe-rgb`
 * when its colorants and its curve are. What is no ICC profile at all is ignored, as if none were embedded.
 */
export function readIcc(bytes: Uint8Array): ProfileFacts {
  return optional(() => readProfile(new ByteReader(bytes)), {});
}

function readProfile(r: ByteReader): ProfileFacts {
  if (r.text(36, 4) !== "acsp") return {};
  const tags = readTags(r);
  const space = r.text(16, 4);
  const name = optional(() => readName(r, tags.get("desc")), "");
  const profile = optional(() => classify(r, space, tags), "unknown");
  return name === "" ? { profile } : { profile, profileName: name };
}

type Tags = ReadonlyMap<string, number>;

function readTags(r: ByteReader): Tags {
  const tags = new Map<string, number>();
  const count = Math.min(r.u32(128), MAX_TAGS);
  for (let i = 0; i < count && r.has(144 + i * 12); i++) {
    const at = 132 + i * 12;
    tags.set(r.text(at, 4), r.u32(at + 4));
  }
  return tags;
}

function readName(r: ByteReader, at: number | undefined): string {
  if (at === undefined) return "";
  const type = r.text(at, 4);
  // ICC.1:2001 section 6.5.17: a counted ASCII string.
  if (type === "desc") {
    return clean(r.text(at + 12, Math.min(r.u32(at + 8), MAX_NAME + 1, r.length - at - 12)));
  }
  if (type !== "mluc") return "";
  // ICC.1:2022, multiLocalizedUnicodeType: the first record; its language does not matter for a label.
  const length = Math.min(r.u32(at + 20), MAX_NAME * 2) & ~1;
  const start = at + r.u32(at + 24);
  return clean(new TextDecoder("utf-16be").decode(r.slice(start, start + length)));
}

/** Up to the first NUL, without control characters. */
function clean(name: string): string {
  const end = name.indexOf("\0");
  const text = end < 0 ? name : name.slice(0, end);
  return text.replace(/\p{C}/gu, " ").trim().slice(0, MAX_NAME).trim();
}

/** Colorants relative to D50, as their profiles state them: X, Y, Z of red, green, blue. */
const COLORANTS: Readonly<Record<"srgb" | "display-p3" | "adobe-rgb", readonly number[]>> = {
  srgb: [0.436, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141],
  "display-p3": [0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841],
  "adobe-rgb": [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446],
};

/** Writers round and adapt a little differently; the nearest two of the three differ by 0.07. */
const COLORANT_TOLERANCE = 0.004;

/** Lets gamma 2.2 pass for the sRGB curve (they differ by 0.009 at most), but not 1.8 or 1.0. */
const CURVE_TOLERANCE = 0.015;

function classify(r: ByteReader, space: string, tags: Tags): ColourProfile {
  if (space === "GRAY") return "gray";
  // With a table (A2B0), colour management does not look at the colorants (ICC.1:2022 section 8).
  if (space !== "RGB " || tags.has("A2B0")) return "unknown";
  const colorants = ["rXYZ", "gXYZ", "bXYZ"].flatMap((tag) => readXyz(r, tags.get(tag)));
  for (const name of ["srgb", "display-p3", "adobe-rgb"] as const) {
    if (!near(colorants, COLORANTS[name])) continue;
    const expected = name === "adobe-rgb" ? adobeCurve : srgbCurve;
    const curves = ["rTRC", "gTRC", "bTRC"].every((tag) => curveIs(r, tags.get(tag), expected));
    return curves ? name : "unknown";
  }
  return "unknown";
}

function readXyz(r: ByteReader, at: number | undefined): number[] {
  if (at === undefined || r.text(at, 4) !== "XYZ ") return [];
  return [8, 12, 16].map((offset) => fixed(r, at + offset));
}

function near(values: readonly number[], expected: readonly number[]): boolean {
  return (
    values.length === expected.length &&
    values.every((value, i) => Math.abs(value - (expected[i] ?? 0)) <= COLORANT_TOLERANCE)
  );
}

const srgbCurve = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const adobeCurve = (x: number) => x ** (563 / 256);

function curveIs(r: ByteReader, at: number | undefined, expected: (x: number) => number): boolean {
  if (at === undefined) return false;
  return [0.1, 0.25, 0.5, 0.75, 0.9].every(
    (x) => Math.abs(readCurve(r, at, x) - expected(x)) <= CURVE_TOLERANCE,
  );
}

/** The tone curve's value at `x` (0–1); NaN for a type that is none. */
function readCurve(r: ByteReader, at: number, x: number): number {
  const type = r.text(at, 4);
  if (type === "para") return parametric(r, at, x);
  if (type !== "curv") return Number.NaN;
  const count = r.u32(at + 8);
  if (count === 0) return x;
  if (count === 1) return x ** (r.u16(at + 12) / 256);
  const position = x * (count - 1);
  const index = Math.min(Math.floor(position), count - 2);
  const low = r.u16(at + 12 + index * 2) / 65535;
  const high = r.u16(at + 14 + index * 2) / 65535;
  return low + (high - low) * (position - index);
}

/** ICC.1:2022, parametricCurveType. */
function parametric(r: ByteReader, at: number, x: number): number {
  const p = (i: number) => fixed(r, at + 12 + i * 4);
  const g = p(0);
  switch (r.u16(at + 8)) {
    case 0:
      return x ** g;
    case 1:
      return x >= -p(2) / p(1) ? (p(1) * x + p(2)) ** g : 0;
    case 2:
      return x >= -p(2) / p(1) ? (p(1) * x + p(2)) ** g + p(3) : p(3);
    case 3:
      return x >= p(4) ? (p(1) * x + p(2)) ** g : p(3) * x;
    case 4:
      return x >= p(4) ? (p(1) * x + p(2)) ** g + p(5) : p(3) * x + p(6);
    default:
      return Number.NaN;
  }
}

/** s15Fixed16Number. */
function fixed(r: ByteReader, at: number): number {
  return r.i32(at) / 65536;
}
