/** ICO and CUR: the largest picture. One that is a PNG is the engine's own to read; others are bitmaps with a mask. */
import type { Plan } from "../../image/job.ts";
import { holdsPng, type IconEntry, largestEntry } from "../../image/probe/ico.ts";
import { ByteReader, broken } from "../../image/probe/reader.ts";
import { plainRows } from "../bmp/decode.ts";
import { assertRows, type Dib, NONE, readDibHeader, rowBytes } from "../bmp/dib.ts";
import { type Decoded, decodedRows } from "../decoded.ts";

/** The PNG that the icon's largest picture is, if it is one. */
export function pngOfIcon(file: Uint8Array): Uint8Array | undefined {
  const r = new ByteReader(file);
  const entry = largestEntry(r);
  return holdsPng(r, entry) ? entryBytes(file, entry) : undefined;
}

function entryBytes(file: Uint8Array, { start, size }: IconEntry): Uint8Array {
  return file.subarray(start, start + size);
}

/** @throws PictorError `broken_image`, `unsupported_format` */
export function decodeIco(file: Uint8Array, { source }: Plan): Decoded {
  const whole = new ByteReader(file);
  const r = new ByteReader(entryBytes(file, largestEntry(whole)));
  const both = readDibHeader(r, 0);
  // The height counts the mask below the picture.
  const dib = { ...both, height: Math.floor(both.height / 2) };
  if (dib.width !== source.width || dib.height !== source.height) {
    throw broken("The icon has another size than its header said.");
  }
  if (dib.compression !== NONE) throw broken("The icon's bitmap is compressed, which none is.");
  return decodedRows({
    width: dib.width,
    height: dib.height,
    channels: 4,
    premultiplied: false,
    rows: maskedRows(r, dib),
  });
}

/** 32 bits a pixel have alpha of their own, unless it is 0 everywhere: then, as else, the mask says what shows. */
function maskedRows(r: ByteReader, dib: Dib) {
  const start = dib.end;
  const hasAlpha = dib.bits === 32 && someAlpha(r, start, dib);
  const shown: Dib = hasAlpha ? { ...dib, masks: [0xff0000, 0xff00, 0xff, 0xff000000] } : dib;
  const colours = plainRows(r, start, shown, 4);
  if (hasAlpha) return colours;
  const { width, height, topDown } = dib;
  const stride = rowBytes(width, 1);
  const mask = start + rowBytes(width, dib.bits) * height;
  // Many icons lack the mask that nothing would be cut out by.
  const isMasked = r.has(mask + stride * height);
  return function* () {
    let y = 0;
    for (const row of colours()) {
      const at = mask + stride * (topDown ? y : height - 1 - y);
      y++;
      if (isMasked) cutOut(r.bytes, at, row);
      yield row;
    }
  };
}

function cutOut(bytes: Uint8Array, at: number, row: Uint8Array): void {
  for (let x = 0; x * 4 < row.length; x++) {
    if ((bytes[at + (x >> 3)]! >> (7 - (x & 7))) & 1) row[x * 4 + 3] = 0;
  }
}

function someAlpha(r: ByteReader, start: number, dib: Dib): boolean {
  assertRows(r, start, dib);
  const end = start + dib.width * dib.height * 4;
  for (let at = start + 3; at < end; at += 4) if (r.bytes[at] !== 0) return true;
  return false;
}
