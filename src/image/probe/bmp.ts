import type { Facts } from "../facts.ts";
import { factsOf } from "./facts.ts";
import { type ByteReader, broken } from "./reader.ts";

/** BITMAPCOREHEADER 12, OS/2 2.x 16 and 64, BITMAPINFOHEADER 40 with its growing kin, V4 108, V5 124. */
const HEADER_SIZES = new Set([12, 16, 40, 52, 56, 64, 108, 124]);
const OS2_SIZES = new Set([12, 16, 64]);
const DEPTHS = new Set([1, 2, 4, 8, 16, 24, 32]);

const BITFIELDS = 3;
const JPEG = 4;
const PNG = 5;
const ALPHA_BITFIELDS = 6;

/** BMP in all versions of its header. */
export function probeBmp(r: ByteReader): Facts {
  return factsOf({ format: "bmp", ...readDib(r, 14) });
}

type DibFacts = Pick<Facts, "width" | "height" | "alpha" | "bitDepth" | "colour">;

/** The device-independent bitmap's header; ICO has the same. Negative heights mean rows from top to bottom. */
export function readDib(r: ByteReader, at: number): DibFacts {
  const size = r.u32(at, true);
  if (!HEADER_SIZES.has(size))
    throw broken(`The bitmap has a header of ${size} bytes, which none has.`);
  const core = size === 12;
  const width = core ? r.u16(at + 4, true) : r.i32(at + 4, true);
  const height = core ? r.u16(at + 6, true) : Math.abs(r.i32(at + 8, true));
  const bits = r.u16(at + (core ? 10 : 14), true);
  const compression = core || size === 16 ? 0 : r.u32(at + 16, true);
  const embedded = !OS2_SIZES.has(size) && (compression === JPEG || compression === PNG);
  if (!DEPTHS.has(bits) && !embedded) throw broken(`The bitmap has ${bits} bits a pixel.`);
  return {
    width,
    height,
    alpha: !OS2_SIZES.has(size) && bits >= 16 && hasAlphaMask(r, at, size, compression),
    bitDepth: bits === 0 || bits > 8 ? 8 : bits,
    colour: bits >= 1 && bits <= 8 ? "palette" : "rgb",
  };
}

/**
 * Only a mask says that there is alpha. The fourth byte of 32-bit pixels without one is padding, as browsers,
 * Windows and libvips see it, however much it looks like alpha.
 */
function hasAlphaMask(r: ByteReader, at: number, size: number, compression: number): boolean {
  const masked = compression === ALPHA_BITFIELDS || (compression === BITFIELDS && size >= 56);
  return masked && r.u32(at + 52, true) !== 0;
}
