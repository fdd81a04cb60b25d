import { PictorError } from "../../errors.ts";

/** Where IHDR's type begins and its data ends; the checksum covers both, and follows (PNG third edition, 5.3). */
const START = 12;
const END = 29;

/**
 * jSquash's decoder verifies no checksum. That of the header counts: a damaged size or colour type would come out as
 * a wrong picture.
 * @throws PictorError `broken_image`
 */
export function assertPngHeader(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length >= END + 4 && crc32(file.subarray(START, END)) === view.getUint32(END)) return;
  throw new PictorError("broken_image", { detail: "The PNG's header has a wrong checksum." });
}

/** ISO 3309, as in PNG's Annex D, without its table: the header is 17 bytes long. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
