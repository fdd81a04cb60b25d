/**
 * Damaged copies of files, for the engine inside of the runtime: bytes, numbers, ranges, ends, and parts of other files.
 * (`wasm/native/src/mutate.c` does the same natively, with more of the formats.)
 */
import type { Random } from "./random.ts";

/** Where sums overflow, signs turn and loops end one too early or too late. */
const AWKWARD = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff];
/** At the start of a file as many hits as in all the rest: a hit in a header does more. */
const HEADER_BYTES = 300;
/** The magic number, or none would be read at all. */
const MAGIC_BYTES = 4;

export function mutant(file: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (let changes = 1 + random.below(random.oneIn(3) ? 16 : 3); changes > 0; changes--) {
    if (bytes.length < 2 * MAGIC_BYTES) return bytes;
    bytes = changed(bytes, other, random);
  }
  return isPng(bytes) && !random.oneIn(8) ? withChecksums(bytes) : bytes;
}

function changed(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const reach = random.oneIn(2) ? Math.min(HEADER_BYTES, bytes.length) : bytes.length;
  const at = MAGIC_BYTES + random.below(reach - MAGIC_BYTES);
  const size = 1 + random.below(random.oneIn(4) ? 200 : 8);
  switch (random.below(12)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(bytes.subarray(0, at), other.subarray(random.below(other.length)));
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + size));
    case 3:
      return joined(bytes.subarray(0, at), noise(size, random), bytes.subarray(at));
    case 4: {
      const from = random.below(bytes.length);
      return joined(bytes.subarray(0, at), bytes.subarray(from, from + size), bytes.subarray(at));
    }
    case 5:
      bytes.set(noise(Math.min(size, bytes.length - at), random), at);
      return bytes;
    case 6:
    case 7:
      putNumber(bytes, at, random);
      return bytes;
    case 8:
      bytes[at] = random.bits();
      return bytes;
    case 9:
      bytes[at] = random.of(AWKWARD);
      return bytes;
    default:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
  }
}

function putNumber(bytes: Uint8Array, at: number, random: Random): void {
  const value = random.of(AWKWARD) + random.below(3) - 1;
  const count = random.of([2, 3, 4]);
  const little = random.oneIn(2);
  for (let i = 0; i < count && at + i < bytes.length; i++) {
    bytes[at + i] = value >>> (8 * (little ? i : count - 1 - i));
  }
}

function noise(size: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.bits());
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50;
}

/** Behind a wrong checksum nothing is decoded (PNG, third edition, section 5.5). */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crcOf(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
