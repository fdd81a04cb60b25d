import type { ProbeResult } from "../facts.ts";
import { ByteReader, MAX_HEADER_BYTES, MAX_WEBP_HEADER_BYTES, NeedBytes } from "./reader.ts";
import { probeByContent } from "./sniff.ts";

export { MAX_HEADER_BYTES, MAX_WEBP_HEADER_BYTES } from "./reader.ts";

/** Least bytes that are asked for at once. */
const FIRST_BYTES = 4096;

/**
 * Reads a picture's header from the first bytes of its file; `complete` says that they are all of it. The format is
 * told by content. Time and memory follow the bytes at hand, never a size that the file declares.
 *
 * Answers `more` with how many bytes from the start to come back with: always more than were given, at most
 * `MAX_HEADER_BYTES`, for WebP with EXIF `MAX_WEBP_HEADER_BYTES`. When the file has fewer, come with all of it and
 * `complete`. Beyond that limit the facts are those that are known, with orientation 1 if EXIF is out of reach.
 *
 * Throws `PictorError`: `unsupported_format` (415) for what is no picture that we know, `broken_image` (422) for a
 * header that makes no sense, or lacks the size.
 */
export function probe(bytes: Uint8Array, complete: boolean): ProbeResult {
  const cap = isWebp(bytes) ? MAX_WEBP_HEADER_BYTES : MAX_HEADER_BYTES;
  try {
    return { kind: "facts", facts: probeByContent(new ByteReader(bytes, complete, cap)) };
  } catch (error) {
    if (error instanceof NeedBytes)
      return { kind: "more", bytes: ask(error.end, bytes.length, cap) };
    throw error;
  }
}

/** Asks for half as much again at least, so that a header of many small steps costs no square of its length. */
function ask(end: number, length: number, cap: number): number {
  return Math.min(cap, Math.max(end, FIRST_BYTES, Math.ceil(length * 1.5)));
}

function isWebp(bytes: Uint8Array): boolean {
  // "RIFF", size, "WEBP".
  return [0x52, 0x49, 0x46, 0x46].every((byte, i) => bytes[i] === byte) && bytes[8] === 0x57;
}
