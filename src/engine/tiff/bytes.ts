/** The bytes of a strip or tile, decompressed as far as they are asked for. */
import { Unzlib } from "fflate";
import { broken } from "../../image/probe/reader.ts";
import { lzwBytes } from "./lzw.ts";
import type { Spend } from "./work.ts";

/** Fills `out` with what comes next. Throws `broken_image` when there is less. */
export type Fill = (out: Uint8Array) => void;

export function endsEarly(): never {
  throw broken("The TIFF's pixels end too early.");
}

/** `compression`: one that `layout.ts` lets through. `planes`: how many are read side by side. */
export function openBytes(compression: number, bytes: Uint8Array, spend: Spend, planes = 1): Fill {
  switch (compression) {
    case 5:
      return lzwBytes(bytes, spend);
    case 8:
    case 32_946:
      return deflatedBytes(bytes, spend, Math.floor(PIECE_BYTES / planes));
    case 32_773:
      return packedBytes(bytes, spend);
    default:
      return plainBytes(bytes);
  }
}

function plainBytes(bytes: Uint8Array): Fill {
  let at = 0;
  return (out) => {
    if (at + out.length > bytes.length) endsEarly();
    out.set(bytes.subarray(at, at + out.length));
    at += out.length;
  };
}

/** PackBits (TIFF 6.0 section 9): literal and repeated runs. */
function packedBytes(bytes: Uint8Array, spend: Spend): Fill {
  let at = 0;
  let left = 0;
  let repeats = false;
  const next = () => {
    if (at >= bytes.length) endsEarly();
    const code = bytes[at++]!;
    repeats = code > 128;
    left = code === 128 ? 0 : repeats ? 257 - code : code + 1;
    if (left === 0) spend(1);
  };
  return (out) => {
    for (let to = 0; to < out.length; ) {
      while (left === 0) next();
      const count = Math.min(left, out.length - to);
      left -= count;
      if (at + (repeats ? 1 : count) > bytes.length) endsEarly();
      if (repeats) out.fill(bytes[at]!, to, to + count);
      else {
        out.set(bytes.subarray(at, at + count), to);
        at += count;
      }
      if (repeats && left === 0) at++;
      to += count;
    }
  };
}

/**
 * What is inflated at once, of all planes together: it comes to 4 MiB at most, as deflate makes 1,032 bytes of one at
 * best. Smaller pieces take longer (a window of 32 KiB is copied for each): 1 KiB 124 ms a megapixel, 4 KiB 74, 16 KiB 62.
 */
const PIECE_BYTES = 4096;

/** zlib (RFC 1950). Its checksum is not looked at. */
function deflatedBytes(bytes: Uint8Array, spend: Spend, pieceBytes: number): Fill {
  const ready: Uint8Array[] = [];
  let made = 0;
  const inflate = new Unzlib((chunk) => {
    made += chunk.length;
    if (chunk.length > 0) ready.push(chunk);
  });
  let at = 0;
  const more = () => {
    if (at >= bytes.length) endsEarly();
    const piece = bytes.subarray(at, at + pieceBytes);
    at += piece.length;
    made = 0;
    try {
      inflate.push(piece);
    } catch {
      throw broken("The TIFF's compressed pixels are damaged.");
    }
    spend(Math.max(piece.length, made));
  };
  return (out) => {
    for (let to = 0; to < out.length; ) {
      while (ready.length === 0) more();
      const chunk = ready[0]!;
      const part = chunk.subarray(0, out.length - to);
      out.set(part, to);
      to += part.length;
      if (part.length === chunk.length) ready.shift();
      else ready[0] = chunk.subarray(part.length);
    }
  };
}
