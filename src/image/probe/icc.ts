import type { Colours, IccProfile } from "../colour/colours.ts";
import { adobeCurve, type Curve, lightOf, srgbCoded, srgbCurve } from "../colour/curves.ts";
import type { Matrix } from "../colour/matrix.ts";
import type { ColourProfile, Facts } from "../facts.ts";
import { fixed, readCurve } from "./icc-curve.ts";
import { ByteReader, broken, optional } from "./reader.ts";

/** Facts about an embedded ICC profile (ICC.1:2022). */
export type ProfileFacts = Pick<Facts, "profile" | "profileName" | "colours">;

/** Longest profile that is looked at, in bytes. Those of presses have 0.5 to 2 MiB. */
export const MAX_PROFILE_BYTES = 4 * 2 ** 20;

const MAX_TAGS = 100;
const MAX_NAME = 100;

/**
 * Reads and classifies an ICC profile. A name proves nothing, so a profile is `srgb`, `display-p3` or `adobe-rgb`
 * when its colorants and its curve are; of others, `colours` says what samples mean. What is no ICC profile at all is
 * ignored, as if none were embedded; so are, but for their name, profiles that are broken, longer than 4 MiB, or of
 * colours that no picture of ours has.
 */
export function readIcc(bytes: Uint8Array): ProfileFacts {
  if (bytes.length > MAX_PROFILE_BYTES) return {};
  return optional(() => readProfile(new ByteReader(bytes)), {});
}

function readProfile(r: ByteReader): ProfileFacts {
  if (r.text(36, 4) !== "acsp") return {};
  const table = readTagTable(r);
  const tags: Tags = new Map(table.map(({ name, at }) => [name, at]));
  const space = r.text(16, 4);
  const name = optional(() => readName(r, tags.get("desc")), "");
  const profile = optional(() => classify(r, space, tags), "unknown");
  const colours = optional(() => readColours(r, space, tags, profile), undefined);
  return { profile, ...(name !== "" && { profileName: name }), ...(colours && { colours }) };
}

/** What a device's colours mean: not links between devices, named or abstract colours (ICC.1:2022 section 7.2.7). */
const DEVICES: ReadonlySet<string> = new Set(["scnr", "mntr", "prtr", "spac"]);

/** Nothing for those that are known by name. */
function readColours(
  r: ByteReader,
  space: string,
  tags: Tags,
  profile: ColourProfile,
): Colours | undefined {
  if (!DEVICES.has(r.text(12, 4))) return undefined;
  if (space === "CMYK") return withTable(r, "cmyk");
  if (space === "GRAY") return readGrey(r, tags);
  if (space !== "RGB " || profile !== "unknown") return undefined;
  return hasTables(tags) ? withTable(r, "rgb") : readMatrix(r, tags);
}

/** With tables, colour management does not look at the colorants (ICC.1:2022 section 9.1). */
function hasTables(tags: Tags): boolean {
  return tags.has("A2B0");
}

function withTable(r: ByteReader, space: IccProfile["space"]): IccProfile {
  const sizes = readTagTable(r).filter(({ name }) => name === "A2B0");
  const bytes = Math.max(...sizes.map(({ length }) => length), 0);
  const narrow = sizes.some(({ at }) => optional(() => r.text(at, 4), "") === "mft1");
  return { kind: "profile", space, icc: r.bytes, table: { bytes, narrow } };
}

/** Nothing where the curve is near that of sRGB: then grey stays as it is. */
function readGrey(r: ByteReader, tags: Tags): Colours | undefined {
  const at = tags.get("kTRC");
  if (at === undefined || hasTables(tags)) return undefined;
  // ICC.1:2022 section 8.3.4: to Lab, the curve gives lightness.
  const isLab = r.text(20, 4) === "Lab ";
  const curve: Curve = (x) => {
    const value = readCurve(r, at, x);
    return isLab ? luminanceOf(value) : value;
  };
  if (isNear(curve, srgbCurve)) return undefined;
  return { kind: "gray", light: readable(lightOf(curve)) };
}

/** CIE 1976 L* as 0–1 to Y. */
function luminanceOf(lightness: number): number {
  const f = (100 * lightness + 16) / 116;
  return f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29);
}

function readMatrix(r: ByteReader, tags: Tags): Colours {
  if (r.text(20, 4) !== "XYZ ") throw broken("The profile's curves and matrix lead to no XYZ.");
  const [red, green, blue] = ["rXYZ", "gXYZ", "bXYZ"].map((tag) => readXyz(r, tags.get(tag)));
  const toXyz = [0, 1, 2].flatMap((i) => [red![i]!, green![i]!, blue![i]!]) as unknown as Matrix;
  // White's luminance is 1, whatever was rounded; with another one, this is no profile of colours.
  if (!(Math.abs(toXyz[3] + toXyz[4] + toXyz[5] - 1) < 0.5)) {
    throw broken("The profile's colorants do not add up to white.");
  }
  const light = ["rTRC", "gTRC", "bTRC"].map((tag) => {
    const at = tags.get(tag);
    if (at === undefined) throw broken("The profile lacks a curve.");
    return readable(lightOf((x) => readCurve(r, at, x)));
  });
  return { kind: "curves", light: light as never, toXyz };
}

function readable(light: Float32Array): Float32Array {
  if (light.some(Number.isNaN))
    throw broken("The profile has a curve of a type that is not known.");
  return light;
}

/** Where each begins. */
type Tags = ReadonlyMap<string, number>;

interface Tag {
  readonly name: string;
  readonly at: number;
  readonly length: number;
}

function readTagTable(r: ByteReader): readonly Tag[] {
  const tags: Tag[] = [];
  const count = Math.min(r.u32(128), MAX_TAGS);
  for (let i = 0; i < count && r.has(144 + i * 12); i++) {
    const entry = 132 + i * 12;
    tags.push({ name: r.text(entry, 4), at: r.u32(entry + 4), length: r.u32(entry + 8) });
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

/**
 * What passes for a curve, in coded sRGB: two levels of 255. Short tables of it do; gamma 2.2 for sRGB's does not, as it
 * is up to eight levels away, in the shadows.
 */
const CURVE_TOLERANCE = 2 / 255;

function classify(r: ByteReader, space: string, tags: Tags): ColourProfile {
  if (space === "GRAY") return "gray";
  if (space !== "RGB " || hasTables(tags)) return "unknown";
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

function curveIs(r: ByteReader, at: number | undefined, expected: Curve): boolean {
  return at !== undefined && isNear((x) => readCurve(r, at, x), expected);
}

function isNear(curve: Curve, expected: Curve): boolean {
  return [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9, 1].every(
    (x) => Math.abs(srgbCoded(curve(x)) - srgbCoded(expected(x))) <= CURVE_TOLERANCE,
  );
}
