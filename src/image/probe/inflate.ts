import { broken } from "./reader.ts";

/**
 * Inflate (RFC 1951) of a zlib stream (RFC 1950) that stops after `limit` bytes of output, so that a bomb costs no
 * more than a profile. Made after Mark Adler's `puff`: canonical Huffman codes, decoded bit by bit. Slow, and fast
 * enough for the few kilobytes of a colour profile, which must be read synchronously and without the platform.
 * The checksum is not verified. Throws `broken_image` for what is no such stream.
 */
export function inflateStart(zlib: Uint8Array, limit: number): Uint8Array {
  const header = (zlib[0] ?? 0) * 256 + (zlib[1] ?? 0);
  if (
    zlib.length < 2 ||
    header % 31 !== 0 ||
    ((zlib[0] ?? 0) & 15) !== 8 ||
    (header & 0x20) !== 0
  ) {
    throw broken("Compressed data without a zlib header.");
  }
  const state: State = {
    input: zlib,
    at: 2,
    bits: 0,
    count: 0,
    output: new Uint8Array(limit),
    length: 0,
  };
  let last = false;
  while (!last && state.length < limit) {
    last = readBits(state, 1) === 1;
    readBlock(state, readBits(state, 2));
  }
  return state.output.subarray(0, state.length);
}

interface State {
  readonly input: Uint8Array;
  at: number;
  bits: number;
  count: number;
  readonly output: Uint8Array;
  length: number;
}

/** `counts[n]`: how many codes have n bits; `symbols`: in the order of their codes. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const LENGTH_EXTRA = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function readBits(s: State, need: number): number {
  while (s.count < need) {
    const byte = s.input[s.at++];
    if (byte === undefined) throw broken("Compressed data that ends too early.");
    s.bits |= byte << s.count;
    s.count += 8;
  }
  const value = s.bits & ((1 << need) - 1);
  s.bits >>>= need;
  s.count -= need;
  return value;
}

function readBlock(s: State, type: number): void {
  if (type === 0) copyStored(s);
  else if (type === 1) inflateCodes(s, FIXED_LENGTHS, FIXED_DISTANCES);
  else if (type === 2) inflateCodes(s, ...readDynamicCodes(s));
  else throw broken("Compressed data of an unknown type.");
}

function copyStored(s: State): void {
  s.bits = 0;
  s.count = 0;
  const length = (s.input[s.at] ?? 0) + (s.input[s.at + 1] ?? 0) * 256;
  s.at += 4;
  if (s.at + length > s.input.length) throw broken("Compressed data that ends too early.");
  const take = Math.min(length, s.output.length - s.length);
  s.output.set(s.input.subarray(s.at, s.at + take), s.length);
  s.at += length;
  s.length += take;
}

function inflateCodes(s: State, lengths: Huffman, distances: Huffman): void {
  while (s.length < s.output.length) {
    const symbol = readSymbol(s, lengths);
    if (symbol === 256) return;
    if (symbol < 256) s.output[s.length++] = symbol;
    else copyMatch(s, symbol - 257, distances);
  }
}

function copyMatch(s: State, code: number, distances: Huffman): void {
  const lengthBase = LENGTH_BASE[code];
  if (lengthBase === undefined) throw broken("Compressed data with an impossible length.");
  const length = lengthBase + readBits(s, LENGTH_EXTRA[code] ?? 0);
  const symbol = readSymbol(s, distances);
  const distanceBase = DISTANCE_BASE[symbol];
  if (distanceBase === undefined) throw broken("Compressed data with an impossible distance.");
  const distance = distanceBase + readBits(s, DISTANCE_EXTRA[symbol] ?? 0);
  if (distance > s.length) throw broken("Compressed data that points before its start.");
  const end = Math.min(s.length + length, s.output.length);
  for (; s.length < end; s.length++) s.output[s.length] = s.output[s.length - distance] ?? 0;
}

function readSymbol(s: State, codes: Huffman): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let bits = 1; bits <= 15; bits++) {
    code |= readBits(s, 1);
    const count = codes.counts[bits] ?? 0;
    if (code - count < first) return codes.symbols[index + (code - first)] ?? 0;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw broken("Compressed data with an unknown code.");
}

function huffman(lengths: ArrayLike<number>): Huffman {
  const counts = new Uint16Array(16);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i] ?? 0]! += 1;
  counts[0] = 0;
  let left = 1;
  for (let bits = 1; bits <= 15; bits++) {
    left = left * 2 - (counts[bits] ?? 0);
    if (left < 0) throw broken("Compressed data with an impossible code.");
  }
  const offsets = new Uint16Array(17);
  for (let bits = 1; bits <= 15; bits++) offsets[bits + 1] = offsets[bits]! + counts[bits]!;
  const symbols = new Uint16Array(lengths.length);
  for (let i = 0; i < lengths.length; i++) {
    const bits = lengths[i] ?? 0;
    if (bits !== 0) symbols[offsets[bits]!++] = i;
  }
  return { counts, symbols };
}

function readDynamicCodes(s: State): [Huffman, Huffman] {
  const literals = readBits(s, 5) + 257;
  const total = literals + readBits(s, 5) + 1;
  const orders = readBits(s, 4) + 4;
  const codeLengths = new Uint8Array(19);
  for (let i = 0; i < orders; i++) codeLengths[CODE_LENGTH_ORDER[i]!] = readBits(s, 3);
  const codes = huffman(codeLengths);
  const lengths = new Uint8Array(total);
  for (let i = 0; i < total; ) i = readCodeLength(s, codes, lengths, i);
  return [huffman(lengths.subarray(0, literals)), huffman(lengths.subarray(literals))];
}

function readCodeLength(s: State, codes: Huffman, lengths: Uint8Array, i: number): number {
  const symbol = readSymbol(s, codes);
  if (symbol < 16) {
    lengths[i] = symbol;
    return i + 1;
  }
  if (symbol === 16 && i === 0) throw broken("Compressed data that repeats nothing.");
  const value = symbol === 16 ? lengths[i - 1]! : 0;
  const repeat =
    symbol === 16 ? 3 + readBits(s, 2) : symbol === 17 ? 3 + readBits(s, 3) : 11 + readBits(s, 7);
  if (i + repeat > lengths.length) throw broken("Compressed data with too many codes.");
  lengths.fill(value, i, i + repeat);
  return i + repeat;
}

const FIXED_LENGTHS = huffman(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = huffman(new Uint8Array(30).fill(5));
