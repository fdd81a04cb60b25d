/** Metadata of a TIFF, whose first directory is that of EXIF, and has tags for the rest. */
import { type FoundMetadata, MAX_BLOCK_BYTES } from "./blocks.ts";
import { readExif } from "./exif-in.ts";
import { IPTC_TAG, XMP_TAG } from "./exif-tags.ts";

/** Of BigTIFF nothing is read. Copies nothing. */
export function metadataInTiff(file: Uint8Array): FoundMetadata {
  const fields = readExif(file)?.picture;
  if (fields === undefined) return {};
  const short = (tag: number) => {
    const value = fields.get(tag)?.value;
    return value && value.length <= MAX_BLOCK_BYTES ? value : undefined;
  };
  const [xmp, iptc] = [short(XMP_TAG), short(IPTC_TAG)];
  return { exif: file, ...(xmp && { xmp }), ...(iptc && { iptc }) };
}
