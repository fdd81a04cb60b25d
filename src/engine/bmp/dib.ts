/**
 * The header of a device-independent bitmap: all that its pixels are read by. BMP has one behind its file header, ICO
 * and CUR have one for each picture. (Microsoft: BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER;
 * OS/2: OS22XBITMAPHEADER.)
 */
import { PictorError } from "../../errors.ts";
import { type ByteReader, broken } from "../../image/probe/reader.ts";

export const NONE = 0;
export const RLE8 = 1;
export const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

export interface Dib {
  readonly width: number;
  /** Of rows, always positive. */
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  readonly compression: typeof NONE | typeof RLE8 | typeof RLE4;
  /** Red, green, blue, alpha; 0 where there is none. Of 16 and 32 bits. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
  /** RGBA of each index; black behind the last one that the file has. */
  readonly palette: Uint8Array;
  /** Offset behind header, masks and palette. */
  readonly end: number;
}

const CORE = 12;
/** OS/2 2.x, cut short and whole: its compressions have other numbers from 3 on. */
const OS2 = new Set([16, 64]);
const V2_MASKS = 52;
const V3_MASKS = 56;

/** @throws PictorError `broken_image`, `unsupported_format` */
export function readDibHeader(r: ByteReader, at: number): Dib {
  const size = r.u32(at, true);
  const core = size === CORE;
  const height = core ? r.u16(at + 6, true) : r.i32(at + 8, true);
  const bits = bitsOf(r.u16(at + (core ? 10 : 14), true));
  const compression = core || size === 16 ? NONE : r.u32(at + 16, true);
  assertReadable(compression, bits, OS2.has(size));
  const masked = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  const maskBytes = masked && size < V2_MASKS ? (compression === ALPHA_BITFIELDS ? 16 : 12) : 0;
  const hasAlpha = compression === ALPHA_BITFIELDS || size >= V3_MASKS;
  const paletteAt = at + size + maskBytes;
  const entryBytes = core ? 3 : 4;
  const colours = coloursOf(bits, core || size === 16 ? 0 : r.u32(at + 32, true));
  return {
    width: core ? r.u16(at + 4, true) : r.i32(at + 4, true),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression: masked ? NONE : (compression as Dib["compression"]),
    masks: masked ? readMasks(r, at + 40, hasAlpha) : usualMasks(bits),
    palette: readPalette(r, paletteAt, entryBytes, bits <= 8 ? colours : 0),
    end: paletteAt + colours * entryBytes,
  };
}

function bitsOf(bits: number): Dib["bits"] {
  const known = ([1, 2, 4, 8, 16, 24, 32] as const).find((count) => count === bits);
  return known ?? refuse(`The bitmap holds a whole JPEG or PNG, which is not read.`);
}

function assertReadable(compression: number, bits: number, isOs2: boolean): void {
  if (compression === NONE) return;
  if (compression === RLE8 && bits === 8) return;
  if (compression === RLE4 && bits === 4) return;
  const masked = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (masked && !isOs2 && (bits === 16 || bits === 32)) return;
  refuse(`A bitmap of ${bits} bits with compression ${compression} is not read.`);
}

function refuse(detail: string): never {
  throw new PictorError("unsupported_format", { detail, received: "bmp" });
}

/** Of more than 8 bits, the palette is a hint for displays, but takes its place; a count beyond reason is no count. */
function coloursOf(bits: number, used: number): number {
  if (bits > 8) return used <= 65_536 ? used : 0;
  const most = 2 ** bits;
  // Some files have more entries than their pixels can name.
  return used === 0 || used > 65_536 ? most : used;
}

function readMasks(r: ByteReader, at: number, hasAlpha: boolean): Dib["masks"] {
  const mask = (i: number) => r.u32(at + i * 4, true);
  return [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0];
}

function usualMasks(bits: number): Dib["masks"] {
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

function readPalette(r: ByteReader, at: number, entryBytes: number, colours: number): Uint8Array {
  const palette = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    palette[i * 4 + 3] = 255;
    if (i >= colours || !r.has(at + (i + 1) * entryBytes)) continue;
    for (let c = 0; c < 3; c++) palette[i * 4 + c] = r.u8(at + i * entryBytes + 2 - c);
  }
  return palette;
}

/** Bytes of a row of whole 32-bit words. */
export function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** The bytes must be there for all the rows that the header claims. */
export function assertRows(r: ByteReader, start: number, { width, height, bits }: Dib): void {
  if (r.has(start + rowBytes(width, bits) * height)) return;
  throw broken("The bitmap ends before its last row.");
}
