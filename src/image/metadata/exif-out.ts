/** EXIF written anew from what was read: directories and offsets are ours, values are the source's. */
import type { Gamut, Size } from "../job.ts";
import { MAX_EXIF_BYTES, type MetadataWish } from "./blocks.ts";
import type { Directory, Exif, ExifField } from "./exif-in.ts";
import { LONG, SHORT, TYPE_BYTES } from "./exif-in.ts";
import {
  COLOUR_SPACE,
  GPS_POINTER,
  GPS_TAGS,
  PHOTO_POINTER,
  PHOTO_TAGS,
  PICTURE_TAGS,
  PIXELS_ACROSS,
  PIXELS_DOWN,
  RIGHTS,
} from "./exif-tags.ts";

/** What the block belongs to. */
export type Result = Size & { readonly gamut?: Gamut };

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
/** The number of a directory's entries, and the offset of the next one: there is none. */
const DIRECTORY_BYTES = 2 + 4;
/** What the header, three directories and two pointers take. */
const FRAME_BYTES = HEADER_BYTES + 3 * DIRECTORY_BYTES + 2 * ENTRY_BYTES;
/** The value of ColorSpace for sRGB, and for all else. */
const SRGB = 1;
const UNCALIBRATED = 0xffff;

/** Undefined where nothing is left. */
export function writeExif(exif: Exif, wish: MetadataWish, result: Result): Uint8Array | undefined {
  const room = { bytes: MAX_EXIF_BYTES - FRAME_BYTES };
  const { littleEndian } = exif;
  // The rights first, so that nothing else can take their room.
  const rights = fitting(exif.picture, RIGHTS, room);
  if (wish === "copyright")
    return rights.length === 0 ? undefined : block(rights, [], [], littleEndian);
  const others = fitting(exif.picture, withoutRights(PICTURE_TAGS), room);
  const photo = fitting(exif.photo, PHOTO_TAGS, room);
  const gps = wish === "keep-gps" ? fitting(exif.gps, GPS_TAGS, room) : [];
  const picture = [...rights, ...others];
  if (picture.length + photo.length + gps.length === 0) return undefined;
  return block(
    picture,
    photo.map((field) => ofResult(field, result, littleEndian)),
    gps,
    littleEndian,
  );
}

function withoutRights(tags: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...tags].filter((tag) => !RIGHTS.has(tag)));
}

/** The fields that are kept, as long as there is room: values may overlap in the source, and would multiply here. */
function fitting(
  directory: Directory,
  tags: ReadonlySet<number>,
  room: { bytes: number },
): readonly ExifField[] {
  const kept: ExifField[] = [];
  for (const field of directory.values()) {
    const bytes = ENTRY_BYTES + behindBytes(field);
    if (!tags.has(field.tag) || bytes > room.bytes) continue;
    room.bytes -= bytes;
    kept.push(field);
  }
  return kept;
}

/** Bytes of a value that does not fit into its entry; offsets are even. */
function behindBytes({ value: { length } }: ExifField): number {
  return length <= 4 ? 0 : length + (length & 1);
}

/** What is said of the stored pixels is now said of the result's. */
function ofResult(field: ExifField, result: Result, littleEndian: boolean): ExifField {
  const { tag } = field;
  if (tag === PIXELS_ACROSS) return number(tag, LONG, result.width, littleEndian);
  if (tag === PIXELS_DOWN) return number(tag, LONG, result.height, littleEndian);
  if (tag !== COLOUR_SPACE) return field;
  const isSrgb = (result.gamut ?? "srgb") === "srgb";
  return number(tag, SHORT, isSrgb ? SRGB : UNCALIBRATED, littleEndian);
}

function number(tag: number, type: 3 | 4, value: number, littleEndian: boolean): ExifField {
  const bytes = new Uint8Array(type === SHORT ? 2 : 4);
  const view = new DataView(bytes.buffer);
  if (type === SHORT) view.setUint16(0, value, littleEndian);
  else view.setUint32(0, value, littleEndian);
  return { tag, type, value: bytes };
}

function block(
  picture: readonly ExifField[],
  photo: readonly ExifField[],
  gps: readonly ExifField[],
  littleEndian: boolean,
): Uint8Array {
  const pointers = (photoAt: number, gpsAt: number) => [
    ...(photo.length > 0 ? [number(PHOTO_POINTER, LONG, photoAt, littleEndian)] : []),
    ...(gps.length > 0 ? [number(GPS_POINTER, LONG, gpsAt, littleEndian)] : []),
  ];
  const photoAt = HEADER_BYTES + directoryBytes([...picture, ...pointers(0, 0)]);
  const gpsAt = photoAt + (photo.length > 0 ? directoryBytes(photo) : 0);
  const bytes = new Uint8Array(gpsAt + (gps.length > 0 ? directoryBytes(gps) : 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, HEADER_BYTES, littleEndian);
  const put = (fields: readonly ExifField[], at: number) =>
    writeDirectory(bytes, fields, at, littleEndian);
  put([...picture, ...pointers(photoAt, gpsAt)], HEADER_BYTES);
  if (photo.length > 0) put(photo, photoAt);
  if (gps.length > 0) put(gps, gpsAt);
  return bytes;
}

function directoryBytes(fields: readonly ExifField[]): number {
  return fields.reduce((sum, field) => sum + ENTRY_BYTES + behindBytes(field), DIRECTORY_BYTES);
}

/** Entries ascend by their tags (TIFF 6.0 section 2); longer values follow behind the directory. */
function writeDirectory(
  bytes: Uint8Array,
  fields: readonly ExifField[],
  at: number,
  littleEndian: boolean,
): void {
  const view = new DataView(bytes.buffer);
  const sorted = fields.toSorted((a, b) => a.tag - b.tag);
  view.setUint16(at, sorted.length, littleEndian);
  let entry = at + 2;
  let behind = at + DIRECTORY_BYTES + sorted.length * ENTRY_BYTES;
  for (const field of sorted) {
    const { tag, type, value } = field;
    view.setUint16(entry, tag, littleEndian);
    view.setUint16(entry + 2, type, littleEndian);
    view.setUint32(entry + 4, value.length / TYPE_BYTES[type]!, littleEndian);
    if (value.length <= 4) bytes.set(value, entry + 8);
    else {
      view.setUint32(entry + 8, behind, littleEndian);
      bytes.set(value, behind);
      behind += behindBytes(field);
    }
    entry += ENTRY_BYTES;
  }
}
