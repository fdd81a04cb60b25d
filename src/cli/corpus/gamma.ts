/** What gAMA makes of a PNG's samples where browsers apply it. libvips, and so sharp, does not. */

const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk. */
const FRAME_BYTES = 12;
/** They count more than gAMA (PNG third edition, section 4.3). */
const COLOUR_SPACES = ["sRGB", "iCCP", "cICP"];
const DISPLAY_GAMMA = 2.2;
/** libpng's, and with it the browsers'. */
const THRESHOLD = 0.05;

/** The exponent for samples of 0 to 1; nothing where they mean sRGB as they are, and of other files. */
export function gammaExponent(file: Uint8Array): number | undefined {
  const chunks = chunksBeforePixels(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  const gamma = chunks.get("gAMA");
  if (gamma === undefined || COLOUR_SPACES.some((name) => chunks.has(name))) return undefined;
  const shown = (gamma.readUInt32BE(0) / 100_000) * DISPLAY_GAMMA;
  return shown > 0 && Math.abs(shown - 1) > THRESHOLD ? 1 / shown : undefined;
}

/** Each at its first appearance. */
function chunksBeforePixels(file: Buffer): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  if (file.toString("latin1", 1, 4) !== "PNG") return chunks;
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (type === "IDAT" || data.length < length) break;
    if (!chunks.has(type)) chunks.set(type, data);
    at += FRAME_BYTES + length;
  }
  return chunks;
}
