import type { ColourModel, Facts } from "../facts.ts";
import { factsOf } from "./facts.ts";
import { readIcc } from "./icc.ts";
import { orientationOf } from "./orientation.ts";
import { type ByteReader, broken, optional } from "./reader.ts";

const WIDTH = 256;
const HEIGHT = 257;
const BITS = 258;
const PHOTOMETRIC = 262;
const ORIENTATION = 274;
const SAMPLES = 277;
const TILE_WIDTH = 322;
const TILE_HEIGHT = 323;
const EXTRA_SAMPLES = 338;
const ICC = 34675;

/** Bytes of a value, by type (TIFF 6.0 page 15, BigTIFF for 16–18). */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

const PHOTOMETRICS: Readonly<Record<number, ColourModel>> = {
  0: "gray",
  1: "gray",
  2: "rgb",
  3: "palette",
  5: "cmyk",
  6: "ycbcr",
};

export interface TiffField {
  readonly type: number;
  readonly count: number;
  /** Where its values are, in the entry or elsewhere. */
  readonly at: number;
}

/**
 * TIFF 6.0 and BigTIFF: the first directory. Further pages are no frames, and their chain, which may loop, is not
 * followed. libtiff writes the directory behind the pixels; where that is beyond the cap, it is out of reach.
 */
export function probeTiff(r: ByteReader): Facts {
  const le = r.u16(0) === 0x4949;
  const fields = readDirectory(r, le);
  const number = (tag: number) => readNumber(r, fields.get(tag), le);
  const width = number(WIDTH);
  const height = number(HEIGHT);
  if (width === undefined || height === undefined) throw broken("The TIFF does not say its size.");
  const soft = (tag: number, fallback: number) =>
    optional(() => number(tag), undefined) ?? fallback;
  const photometric = soft(PHOTOMETRIC, 1);
  const extra = soft(EXTRA_SAMPLES, 0);
  return factsOf({
    format: "tiff",
    width,
    height,
    orientation: orientationOf(soft(ORIENTATION, 1)),
    bitDepth: checkedBits(soft(BITS, 1)),
    // CIELab and the rare rest have no model of their own here; a decoder that reads them makes RGB.
    colour: PHOTOMETRICS[photometric] ?? "rgb",
    // 1 is premultiplied, 2 straight alpha (TIFF 6.0 section 18).
    alpha: (extra === 1 || extra === 2) && soft(SAMPLES, 1) > 1,
    ...tileRowOf(width, soft),
    ...optional(() => readProfile(r, fields.get(ICC)), {}),
  });
}

/** Tiles lie beside each other: a row of them is decoded before its first row of pixels is whole. */
function tileRowOf(
  width: number,
  soft: (tag: number, fallback: number) => number,
): Pick<Facts, "tileRowBytes"> {
  const tile = { width: soft(TILE_WIDTH, 0), height: soft(TILE_HEIGHT, 0) };
  if (tile.width < 1 || tile.height < 1) return {};
  const across = Math.ceil(width / tile.width) * tile.width;
  return { tileRowBytes: across * tile.height * soft(SAMPLES, 1) };
}

function checkedBits(bits: number): number {
  if (bits >= 1 && bits <= 64) return bits;
  throw broken(`The TIFF has ${bits} bits a sample.`);
}

/** By tag; the first of a tag counts. */
export function readDirectory(r: ByteReader, le: boolean): ReadonlyMap<number, TiffField> {
  const big = r.u16(2, le) === 43;
  if (big && (r.u16(4, le) !== 8 || r.u16(6, le) !== 0))
    throw broken("The BigTIFF has odd offsets.");
  const at = big ? r.u64(8, le) : r.u32(4, le);
  if (at < 8) throw broken("The TIFF has no directory.");
  const count = big ? r.u64(at, le) : r.u16(at, le);
  const first = at + (big ? 8 : 2);
  const entryBytes = big ? 20 : 12;
  if (count > 4096) throw broken(`The TIFF's directory has ${count} entries.`);
  const fields = new Map<number, TiffField>();
  for (let i = 0; i < count; i++) {
    const field = readField(r, first + i * entryBytes, le, big);
    const tag = r.u16(first + i * entryBytes, le);
    if (!fields.has(tag)) fields.set(tag, field);
  }
  return fields;
}

function readField(r: ByteReader, at: number, le: boolean, big: boolean): TiffField {
  const type = r.u16(at + 2, le);
  const count = big ? r.u64(at + 4, le) : r.u32(at + 4, le);
  const value = at + (big ? 12 : 8);
  const inline = (TYPE_BYTES[type] ?? 1) * count <= (big ? 8 : 4);
  return { type, count, at: inline ? value : big ? r.u64(value, le) : r.u32(value, le) };
}

/** The field's value of that index, if it has one that is a whole number. */
export function readNumber(
  r: ByteReader,
  field: TiffField | undefined,
  le: boolean,
  index = 0,
): number | undefined {
  if (field === undefined || index >= field.count) return undefined;
  const at = field.at + index * (TYPE_BYTES[field.type] ?? 1);
  if (field.type === 1) return r.u8(at);
  if (field.type === 3) return r.u16(at, le);
  if (field.type === 4) return r.u32(at, le);
  return field.type === 16 ? r.u64(at, le) : undefined;
}

function readProfile(r: ByteReader, field: TiffField | undefined) {
  return field === undefined ? {} : readIcc(r.slice(field.at, field.at + field.count));
}
