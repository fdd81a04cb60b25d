import type { ColourProfile } from "../facts.ts";

/** Transfer functions of ITU-T H.273 near the sRGB curve: BT.709 and its twins, unspecified, gamma 2.2, sRGB. */
const NEAR_SRGB = new Set([1, 2, 4, 6, 13, 14, 15]);

/**
 * The profile that code points of ITU-T H.273 mean, as in `nclx` boxes and PNG's cICP. HDR and linear transfers
 * (8, 16, 18 …) are `unknown` whatever the primaries: the same numbers mean other colours.
 */
export function nclxProfile(primaries: number, transfer: number): ColourProfile {
  if (!NEAR_SRGB.has(transfer)) return "unknown";
  if (primaries === 1 || primaries === 2) return "srgb";
  return primaries === 12 ? "display-p3" : "unknown";
}
