/** A row of a bitmap's pixels, as stored, to colours. */
import type { Dib } from "./dib.ts";

/** Writes `channels` samples for each of the row's pixels; `at` is where the row starts in `bytes`. */
export type ReadRow = (bytes: Uint8Array, at: number, out: Uint8Array) => void;

/** `channels` 3: alpha is left out. */
export function rowReader(dib: Dib, channels: 3 | 4): ReadRow {
  if (dib.bits <= 8) return indexedReader(dib, channels);
  if (dib.bits === 24) return (bytes, at, out) => readBgr(bytes, at, out, channels);
  return maskedReader(dib, channels);
}

function indexedReader({ bits, width, palette }: Dib, channels: 3 | 4): ReadRow {
  const last = 2 ** bits - 1;
  return (bytes, at, out) => {
    for (let x = 0, to = 0; x < width; x++, to += channels) {
      const bit = x * bits;
      const index = (bytes[at + (bit >> 3)]! >> (8 - bits - (bit & 7))) & last;
      putColour(palette, index, out, to, channels);
    }
  };
}

export function putColour(
  palette: Uint8Array,
  index: number,
  out: Uint8Array,
  to: number,
  channels: 3 | 4,
): void {
  for (let c = 0; c < channels; c++) out[to + c] = palette[index * 4 + c]!;
}

function readBgr(bytes: Uint8Array, at: number, out: Uint8Array, channels: 3 | 4): void {
  const width = out.length / channels;
  for (let x = 0, from = at, to = 0; x < width; x++, from += 3, to += channels) {
    out[to] = bytes[from + 2]!;
    out[to + 1] = bytes[from + 1]!;
    out[to + 2] = bytes[from]!;
    if (channels === 4) out[to + 3] = 255;
  }
}

/** Where a channel's bits are, and what a full one counts. */
interface Channel {
  readonly shift: number;
  /** Largest value, at most 255; longer ones lose their low bits. 0: there is none. */
  readonly most: number;
}

function channelOf(mask: number): Channel {
  if (mask === 0) return { shift: 0, most: 0 };
  const low = 31 - Math.clz32(mask & -mask);
  const size = 32 - Math.clz32(mask) - low;
  const kept = Math.min(size, 8);
  return { shift: low + size - kept, most: 2 ** kept - 1 };
}

function maskedReader({ bits, width, masks }: Dib, channels: 3 | 4): ReadRow {
  const parts = masks.map(channelOf);
  const tables = parts.map(({ most }) =>
    Uint8Array.from({ length: most + 1 }, (_, i) =>
      most === 0 ? 0 : Math.round((i * 255) / most),
    ),
  );
  if (masks[3] === 0) tables[3]![0] = 255;
  const size = bits / 8;
  return (bytes, at, out) => {
    for (let x = 0, from = at, to = 0; x < width; x++, from += size, to += channels) {
      let pixel = bytes[from]! | (bytes[from + 1]! << 8);
      if (size === 4) pixel |= (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24);
      for (let c = 0; c < channels; c++) {
        const { shift, most } = parts[c]!;
        out[to + c] = tables[c]![(pixel >>> shift) & most]!;
      }
    }
  };
}
