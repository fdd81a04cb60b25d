/** BMP, a row at a time from the file. */
import type { Plan } from "../../image/job.ts";
import { ByteReader, broken } from "../../image/probe/reader.ts";
import { type Decoded, decodedRows } from "../decoded.ts";
import { assertRows, type Dib, NONE, readDibHeader, rowBytes } from "./dib.ts";
import { putColour, rowReader } from "./pixels.ts";
import { rleReader } from "./rle.ts";

/** Offset of the pixels in the file header; it is 14 bytes long. */
const PIXELS_AT = 10;
const FILE_HEADER_BYTES = 14;

/** @throws PictorError `broken_image`, `unsupported_format` */
export function decodeBmp(file: Uint8Array, { source }: Plan): Decoded {
  const r = new ByteReader(file);
  const dib = readDibHeader(r, FILE_HEADER_BYTES);
  if (dib.width !== source.width || dib.height !== source.height) {
    throw broken("The bitmap has another size than its header said.");
  }
  const start = r.u32(PIXELS_AT, true);
  // Some writers leave the offset out.
  const from = start >= FILE_HEADER_BYTES && start < file.length ? start : dib.end;
  const channels = source.alpha ? 4 : 3;
  const { width, height } = dib;
  const rows = rowsOf(r, from, dib, channels);
  return decodedRows({ width, height, channels, premultiplied: false, rows });
}

function rowsOf(r: ByteReader, start: number, dib: Dib, channels: 3 | 4) {
  return dib.compression === NONE
    ? plainRows(r, start, dib, channels)
    : codedRows(r.bytes, start, dib, channels);
}

/** As stored, without compression, from top to bottom. */
export function plainRows(r: ByteReader, start: number, dib: Dib, channels: 3 | 4) {
  assertRows(r, start, dib);
  const { width, height, topDown, bits } = dib;
  const read = rowReader(dib, channels);
  const stride = rowBytes(width, bits);
  return function* () {
    const out = new Uint8Array(width * channels);
    for (let y = 0; y < height; y++) {
      read(r.bytes, start + stride * (topDown ? y : height - 1 - y), out);
      yield out;
    }
  };
}

function codedRows(bytes: Uint8Array, start: number, dib: Dib, channels: 3 | 4) {
  const { width, height, palette } = dib;
  const read = rleReader(bytes, start, dib);
  return function* () {
    const indices = new Uint8Array(width);
    const out = new Uint8Array(width * channels);
    for (let y = 0; y < height; y++) {
      read(height - 1 - y, indices);
      for (let x = 0; x < width; x++) putColour(palette, indices[x]!, out, x * channels, channels);
      yield out;
    }
  };
}
