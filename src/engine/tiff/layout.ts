/** How a TIFF's first picture is stored: all that its pixels are read by. (TIFF 6.0; BigTIFF differs in offsets alone.) */
import { PictorError } from "../../errors.ts";
import { type ByteReader, broken } from "../../image/probe/reader.ts";
import { readDirectory, readNumber } from "../../image/probe/tiff.ts";
import { assertFewChunks } from "./work.ts";

export const WHITE_IS_ZERO = 0;
export const BLACK_IS_ZERO = 1;
export const RGB = 2;
export const PALETTE = 3;
export const CMYK = 5;
export const YCBCR = 6;

export interface TiffLayout {
  readonly littleEndian: boolean;
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 2 | 4 | 8 | 16;
  /** Samples of a pixel, extra ones included. */
  readonly samples: number;
  readonly photometric: number;
  /** Of the first extra sample: 1 premultiplied, 2 straight alpha, 0 neither. */
  readonly extra: number;
  readonly compression: number;
  /** 2: samples are differences to those of the pixel before. */
  readonly predictor: 1 | 2;
  /** Each sample has strips or tiles of its own. */
  readonly planar: boolean;
  /** Luma samples for each of chroma, across and down; of YCbCr. */
  readonly subsampling: readonly [across: number, down: number];
  /** A strip, or a tile. */
  readonly chunk: { readonly width: number; readonly height: number };
  readonly tiled: boolean;
  /** Strips or tiles beside each other, and below each other, of one plane. */
  readonly across: number;
  readonly down: number;
  /** Where a strip or tile is in the file. Throws `broken_image` when it is not there. */
  readonly place: (index: number) => { readonly start: number; readonly end: number };
  /** RGB of each index; empty without a palette. */
  readonly palette: Uint8Array;
}

const COMPRESSIONS: Readonly<Record<number, string>> = {
  2: "CCITT (fax)",
  3: "CCITT (fax)",
  4: "CCITT (fax)",
  6: "old JPEG",
  7: "JPEG",
  34712: "JPEG 2000",
  34925: "LZMA",
  50000: "Zstandard",
  50001: "WebP",
};
const NONE = 1;
/** None, LZW, Deflate under both of its numbers, PackBits. */
const READ = new Set([NONE, 5, 8, 32_946, 32_773]);

/** Samples that a pixel has at least, of the photometrics that are read. */
const COLOURS: Readonly<Record<number, number>> = {
  [WHITE_IS_ZERO]: 1,
  [BLACK_IS_ZERO]: 1,
  [RGB]: 3,
  [PALETTE]: 1,
  [CMYK]: 4,
  [YCBCR]: 3,
};
const MAX_SAMPLES = 5;

/** @throws PictorError `broken_image`, `unsupported_format` */
export function readLayout(r: ByteReader): TiffLayout {
  const le = r.u16(0) === 0x4949;
  const fields = readDirectory(r, le);
  const value = (tag: number, index = 0) => readNumber(r, fields.get(tag), le, index);
  const one = (tag: number, otherwise: number) => value(tag) ?? otherwise;
  const [width, height] = [one(256, 0), one(257, 0)];
  const samples = one(277, 1);
  const planar = one(284, 1) === 2 && samples > 1;
  const tiled = fields.has(322);
  const chunk = tiled
    ? { width: one(322, 0), height: one(323, 0) }
    : { width, height: Math.min(height, one(278, height)) };
  if (chunk.width < 1 || chunk.height < 1)
    throw broken("The TIFF has strips or tiles without pixels.");
  const across = Math.ceil(width / chunk.width);
  const down = Math.ceil(height / chunk.height);
  const layout = {
    littleEndian: le,
    width,
    height,
    bits: bitsOf(Array.from({ length: Math.min(samples, MAX_SAMPLES) }, (_, i) => value(258, i))),
    samples,
    photometric: one(262, BLACK_IS_ZERO),
    extra: one(338, 0),
    compression: one(259, NONE),
    predictor: predictorOf(one(317, 1)),
    planar,
    subsampling: [one(530, 2), value(530, 1) ?? 2],
    chunk,
    tiled,
    across,
    down,
    place: (index: number) => {
      const start = value(tiled ? 324 : 273, index);
      const length = value(tiled ? 325 : 279, index);
      if (start === undefined || start >= r.length) throw broken("The TIFF lacks a strip or tile.");
      // Without a length, or with 0, as some writers have it: up to the end of the file.
      return { start, end: length ? Math.min(start + length, r.length) : r.length };
    },
    palette:
      one(262, 1) === PALETTE ? readPalette(2 ** one(258, 1), (i) => value(320, i)) : NOTHING,
  } as const;
  assertReadable(layout, one(339, 1), one(266, 1));
  assertFewChunks(layout);
  return layout;
}

const NOTHING = new Uint8Array(0);

/** All samples alike; the default is one bit. */
function bitsOf(all: readonly (number | undefined)[]): TiffLayout["bits"] {
  const first = all[0] ?? 1;
  const known = ([1, 2, 4, 8, 16] as const).find((bits) => bits === first);
  const differ = all.some((bits) => bits !== undefined && bits !== first);
  if (known === undefined || differ) return refuse("of such a number of bits a sample");
  return known;
}

function predictorOf(predictor: number): 1 | 2 {
  return predictor === 1 || predictor === 2 ? predictor : refuse("with floating-point differences");
}

function refuse(kind: string): never {
  throw new PictorError("unsupported_format", {
    detail: `TIFF ${kind} is not read.`,
    received: "tiff",
  });
}

function assertReadable(layout: TiffLayout, sampleFormat: number, fillOrder: number): void {
  const { compression, photometric, samples, bits, planar, subsampling, predictor } = layout;
  if (!READ.has(compression)) {
    refuse(`compressed with ${COMPRESSIONS[compression] ?? `method ${compression}`}`);
  }
  const colours = COLOURS[photometric];
  if (colours === undefined) refuse(`in colour space ${photometric}`);
  if (samples < colours || samples > MAX_SAMPLES) refuse(`of ${samples} samples a pixel`);
  if (sampleFormat !== 1) refuse("of samples that are no whole numbers");
  if (fillOrder !== 1) refuse("with its bits in reversed order");
  if (bits < 8 && (samples > 1 || predictor === 2)) refuse(`of ${samples} samples of ${bits} bits`);
  if (photometric === PALETTE && bits > 8) refuse(`with a palette for ${bits} bits`);
  if (photometric !== YCBCR) return;
  const known = subsampling.every((factor) => factor === 1 || factor === 2 || factor === 4);
  const halved = subsampling.some((factor) => factor > 1);
  if (!known || bits !== 8 || samples !== 3) refuse("of such a kind of YCbCr");
  if (halved && (planar || predictor === 2)) refuse("of such a kind of YCbCr");
}

/** Levels of 16 bits: all red ones, all green ones, all blue ones. Some writers put 8 bits there. */
function readPalette(count: number, value: (index: number) => number | undefined): Uint8Array {
  if (count > 256) return NOTHING;
  const levels = Array.from({ length: count * 3 }, (_, i) => value(i) ?? 0);
  const shift = levels.some((level) => level > 255) ? 8 : 0;
  return Uint8Array.from({ length: count * 3 }, (_, i) => {
    const [index, channel] = [Math.floor(i / 3), i % 3];
    return levels[channel * count + index]! >> shift;
  });
}
