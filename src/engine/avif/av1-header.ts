/** What the container says of its AV1 data, read from the sequence header (AV1 specification, sections 5.3 to 5.5). */
import { PictorError } from "../../errors.ts";

const OBU_SEQUENCE_HEADER = 1;
const OBU_TEMPORAL_DELIMITER = 2;

/** The OBUs of an item, in which there should be no temporal delimiter (AV1-ISOBMFF 1.3, section 2.4). */
export function withoutDelimiter(unit: Uint8Array): Uint8Array {
  const first = obuAt(unit, 0);
  return first.type === OBU_TEMPORAL_DELIMITER ? unit.subarray(first.end) : unit;
}

interface Sequence {
  readonly profile: number;
  readonly level: number;
  readonly isMonochrome: boolean;
  readonly is420: boolean;
}

/** `AV1CodecConfigurationRecord` without OBUs: section 2.3.3 of AV1-ISOBMFF. */
export function av1Configuration(item: Uint8Array): Uint8Array {
  const { profile, level, isMonochrome, is420 } = sequenceOf(item);
  // Marker and version; profile and level; then one bit each: tier, high bit depth, twelve bits, monochrome,
  // subsampling x and y, and two of the chroma's position, which is not known.
  const subsampling = is420 ? 0b1100 : 0;
  return Uint8Array.of(0x81, (profile << 5) | level, (isMonochrome ? 0x10 : 0) | subsampling, 0);
}

/** The brand of the AVIF profile that the item is within (section 8 of AVIF), if of one. Levels by their index. */
export function isWithinBrand(item: Uint8Array): "MA1B" | "MA1A" | undefined {
  const { profile, level } = sequenceOf(item);
  if (profile === 0 && level <= LEVEL_5_1) return "MA1B";
  return profile <= 1 && level <= LEVEL_6_0 ? "MA1A" : undefined;
}

const LEVEL_5_1 = 13;
const LEVEL_6_0 = 16;

/** Of a still picture with the reduced header, as our encoder writes it. */
function sequenceOf(item: Uint8Array): Sequence {
  const { type, start } = obuAt(item, 0);
  const bits = bitsFrom(item, start);
  const profile = bits(3);
  if (type !== OBU_SEQUENCE_HEADER || bits(1) !== 1 || bits(1) !== 1) throw unexpected();
  const level = bits(5);
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1];
  bits(widthBits);
  bits(heightBits);
  // Superblocks of 128, filter intra, intra edge filter, superres, CDEF, restoration; 8 bits a sample.
  bits(6);
  if (bits(1) === 1) throw unexpected();
  const isMonochrome = profile !== 1 && bits(1) === 1;
  return { profile, level, isMonochrome, is420: profile === 0 };
}

interface Obu {
  readonly type: number;
  /** Where its payload begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** All of libaom's OBUs have a size, none an extension. */
function obuAt(bytes: Uint8Array, at: number): Obu {
  const head = bytes[at] ?? 0;
  if ((head & 0b110) !== 0b010) throw unexpected();
  let size = 0;
  let next = at + 1;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[next++] ?? 0;
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { type: (head >> 3) & 15, start: next, end: next + size };
  }
  throw unexpected();
}

function bitsFrom(bytes: Uint8Array, start: number): (count: number) => number {
  let at = start * 8;
  return (count) => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) {
      value = (value << 1) | (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    return value;
  };
}

function unexpected(): PictorError {
  return new PictorError("internal", {}, { cause: new Error("not what the AV1 encoder writes") });
}
