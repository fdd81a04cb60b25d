/** Metadata into a WebP of ours (RFC 9649 section 2.7): behind the pixels, and named in VP8X, which a simple file gets. */
import { joined } from "../joined.ts";
import { ByteReader } from "../probe/reader.ts";
import type { KeptMetadata } from "./blocks.ts";

const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
const VP8X_BYTES = 10;
/** Flags of VP8X. */
const XMP = 0x04;
const EXIF = 0x08;
const ALPHA = 0x10;

export function withWebpMetadata(file: Uint8Array, { exif, xmp }: KeptMetadata): Uint8Array {
  const r = new ByteReader(file);
  const isExtended = r.text(RIFF_BYTES, 4) === "VP8X";
  const header = isExtended ? undefined : extension(r);
  const ends = [chunk("EXIF", exif), chunk("XMP ", xmp)];
  const parts = [file.subarray(0, RIFF_BYTES), header, file.subarray(RIFF_BYTES), ...ends];
  const bytes = joined(parts.filter((part) => part !== undefined));
  bytes[RIFF_BYTES + CHUNK_BYTES]! |= (exif ? EXIF : 0) | (xmp ? XMP : 0);
  new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true);
  return bytes;
}

function chunk(type: string, body: Uint8Array | undefined): Uint8Array | undefined {
  if (body === undefined) return undefined;
  const bytes = new Uint8Array(CHUNK_BYTES + body.length + (body.length & 1));
  bytes.set(new TextEncoder().encode(type));
  new DataView(bytes.buffer).setUint32(4, body.length, true);
  bytes.set(body, CHUNK_BYTES);
  return bytes;
}

/** VP8X of a file that is one picture and nothing else: its size, and whether there is alpha. */
function extension(r: ByteReader): Uint8Array | undefined {
  const body = new Uint8Array(VP8X_BYTES);
  const { width, height, alpha } = r.text(RIFF_BYTES, 4) === "VP8L" ? lossless(r) : lossy(r);
  if (alpha) body[0] = ALPHA;
  put24(body, 4, width - 1);
  put24(body, 7, height - 1);
  return chunk("VP8X", body);
}

const DATA = RIFF_BYTES + CHUNK_BYTES;

/** RFC 6386 section 9.1: 14 bits each. Alpha would have made it extended. */
function lossy(r: ByteReader) {
  const side = (at: number) => r.u16(at, true) & 0x3fff;
  return { width: side(DATA + 6), height: side(DATA + 8), alpha: false };
}

/** RFC 9649 section 3.4: 14 bits each, less 1, then the hint. */
function lossless(r: ByteReader) {
  const bits = r.u32(DATA + 1, true);
  const width = (bits & 0x3fff) + 1;
  return { width, height: ((bits >>> 14) & 0x3fff) + 1, alpha: ((bits >>> 28) & 1) === 1 };
}

function put24(to: Uint8Array, at: number, value: number): void {
  to.set([value & 0xff, (value >> 8) & 0xff, value >> 16], at);
}
