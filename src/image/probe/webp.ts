import type { Facts, Orientation } from "../facts.ts";
import { readExifOrientation } from "./exif.ts";
import { factsOf } from "./facts.ts";
import { type ProfileFacts, readIcc } from "./icc.ts";
import { type ByteReader, broken, optional } from "./reader.ts";

/** Flags of VP8X, WebP container specification. */
const ANIMATION = 0x02;
const EXIF = 0x08;
const ALPHA = 0x10;
const ICC = 0x20;

/** Most chunks that are walked over; no animation that fits the budget has more. */
const MAX_CHUNKS = 100_000;

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** WebP (RFC 9649). The RIFF's own size only ends the walk over its chunks; many files lie about it. */
export function probeWebp(r: ByteReader): Facts {
  const first = readChunk(r, 12);
  if (first.type === "VP8 ") return factsOf({ ...LOSSY, ...readVp8(r, first.start) });
  if (first.type === "VP8L") return factsOf({ ...LOSSLESS, ...readVp8l(r, first.start) });
  if (first.type === "VP8X") return probeExtended(r, first);
  throw broken("The WebP does not begin with a picture.");
}

const LOSSY = { format: "webp", colour: "ycbcr" } as const;
const LOSSLESS = { format: "webp", colour: "rgb" } as const;

function readChunk(r: ByteReader, at: number): Chunk {
  return { type: r.text(at, 4), start: at + 8, end: at + 8 + r.u32(at + 4, true) };
}

/** RFC 6386 section 9.1: a key frame's size, 14 bits each; the upper two bits are scaling hints. */
function readVp8(r: ByteReader, at: number): { width: number; height: number } {
  if ((r.u8(at) & 1) !== 0 || r.u24le(at + 3) !== 0x2a019d) {
    throw broken("The WebP's VP8 data does not begin with a key frame.");
  }
  return { width: r.u16(at + 6, true) & 0x3fff, height: r.u16(at + 8, true) & 0x3fff };
}

/** RFC 9649 section 3: signature, 14 bits each of width − 1 and height − 1, alpha hint, version 0. */
function readVp8l(r: ByteReader, at: number): { width: number; height: number; alpha: boolean } {
  const bits = r.u32(at + 1, true);
  if (r.u8(at) !== 0x2f || bits >>> 29 !== 0) throw broken("The WebP's VP8L data has no header.");
  return {
    width: (bits & 0x3fff) + 1,
    height: ((bits >>> 14) & 0x3fff) + 1,
    alpha: ((bits >>> 28) & 1) === 1,
  };
}

function probeExtended(r: ByteReader, header: Chunk): Facts {
  const flags = r.u8(header.start);
  const canvas = { width: r.u24le(header.start + 4) + 1, height: r.u24le(header.start + 7) + 1 };
  const found = readChunks(r, header, (flags & ICC) !== 0, (flags & EXIF) !== 0);
  const animated = (flags & ANIMATION) !== 0;
  if (!animated && found.frame !== undefined && !sameSize(canvas, found.frame)) {
    throw broken("The WebP's canvas and its picture differ in size.");
  }
  return factsOf({
    ...(found.lossless ? LOSSLESS : LOSSY),
    ...canvas,
    orientation: found.orientation,
    // A still that does not fill its canvas lies on a transparent one.
    alpha: (flags & ALPHA) !== 0 || found.alpha || (animated && !fillsCanvas(canvas, found)),
    frames: found.frames,
    animated: animated && (found.frames > 1 || !r.complete),
    ...(animated && r.complete && { allFrames: true }),
    ...found.profile,
  });
}

function fillsCanvas(canvas: FrameSize, { frame }: Found): boolean {
  return frame === undefined || sameSize(canvas, frame);
}

type FrameSize = { readonly width: number; readonly height: number };

function sameSize(a: FrameSize, b: FrameSize): boolean {
  return a.width === b.width && a.height === b.height;
}

interface Found {
  frames: number;
  alpha: boolean;
  lossless: boolean;
  frame?: FrameSize;
  orientation: Orientation;
  profile: ProfileFacts;
}

/**
 * Walks the chunks in the bytes at hand. More are asked for only for the colour profile, which lies in front, and for
 * EXIF, which lies behind the pixels.
 */
function readChunks(r: ByteReader, header: Chunk, wantsIcc: boolean, wantsExif: boolean): Found {
  const found: Found = { frames: 0, alpha: false, lossless: false, orientation: 1, profile: {} };
  const riffEnd = r.u32(4, true) + 8;
  let at = padded(header.end);
  let wanted = { icc: wantsIcc, exif: wantsExif };
  for (let count = 0; at + 8 <= riffEnd && count < MAX_CHUNKS; count++) {
    const from = at;
    const chunk = optional(() => {
      if (!wanted.icc && !wanted.exif && !r.has(from + 8)) return undefined;
      return readChunk(r, from);
    }, undefined);
    if (chunk === undefined) break;
    if (chunk.type === "ICCP" && wanted.icc) {
      found.profile = optional(() => readIcc(r.slice(chunk.start, chunk.end)), {});
    } else if (chunk.type === "EXIF" && wanted.exif) {
      found.orientation = optional(() => readExifOrientation(r.slice(chunk.start, chunk.end)), 1);
    } else countFrame(r, chunk, found);
    // The profile comes before everything else (RFC 9649 section 2.7); behind the first chunk there is none.
    wanted = { icc: false, exif: wanted.exif && chunk.type !== "EXIF" };
    at = padded(chunk.end);
  }
  return found;
}

function countFrame(r: ByteReader, chunk: Chunk, found: Found): void {
  if (chunk.type === "ANMF") {
    if (found.frames === 0) optional(() => readFirstFrame(r, chunk, found), undefined);
    found.frames += 1;
  } else if (chunk.type === "ALPH") found.alpha = true;
  else if (chunk.type === "VP8L") {
    found.lossless = true;
    if (r.has(chunk.start + 5)) found.frame ??= readVp8l(r, chunk.start);
  } else if (chunk.type === "VP8 " && r.has(chunk.start + 10)) {
    found.frame ??= readVp8(r, chunk.start);
  }
}

/** Place and size, duration and flags (RFC 9649 section 2.7.1.1). */
const ANMF_HEADER_BYTES = 16;

/** What the still is made of. Further frames are decoded one by one, whatever they are made of. */
function readFirstFrame(r: ByteReader, { start }: Chunk, found: Found): void {
  found.frame = { width: r.u24le(start + 6) + 1, height: r.u24le(start + 9) + 1 };
  const { type } = readChunk(r, start + ANMF_HEADER_BYTES);
  if (type === "ALPH") found.alpha = true;
  if (type === "VP8L") found.lossless = true;
}

/** Chunks begin at even offsets. */
function padded(end: number): number {
  return end + (end & 1);
}
