import { PictorError } from "../../errors.ts";

/** The eight bytes before the first chunk, and what a chunk has besides its data: length, type, checksum. */
const SIGNATURE_BYTES = 8;
const CHUNK_BYTES = 12;
/** Where IHDR's type begins and its data ends; the checksum covers both, and follows (PNG third edition, 5.3). */
const HEADER_START = 12;
const HEADER_END = 29;

/**
 * jSquash's decoder verifies no checksum. That of the header counts: a damaged size or colour type would come out as
 * a wrong picture.
 * @throws PictorError `broken_image`
 */
export function assertPngHeader(file: Uint8Array): void {
  const view = viewOf(file);
  const isIntact =
    file.length >= HEADER_END + 4 &&
    crc32(file.subarray(HEADER_START, HEADER_END)) === view.getUint32(HEADER_END);
  if (isIntact) return;
  throw new PictorError("broken_image", { detail: "The PNG's header has a wrong checksum." });
}

/** The chunks that pixels are made of, besides `IDAT` and `IEND`. `tRNS` is the only ancillary one. */
const PIXEL_CHUNKS = new Set(["IHDR", "PLTE", "tRNS"]);

/**
 * The parts of the file without the chunks that say nothing about pixels; one after the other they are a PNG. jSquash's
 * decoder inflates colour profiles and texts, which are as large as their writer likes: 100 kB can come to 100 MB.
 */
export function* pixelParts(file: Uint8Array): Generator<Uint8Array> {
  const view = viewOf(file);
  yield file.subarray(0, SIGNATURE_BYTES);
  let at = SIGNATURE_BYTES;
  let previous = "";
  let hasPixels = false;
  while (at + CHUNK_BYTES <= file.length) {
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    // What a chunk claims beyond the file is not there; the decoder sees that it ends too early.
    const end = Math.min(at + CHUNK_BYTES + view.getUint32(at), file.length);
    // Only the first unbroken row of IDAT is the picture (section 5.6); leaving chunks out must not mend another.
    const isPixels: boolean = type === "IDAT" && (!hasPixels || previous === "IDAT");
    if (isPixels || type === "IEND" || PIXEL_CHUNKS.has(type)) yield file.subarray(at, end);
    if (type === "IEND") return;
    hasPixels ||= isPixels;
    previous = type;
    at = end;
  }
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
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
