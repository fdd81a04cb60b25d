/** Rows of a strip or tile, in samples of 8 bits. */
import { broken } from "../../image/probe/reader.ts";
import { type Fill, openBytes } from "./bytes.ts";
import { PALETTE, type TiffLayout, YCBCR } from "./layout.ts";
import type { Spend } from "./work.ts";

/** Fills `out` with the next row of the chunk: interleaved samples, an index where there is a palette. */
export type NextRow = (out: Uint8Array) => void;

/** Samples that lie beside each other in a plane's chunk, for each pixel. */
export function samplesTogether({ planar, samples }: TiffLayout): number {
  return planar ? 1 : samples;
}

/** `bytes`: of the chunk, as stored. */
export function openChunk(layout: TiffLayout, bytes: Uint8Array, spend: Spend): NextRow {
  const fill = openBytes(layout.compression, bytes, spend, layout.planar ? layout.samples : 1);
  const [across, down] = layout.subsampling;
  if (layout.photometric === YCBCR && (across > 1 || down > 1)) return unitRows(layout, fill);
  if (layout.bits === 16) return wideRows(layout, fill);
  return layout.bits === 8 ? byteRows(layout, fill) : packedRows(layout, fill);
}

function byteRows(layout: TiffLayout, fill: Fill): NextRow {
  const step = samplesTogether(layout);
  if (layout.predictor === 1) return fill;
  return (out) => {
    fill(out);
    for (let i = step; i < out.length; i++) out[i] = out[i]! + out[i - step]!;
  };
}

function wideRows(layout: TiffLayout, fill: Fill): NextRow {
  const step = samplesTogether(layout);
  const length = layout.chunk.width * step;
  const bytes = new Uint8Array(length * 2);
  const levels = new Uint16Array(length);
  const [high, low] = layout.littleEndian ? [1, 0] : [0, 1];
  return (out) => {
    fill(bytes);
    for (let i = 0; i < length; i++) {
      const level = (bytes[i * 2 + high]! << 8) | bytes[i * 2 + low]!;
      levels[i] = layout.predictor === 2 && i >= step ? level + levels[i - step]! : level;
      out[i] = (levels[i]! * 255 + 32_767) / 65_535;
    }
  };
}

/** Several samples a byte, the first in the highest bits; rows begin with a byte of their own. */
function packedRows({ bits, chunk, photometric }: TiffLayout, fill: Fill): NextRow {
  const bytes = new Uint8Array(Math.ceil((chunk.width * bits) / 8));
  const most = 2 ** bits - 1;
  const factor = photometric === PALETTE ? 1 : 255 / most;
  return (out) => {
    fill(bytes);
    for (let x = 0; x < chunk.width; x++) {
      const bit = x * bits;
      out[x] = ((bytes[bit >> 3]! >> (8 - bits - (bit & 7))) & most) * factor;
    }
  };
}

/**
 * Subsampled YCbCr (TIFF 6.0 section 21): units of several luma samples, row by row, with one of Cb and one of Cr behind
 * them. Each unit is as many rows; what sticks out of the picture is there, too.
 */
function unitRows({ chunk, subsampling: [across, down] }: TiffLayout, fill: Fill): NextRow {
  const size = across * down + 2;
  const units = new Uint8Array(Math.ceil(chunk.width / across) * size);
  let row = 0;
  return (out) => {
    if (row === 0) fill(units);
    for (let x = 0; x < chunk.width; x++) {
      const unit = Math.floor(x / across) * size;
      out[x * 3] = units[unit + row * across + (x % across)]!;
      out[x * 3 + 1] = units[unit + size - 2]!;
      out[x * 3 + 2] = units[unit + size - 1]!;
    }
    row = (row + 1) % down;
  };
}

/** Where a chunk's bytes are; in a file that ends within it, what there is. */
export function chunkBytes(file: Uint8Array, layout: TiffLayout, index: number): Uint8Array {
  const { start, end } = layout.place(index);
  if (end <= start) throw broken("The TIFF has a strip or tile without bytes.");
  return file.subarray(start, end);
}
