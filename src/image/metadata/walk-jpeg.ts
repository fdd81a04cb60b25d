/** Metadata of a JPEG: segments before the first scan (ITU-T T.81 annex B). */
import { joined } from "../joined.ts";
import { latin1 } from "../probe/reader.ts";
import {
  EXIF_NAME,
  type FoundMetadata,
  MAX_BLOCK_BYTES,
  PHOTOSHOP_NAME,
  XMP_NAME,
} from "./blocks.ts";
import { iptcResource } from "./photoshop.ts";
import { skip, take, type Walk } from "./walk.ts";

const APP1 = 0xe1;
const APP13 = 0xed;
const EOI = 0xd9;
const SOS = 0xda;

/** As many as the probe walks over. */
const MAX_SEGMENTS = 10_000;
/** Bytes between segments, which belong to none: some writers leave a few. */
const MAX_GARBAGE = 4_096;

export function* walkJpeg(found: FoundMetadata): Walk {
  const resources: Uint8Array[] = [];
  yield* skip(2);
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const code = yield* nextMarker();
    if (code === undefined || code === SOS || code === EOI) break;
    // TEM, RSTn and SOI stand alone.
    if (code === 0x01 || (code >= 0xd0 && code <= 0xd8)) continue;
    const length = u16(yield* take(2)) - 2;
    if (length < 0) break;
    if (code !== APP1 && code !== APP13) {
      yield* skip(length);
      continue;
    }
    const body = yield* take(length);
    if (code === APP1) keepFirst(body, found);
    else if (starts(body, PHOTOSHOP_NAME)) resources.push(body.subarray(PHOTOSHOP_NAME.length));
    if (sizeOf(resources) > MAX_BLOCK_BYTES) resources.pop();
  }
  // A resource may go on in the next segment.
  const iptc = iptcResource(joined(resources));
  if (iptc) found.iptc = iptc;
}

/** Extended XMP, whose parts have another name, is dropped. */
function keepFirst(body: Uint8Array, found: FoundMetadata): void {
  if (starts(body, EXIF_NAME)) found.exif ??= body.subarray(EXIF_NAME.length);
  else if (starts(body, XMP_NAME)) found.xmp ??= body.subarray(XMP_NAME.length);
}

function* nextMarker(): Generator<{ take: number }, number | undefined, Uint8Array<ArrayBuffer>> {
  let before = 0;
  for (let count = 0; count < MAX_GARBAGE; count++) {
    const byte = (yield { take: 1 })[0]!;
    // Any number of fill bytes may stand before the code.
    if (before === 0xff && byte !== 0xff && byte !== 0) return byte;
    before = byte;
  }
  return undefined;
}

function u16(bytes: Uint8Array): number {
  return bytes[0]! * 256 + bytes[1]!;
}

function starts(body: Uint8Array, name: string): boolean {
  return latin1(body.subarray(0, name.length)) === name;
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
