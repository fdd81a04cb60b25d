/** Writes PNG of every kind, also those that sharp does not write (PNG third edition, W3C). */
import { constants, deflateSync, type ZlibOptions } from "node:zlib";
import type { Raster } from "../../../src/image/raster.ts";
import { picture } from "../pictures.ts";

export type ColourType = 0 | 2 | 3 | 4 | 6;
export const KINDS: readonly (readonly [ColourType, readonly number[]])[] = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
];
const CHANNELS: Readonly<Record<ColourType, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Instead of the right one. */
  readonly crc?: number;
}

export interface PngPicture {
  readonly width: number;
  readonly height: number;
  readonly type: ColourType;
  readonly depth: number;
  readonly interlaced?: boolean;
  /** The samples of a pixel, each of `depth` bits. */
  readonly sample: (x: number, y: number, channel: number) => number;
  readonly palette?: readonly (readonly [number, number, number])[];
  /** tRNS: alpha of the palette's first entries, or the colour that is transparent. */
  readonly transparent?: readonly number[];
  /** gAMA, e.g. 1 for linear light. */
  readonly gamma?: number;
  /** Filter of each row; all five in turn without. */
  readonly filter?: (row: number) => number;
  readonly zlib?: ZlibOptions;
  /** Bytes of each IDAT. */
  readonly idat?: number;
  /** Chunks before the pixels. */
  readonly before?: readonly Chunk[];
}

const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function pngOf(wanted: PngPicture): Uint8Array {
  return pngFrom([...headChunks(wanted), ...pixelChunks(wanted), { type: "IEND", data: bytes() }]);
}

export function headChunks(wanted: PngPicture): Chunk[] {
  const {
    width,
    height,
    type,
    depth,
    interlaced,
    palette,
    transparent,
    gamma,
    before = [],
  } = wanted;
  const chunks: Chunk[] = [
    {
      type: "IHDR",
      data: bytes(...u32(width), ...u32(height), depth, type, 0, 0, interlaced ? 1 : 0),
    },
  ];
  if (gamma !== undefined)
    chunks.push({ type: "gAMA", data: bytes(...u32(Math.round(gamma * 1e5))) });
  chunks.push(...before);
  if (palette) chunks.push({ type: "PLTE", data: bytes(...palette.flat()) });
  if (transparent) {
    const data = type === 3 ? transparent : transparent.flatMap((v) => [v >> 8, v & 255]);
    chunks.push({ type: "tRNS", data: bytes(...data) });
  }
  return chunks;
}

export function pixelChunks(wanted: PngPicture): Chunk[] {
  const packed = deflateSync(filtered(wanted), wanted.zlib);
  const size = wanted.idat ?? packed.length;
  const chunks: Chunk[] = [];
  for (let at = 0; at < packed.length; at += size) {
    chunks.push({ type: "IDAT", data: packed.subarray(at, at + size) });
  }
  return chunks;
}

export function pngFrom(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.flatMap(({ type, data, crc }) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    return [bytes(...u32(data.length)), body, bytes(...u32(crc ?? crc32(body)))];
  });
  return new Uint8Array(Buffer.concat([bytes(0x89, 80, 78, 71, 13, 10, 26, 10), ...parts]));
}

/** All passes' rows, filtered. */
export function filtered(wanted: PngPicture): Uint8Array {
  const { width, height, type, depth, interlaced, sample, filter = (y: number) => y % 5 } = wanted;
  const channels = CHANNELS[type];
  const step = Math.max(1, (channels * depth) >> 3);
  const rows: Uint8Array[] = [];
  for (const [x0, y0, dx, dy] of interlaced ? PASSES : ([[0, 0, 1, 1]] as const)) {
    const across = Math.ceil((width - x0) / dx);
    let above = new Uint8Array(Math.ceil((Math.max(0, across) * channels * depth) / 8));
    if (across <= 0) continue;
    for (let y = y0; y < height; y += dy) {
      const row = new Uint8Array(above.length);
      for (let i = 0; i < across * channels; i++) {
        put(row, i, depth, sample(x0 + Math.floor(i / channels) * dx, y, i % channels));
      }
      rows.push(filteredRow(row, above, step, filter(rows.length)));
      above = row;
    }
  }
  return new Uint8Array(Buffer.concat(rows));
}

function put(row: Uint8Array, at: number, depth: number, value: number): void {
  if (depth === 16) row.set([value >> 8, value & 255], at * 2);
  else row[(at * depth) >> 3]! |= value << (8 - depth - ((at * depth) & 7));
}

function filteredRow(row: Uint8Array, above: Uint8Array, step: number, filter: number): Uint8Array {
  const result = new Uint8Array(row.length + 1);
  result[0] = filter;
  row.forEach((value, i) => {
    const left = row[i - step] ?? 0;
    const over = above[i]!;
    const corner = i < step ? 0 : above[i - step]!;
    const guess = [0, left, over, (left + over) >> 1, paeth(left, over, corner)][filter] ?? 0;
    result[i + 1] = value - guess;
  });
  return result;
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** What a reader shall make of it. */
export function shown(wanted: PngPicture): Raster {
  const { width, height, type, depth, sample, palette = [], transparent, gamma } = wanted;
  const most = 2 ** depth - 1;
  const level = (value: number, top: number) =>
    Math.round(255 * (value / top) ** (gamma === undefined ? 1 : 1 / (2.2 * gamma)));
  return picture(width, height, (x, y) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => (k < CHANNELS[type] ? sample(x, y, k) : 0));
    const isKey = transparent?.every((value, k) => value === [a, b, c][k]);
    switch (type) {
      case 0:
        return [level(a!, most), level(a!, most), level(a!, most), isKey ? 0 : 255];
      case 2:
        return [level(a!, most), level(b!, most), level(c!, most), isKey ? 0 : 255];
      case 3: {
        const [red, green, blue] = (palette[a!] ?? [0, 0, 0]).map((v) => level(v, 255));
        return [red!, green!, blue!, transparent?.[a!] ?? 255];
      }
      case 4:
        return [level(a!, most), level(a!, most), level(a!, most), Math.round((255 * b!) / most)];
      default:
        return [level(a!, most), level(b!, most), level(c!, most), Math.round((255 * d!) / most)];
    }
  });
}

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function u32(value: number): number[] {
  return [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];
