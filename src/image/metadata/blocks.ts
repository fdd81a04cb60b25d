/** What a file says of its picture beside the pixels, and how much of it is taken along. */
import type { SourceFormat } from "../facts.ts";
import type { OutputFormat } from "../job.ts";

/**
 * `copyright`: who made it, who owns it, what may be done with it. `keep`: besides, what the picture shows and how it
 * was taken. `keep-gps`: besides, where.
 */
export type MetadataWish = "copyright" | "keep" | "keep-gps";

/** As found in a source; nothing in it has been checked. */
export interface FoundMetadata {
  /** A TIFF structure (EXIF 2.32 section 4.5), perhaps with `Exif\0\0` in front. */
  exif?: Uint8Array;
  /** An XMP packet: RDF/XML in UTF-8 (ISO 16684-1). */
  xmp?: Uint8Array;
  /** IPTC-IIM datasets (IIM 4.2 section 1.5). */
  iptc?: Uint8Array;
}

/** Written anew, each short enough for one segment of a JPEG. */
export interface KeptMetadata {
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
  readonly iptc?: Uint8Array;
}

/** Formats that metadata is read from. */
const SOURCES: ReadonlySet<SourceFormat> = new Set(["jpeg", "png", "webp", "avif", "tiff"]);
/** Formats that it is written in. */
const RESULTS: ReadonlySet<OutputFormat> = new Set(["jpeg", "png", "webp", "avif"]);

export function carriesMetadata(source: SourceFormat, result: OutputFormat): boolean {
  return SOURCES.has(source) && RESULTS.has(result);
}

/** A segment of a JPEG has 16 bits for its length, which count themselves. */
const SEGMENT_BYTES = 0xffff - 2;
/** Names in front of what a segment holds: EXIF 2.32 section 4.7.2, XMP part 3 section 1.1.3, Photoshop's APP13. */
export const EXIF_NAME = "Exif\0\0";
export const XMP_NAME = "http://ns.adobe.com/xap/1.0/\0";
export const PHOTOSHOP_NAME = "Photoshop 3.0\0";
/** Of an image resource: `8BIM`, its id, an empty name, its length; and a byte that makes it even. */
const RESOURCE_BYTES = 13;

/** Longest that are written; of what would be longer, less is kept (docs/metadata.md). */
export const MAX_EXIF_BYTES = SEGMENT_BYTES - EXIF_NAME.length;
export const MAX_XMP_BYTES = SEGMENT_BYTES - XMP_NAME.length;
export const MAX_IPTC_BYTES = SEGMENT_BYTES - PHOTOSHOP_NAME.length - RESOURCE_BYTES;
/** Longest block that is looked at. Histories of editors make XMP long; what is longer still is dropped. */
export const MAX_BLOCK_BYTES = 256 * 1024;
/** Three blocks as they are found, one of them as text, and what is made of them. */
export const METADATA_BYTES = 3 * 2 ** 20;
