import type { Orientation } from "../facts.ts";
import { orientationOf } from "./orientation.ts";
import { ByteReader, latin1, optional } from "./reader.ts";

const ORIENTATION_TAG = 274;
const SHORT = 3;
const LONG = 4;

/**
 * Orientation from an EXIF block (EXIF 2.32 section 4.6.4: a TIFF header and its first directory). Only the first
 * directory is read and no pointer in it is followed, so loops cannot trap it. What cannot be read counts as upright.
 * A leading `Exif\0\0`, which some writers leave in PNG and WebP chunks, is skipped.
 */
export function readExifOrientation(bytes: Uint8Array): Orientation {
  const tiff = latin1(bytes.subarray(0, 6)) === "Exif\0\0" ? bytes.subarray(6) : bytes;
  return optional(() => readFirstDirectory(new ByteReader(tiff)), 1);
}

function readFirstDirectory(r: ByteReader): Orientation {
  const order = r.u16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const le = order === 0x4949;
  if (r.u16(2, le) !== 42) return 1;
  const at = r.u32(4, le);
  const count = r.u16(at, le);
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + i * 12;
    if (r.u16(entry, le) !== ORIENTATION_TAG) continue;
    const type = r.u16(entry + 2, le);
    if (type === SHORT) return orientationOf(r.u16(entry + 8, le));
    return type === LONG ? orientationOf(r.u32(entry + 8, le)) : 1;
  }
  return 1;
}
