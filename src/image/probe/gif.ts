import type { Facts } from "../facts.ts";
import { factsOf } from "./facts.ts";
import { type ByteReader, broken } from "./reader.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

interface Found {
  frames: number;
  transparent: boolean;
  /** The first frame. */
  interlaced: boolean;
  loops: boolean;
}

/** GIF87a and GIF89a. Frames are counted in the bytes at hand; only the first one's head is asked for. */
export function probeGif(r: ByteReader): Facts {
  const width = r.u16(6, true);
  const height = r.u16(8, true);
  const packed = r.u8(10);
  const known = { format: "gif", width, height, colour: "palette" } as const;
  factsOf(known);
  const found: Found = { frames: 0, transparent: false, interlaced: false, loops: false };
  readBlocks(r, 13 + tableBytes(packed), found);
  if (found.frames === 0) throw broken("The GIF has no picture.");
  return factsOf({
    ...known,
    bitDepth: (packed & 0x80) !== 0 ? (packed & 7) + 1 : 8,
    frames: found.frames,
    animated: found.frames > 1 || (found.loops && !r.complete),
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
    if (found.frames > 0 && !r.has(at + 10)) return;
    const kind = r.u8(at);
    if (kind === IMAGE) {
      found.transparent ||= found.frames === 0 && !coversCanvas(r, at);
      found.interlaced ||= found.frames === 0 && (r.u8(at + 9) & 0x40) !== 0;
      found.frames += 1;
      // The frame's own palette, then the LZW code size.
      at = skipSubBlocks(r, at + 11 + tableBytes(r.u8(at + 9)), found);
    } else if (kind === EXTENSION) {
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
  if (found.frames > 0 && !r.has(at + 14)) return;
  const label = r.u8(at + 1);
  if (label === GRAPHIC_CONTROL) found.transparent ||= (r.u8(at + 3) & 1) === 1;
  if (label === APPLICATION) found.loops ||= r.text(at + 3, 8) === "NETSCAPE";
}

/** Where the chain of sub-blocks ends. After a first frame the end of the bytes at hand will do. */
function skipSubBlocks(r: ByteReader, start: number, found: Found): number {
  let at = start;
  for (;;) {
    if (found.frames > 0 && !r.has(at + 1)) return r.length;
    const size = r.u8(at);
    at += size + 1;
    if (size === 0) return at;
  }
}
