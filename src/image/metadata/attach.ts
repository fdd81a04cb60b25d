/** Metadata into finished files of ours. Each answers a new file; the one that was given is not changed. */
import type { Output } from "../job.ts";
import { joined } from "../joined.ts";
import { pngChunk } from "../png-chunk.ts";
import { ByteReader } from "../probe/reader.ts";
import { EXIF_NAME, type KeptMetadata, PHOTOSHOP_NAME, XMP_NAME } from "./blocks.ts";
import { resourceOf } from "./photoshop.ts";
import { XMP_KEYWORD } from "./walk-png.ts";
import { withWebpMetadata } from "./webp-out.ts";

/** The file itself where its format has another way (AVIF) or none. */
export function withMetadata(
  file: Uint8Array,
  kept: KeptMetadata,
  { format }: Pick<Output, "format">,
): Uint8Array {
  switch (format) {
    case "jpeg":
      return inJpeg(file, kept);
    case "png":
      return inPng(file, kept);
    case "webp":
      return withWebpMetadata(file, kept);
    default:
      return file;
  }
}

/** Behind JFIF's APP0, which stands first (ITU-T T.871), and before all else: EXIF wants to be the next. */
function inJpeg(file: Uint8Array, { exif, xmp, iptc }: KeptMetadata): Uint8Array {
  const r = new ByteReader(file);
  const at = r.u16(2) === 0xffe0 ? 4 + r.u16(4) : 2;
  return inserted(file, at, [
    ...(exif ? segment(0xe1, EXIF_NAME, exif) : []),
    ...(xmp ? segment(0xe1, XMP_NAME, xmp) : []),
    ...(iptc ? segment(0xed, PHOTOSHOP_NAME, resourceOf(iptc)) : []),
  ]);
}

function segment(code: number, name: string, body: Uint8Array): readonly Uint8Array[] {
  const length = 2 + name.length + body.length;
  return [Uint8Array.of(0xff, code, length >> 8, length & 0xff), ascii(name), body];
}

/** Before the pixels, so that a reader of the header has it. */
function inPng(file: Uint8Array, { exif, xmp }: KeptMetadata): Uint8Array {
  return inserted(file, firstPixels(new ByteReader(file)), [
    ...(exif ? [pngChunk("eXIf", exif)] : []),
    // Not compressed, as XMP part 3 wants it; no language, and no translated keyword.
    ...(xmp ? [pngChunk("iTXt", ascii(`${XMP_KEYWORD}\0\0\0\0\0`), xmp)] : []),
  ]);
}

function firstPixels(r: ByteReader): number {
  let at = 8;
  while (r.text(at + 4, 4) !== "IDAT") at += 12 + r.u32(at);
  return at;
}

function inserted(file: Uint8Array, at: number, parts: readonly Uint8Array[]): Uint8Array {
  return joined([file.subarray(0, at), ...parts, file.subarray(at)]);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
