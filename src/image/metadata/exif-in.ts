/** EXIF as it was found: three flat directories. What cannot be read in one is left out; nothing is ever thrown. */
import { ByteReader, latin1, optional } from "../probe/reader.ts";
import { EXIF_NAME, MAX_BLOCK_BYTES } from "./blocks.ts";
import { GPS_POINTER, PHOTO_POINTER } from "./exif-tags.ts";

export interface ExifField {
  readonly tag: number;
  readonly type: number;
  /** As stored, in the block's byte order. A view. */
  readonly value: Uint8Array;
}

export type Directory = ReadonlyMap<number, ExifField>;

export interface Exif {
  readonly littleEndian: boolean;
  /** The first directory, of the picture itself (0th IFD). */
  readonly picture: Directory;
  /** How it was taken (Exif IFD). */
  readonly photo: Directory;
  /** Where (GPS IFD). */
  readonly gps: Directory;
}

export const SHORT = 3;
export const LONG = 4;
const UNDEFINED = 7;
/** Bytes of a value, by type: TIFF 6.0 section 2, and EXIF 3.0's UTF-8. Others are dropped. */
export const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  2: 1, // ASCII
  [SHORT]: 2,
  [LONG]: 4,
  5: 8, // RATIONAL
  6: 1, // SBYTE
  [UNDEFINED]: 1,
  8: 2, // SSHORT
  9: 4, // SLONG
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
  129: 1, // UTF-8
};

/** Most entries of a directory that are looked at: EXIF has some 150 tags in all. */
const MAX_ENTRIES = 512;
const NONE: Directory = new Map();

/**
 * Two pointers are followed, one level deep, and no chain of directories: neither thumbnails nor loops are reached.
 * Undefined for what is no TIFF structure.
 */
export function readExif(block: Uint8Array): Exif | undefined {
  const tiff = latin1(block.subarray(0, 6)) === EXIF_NAME ? block.subarray(6) : block;
  const r = new ByteReader(tiff);
  return optional(() => {
    const order = r.u16(0);
    const littleEndian = order === 0x4949;
    if ((!littleEndian && order !== 0x4d4d) || r.u16(2, littleEndian) !== 42) return undefined;
    const picture = readDirectory(r, r.u32(4, littleEndian), littleEndian);
    const behind = (tag: number) => {
      const at = offsetIn(picture.get(tag), littleEndian);
      return at === undefined ? NONE : optional(() => readDirectory(r, at, littleEndian), NONE);
    };
    return { littleEndian, picture, photo: behind(PHOTO_POINTER), gps: behind(GPS_POINTER) };
  }, undefined);
}

function offsetIn(field: ExifField | undefined, littleEndian: boolean): number | undefined {
  if (field === undefined || field.type !== LONG || field.value.length !== 4) return undefined;
  return new ByteReader(field.value).u32(0, littleEndian);
}

/** The first entry of a tag counts. */
function readDirectory(r: ByteReader, at: number, littleEndian: boolean): Directory {
  const count = Math.min(r.u16(at, littleEndian), MAX_ENTRIES);
  const fields = new Map<number, ExifField>();
  for (let i = 0; i < count; i++) {
    const field = optional(() => readField(r, at + 2 + i * 12, littleEndian), undefined);
    if (field !== undefined && !fields.has(field.tag)) fields.set(field.tag, field);
  }
  return fields;
}

function readField(r: ByteReader, at: number, littleEndian: boolean): ExifField | undefined {
  const type = r.u16(at + 2, littleEndian);
  const bytes = (TYPE_BYTES[type] ?? 0) * r.u32(at + 4, littleEndian);
  if (bytes === 0 || bytes > MAX_BLOCK_BYTES) return undefined;
  const from = bytes <= 4 ? at + 8 : r.u32(at + 8, littleEndian);
  return { tag: r.u16(at, littleEndian), type, value: r.slice(from, from + bytes) };
}
