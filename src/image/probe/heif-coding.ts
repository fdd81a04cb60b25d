import type { Av1Sampling, ColourModel } from "../facts.ts";
import type { ByteReader } from "./reader.ts";

/** The flags of `av1C` (AV1 in ISOBMFF) and of `hvcC` (ISO/IEC 14496-15). */
export function codingOf(
  config: ByteReader,
  type: string,
): { bitDepth: number; colour: ColourModel } {
  if (type === "hvcC") {
    const gray = (config.u8(16) & 3) === 0;
    return { bitDepth: 8 + (config.u8(17) & 7), colour: gray ? "gray" : "ycbcr" };
  }
  const flags = config.u8(2);
  const bitDepth = (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
  return { bitDepth, colour: (flags & 0x10) === 0 ? "ycbcr" : "gray" };
}

/** By the flags of `av1C`. */
export function av1SamplingOf(config: ByteReader): Av1Sampling {
  const flags = config.u8(2);
  if ((flags & 0x10) !== 0) return "400";
  if ((flags & 0x08) === 0) return "444";
  return (flags & 0x04) === 0 ? "422" : "420";
}

const ALPHA_TYPES = [
  "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
  "urn:mpeg:hevc:2015:auxid:1",
  "urn:mpeg:avc:2015:auxid:1",
];

/** Whether an auxiliary picture's or track's type, text that ends with NUL, means alpha. */
export function isAlphaType(r: ByteReader): boolean {
  const text = r.text(0, Math.min(r.length, 64));
  return ALPHA_TYPES.includes(text.split("\0", 1)[0] ?? "");
}
