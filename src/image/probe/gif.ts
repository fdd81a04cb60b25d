import type { Facts } from "../facts.ts";
import { factsOf } from "./facts.ts";
import { type ByteReader, broken } from "./reader.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;

interface Found {
  frames: number;
  /** The end of the file was reached. */
  ended: boolean;
  transparent: boolean;
  /** The first frame. */
  interlaced: boolean;
}

/**
 * GIF87a and GIF89a. Frames are counted in the bytes at hand. More are asked for until it is known whether there is a
 * second one: nothing before says so.
 */
export function probeGif(r: ByteReader): Facts {
  const width = r.u16(6, true);
  const height = r.u16(8, true);
  const packed = r.u8(10);
  const known = { format: "gif", width, height, colour: "palette" } as const;
  factsOf(known);
  const found: Found = {
    frames: 0,
    ended: false,
    transparent: false,
    interlaced: false,
  };
  readBlocks(r, 13 + tableBytes(packed), found);
  if (found.frames === 0) throw broken("The GIF has no picture.");
  return factsOf({
    ...known,
    bitDepth: (packed & 0x80) !== 0 ? (packed & 7) + 1 : 8,
    frames: found.frames,
    ...(found.frames > 1 && found.ended && { allFrames: true }),
    alpha: found.transparent,
    ...(found.interlaced && { progressive: true }),
  });
}

function tableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1);
}

/** Every round moves on by at least a byte. Behind the first frame, whatever cannot be read ends the count. */
function readBlocks(r: ByteReader, start: number, found: Found): void {
  let at = start;
  for (;;) {
    if (!isThere(r, at + 1, found)) {
      found.ended = r.complete;
      return;
    }
    const kind = r.u8(at);
    found.ended = kind !== IMAGE && kind !== EXTENSION;
    if (kind === IMAGE) {
      if (found.frames > 0 && !isThere(r, at + 10, found)) return;
      found.transparent ||= found.frames === 0 && !coversCanvas(r, at);
      found.interlaced ||= found.frames === 0 && (r.u8(at + 9) & 0x40) !== 0;
      found.frames += 1;
      // The frame's own palette, then the LZW code size.
      at = skipSubBlocks(r, at + 11 + tableBytes(r.u8(at + 9)), found);
    } else if (kind === EXTENSION) {
      if (!isThere(r, at + 2, found)) return;
      readExtension(r, at, found);
      at = skipSubBlocks(r, at + 2, found);
    } else if (kind === TRAILER || found.frames > 0) return;
    else throw broken("The GIF has an unknown block before its first picture.");
  }
}

/** What the first frame leaves of the canvas stays transparent. */
function coversCanvas(r: ByteReader, at: number): boolean {
  const [left, top, width, height] = [1, 3, 5, 7].map((offset) => r.u16(at + offset, true));
  return left === 0 && top === 0 && width! >= r.u16(6, true) && height! >= r.u16(8, true);
}

function readExtension(r: ByteReader, at: number, found: Found): void {
  if (r.u8(at + 1) !== GRAPHIC_CONTROL || !isThere(r, at + 4, found)) return;
  found.transparent ||= (r.u8(at + 3) & 1) === 1;
}

/**
 * Before the first frame, bytes that are not there are an error, or asked for. Before the second, they are asked for, and
 * may be missing; behind it, those at hand will do.
 */
function isThere(r: ByteReader, end: number, { frames }: Found): boolean {
  if (frames === 0) {
    r.need(end);
    return true;
  }
  return frames === 1 ? r.reach(end) : r.has(end);
}

/** Where the chain of sub-blocks ends, or the bytes do. */
function skipSubBlocks(r: ByteReader, start: number, found: Found): number {
  let at = start;
  for (;;) {
    if (!isThere(r, at + 1, found)) return r.length;
    const size = r.u8(at);
    at += size + 1;
    if (size === 0) return at;
  }
}
