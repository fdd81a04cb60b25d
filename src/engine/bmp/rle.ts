/**
 * RLE8 and RLE4 (Microsoft, "Bitmap Compression"). Rows are stored from the bottom, and any of them may be left out, so
 * one walk over the file notes where each row begins; then rows can be read in any order, one at a time.
 */
import { broken } from "../../image/probe/reader.ts";
import type { Dib } from "./dib.ts";

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/** Where the codes of each row begin (0: it has none), and at which pixel; row 0 is the lowest. */
interface RowStarts {
  readonly at: Uint32Array;
  readonly x: Uint32Array;
}

/** Reads row `row`, counted from the lowest, into `out`, an index for each pixel; what no code touches is 0. */
export type ReadIndices = (row: number, out: Uint8Array) => void;

/** `start`: offset of the first code. Codes that leave the picture are dropped; a file that ends early is finished. */
export function rleReader(bytes: Uint8Array, start: number, dib: Dib): ReadIndices {
  if (dib.topDown)
    throw broken("The bitmap is run-length coded from top to bottom, which none is.");
  const starts = rowStarts(bytes, start, dib);
  return (row, out) => {
    out.fill(0);
    const at = starts.at[row]!;
    if (at !== 0) readRow(bytes, at, starts.x[row]!, dib.bits, out);
  };
}

function rowStarts(bytes: Uint8Array, start: number, { height, bits }: Dib): RowStarts {
  const starts = { at: new Uint32Array(height), x: new Uint32Array(height) };
  let row = 0;
  let x = 0;
  const enter = (at: number) => {
    if (row >= height) return;
    starts.at[row] = at;
    starts.x[row] = x;
  };
  enter(start);
  for (let at = start; row < height && at + 1 < bytes.length; ) {
    const count = bytes[at]!;
    const code = bytes[at + 1]!;
    at += 2;
    if (count > 0) x += count;
    else if (code === END_OF_BITMAP) break;
    else if (code === END_OF_LINE) {
      row++;
      x = 0;
      enter(at);
    } else if (code === DELTA) {
      const down = bytes[at + 1] ?? 0;
      x += bytes[at] ?? 0;
      row += down;
      at += 2;
      if (down > 0) enter(at);
    } else {
      x += code;
      at += literalBytes(code, bits);
    }
  }
  return starts;
}

/** Of that many pixels, in whole words of 16 bits. */
function literalBytes(count: number, bits: number): number {
  const bytes = bits === 8 ? count : (count + 1) >> 1;
  return bytes + (bytes & 1);
}

/** Until the row is left or full. */
function readRow(bytes: Uint8Array, start: number, first: number, bits: number, out: Uint8Array) {
  let x = first;
  for (let at = start; at + 1 < bytes.length && x < out.length; ) {
    const count = bytes[at]!;
    const code = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      const end = Math.min(x + count, out.length);
      for (let i = 0; x < end; i++) out[x++] = bits === 8 ? code : nibble(code, i);
    } else if (code === END_OF_LINE || code === END_OF_BITMAP) return;
    else if (code === DELTA) {
      if ((bytes[at + 1] ?? 0) > 0) return;
      x += bytes[at] ?? 0;
      at += 2;
    } else {
      const end = Math.min(x + code, out.length);
      for (let i = 0; x < end; i++)
        out[x++] = bits === 8 ? (bytes[at + i] ?? 0) : nibble(bytes[at + (i >> 1)] ?? 0, i);
      at += literalBytes(code, bits);
    }
  }
}

/** The higher half of a byte comes first. */
function nibble(byte: number, i: number): number {
  return i % 2 === 0 ? byte >> 4 : byte & 15;
}
