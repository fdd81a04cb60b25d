import { coloursFrom, D65 } from "../colour/colours.ts";
import { type Curve, hlgCurve, pqCurve, srgbCurve } from "../colour/curves.ts";
import type { Primaries } from "../colour/matrix.ts";
import type { ProfileFacts } from "./icc.ts";

/** Transfer functions of ITU-T H.273 near the sRGB curve: BT.709 and its twins, unspecified, gamma 2.2, sRGB. */
const NEAR_SRGB = new Set([1, 2, 4, 6, 13, 14, 15]);

/** H.273 table 3. */
const CURVES: ReadonlyMap<number, Curve> = new Map<number, Curve>([
  ...[...NEAR_SRGB].map((transfer) => [transfer, srgbCurve] as const),
  [5, (x) => x ** 2.8],
  [7, srgbCurve],
  [8, (x) => x],
  [16, pqCurve],
  [18, hlgCurve],
]);
const CURVE_NAMES: ReadonlyMap<number, string> = new Map([
  [8, " linear"],
  [16, " PQ"],
  [18, " HLG"],
]);

/** H.273 table 2. */
const PRIMARIES: ReadonlyMap<number, readonly [name: string, Primaries]> = new Map([
  [1, named("BT.709", [0.64, 0.33], [0.3, 0.6], [0.15, 0.06])],
  [2, named("BT.709", [0.64, 0.33], [0.3, 0.6], [0.15, 0.06])],
  [4, named("BT.470 M", [0.67, 0.33], [0.21, 0.71], [0.14, 0.08], [0.31, 0.316])],
  [5, named("BT.470 BG", [0.64, 0.33], [0.29, 0.6], [0.15, 0.06])],
  [6, named("BT.601", [0.63, 0.34], [0.31, 0.595], [0.155, 0.07])],
  [7, named("SMPTE 240", [0.63, 0.34], [0.31, 0.595], [0.155, 0.07])],
  [9, named("BT.2020", [0.708, 0.292], [0.17, 0.797], [0.131, 0.046])],
  [11, named("DCI P3", [0.68, 0.32], [0.265, 0.69], [0.15, 0.06], [0.314, 0.351])],
  [12, named("Display P3", [0.68, 0.32], [0.265, 0.69], [0.15, 0.06])],
  [22, named("EBU 3213", [0.63, 0.34], [0.295, 0.605], [0.155, 0.077])],
]);

type Point = readonly [x: number, y: number];

function named(name: string, red: Point, green: Point, blue: Point, white: Point = D65) {
  return [name, { red, green, blue, white }] as const;
}

/**
 * What code points of ITU-T H.273 mean, as in `nclx` boxes and PNG's cICP. High dynamic range (PQ, HLG) is shown in
 * what there is; code points that are not known count as sRGB.
 */
export function nclxProfile(primaries: number, transfer: number): ProfileFacts {
  const isNear = NEAR_SRGB.has(transfer);
  if (isNear && (primaries === 1 || primaries === 2)) return { profile: "srgb" };
  if (isNear && primaries === 12) return { profile: "display-p3" };
  const [name, space] = PRIMARIES.get(primaries) ?? [];
  const curve = CURVES.get(transfer);
  if (space === undefined || curve === undefined) return { profile: "unknown" };
  const profileName = `${name}${CURVE_NAMES.get(transfer) ?? ""}`;
  return { profile: "unknown", profileName, colours: coloursFrom(curve, space) };
}
