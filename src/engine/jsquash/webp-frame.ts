import { PictorError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { Rect } from "../../image/job.ts";
import type { Raster } from "../../image/raster.ts";
import { canvas } from "../ops/canvas.ts";

/**
 * Decodes a WebP, of an animation the first frame on its transparent canvas: libwebp's simple decoder refuses
 * animations, so the first frame is rewritten as a still. (WebP Container Specification, "Animation".)
 * @throws PictorError `broken_image`
 */
export async function firstFrame(
  file: Uint8Array,
  facts: Facts,
  decodeStill: (file: Uint8Array) => Promise<Raster | null>,
): Promise<Raster | null> {
  const frame = findFrame(file);
  if (frame === undefined) return decodeStill(file);
  const { rect } = frame;
  const outside = rect.x + rect.width > facts.width || rect.y + rect.height > facts.height;
  if (outside)
    throw new PictorError("broken_image", { detail: "A frame lies outside the canvas." });
  const picture = await decodeStill(asStill(frame));
  if (picture === null) return null;
  if (picture.width !== rect.width || picture.height !== rect.height) {
    throw new PictorError("broken_image", { detail: "A frame's size differs from its header." });
  }
  if (rect.width === facts.width && rect.height === facts.height) return picture;
  const colour = { r: 0, g: 0, b: 0, a: 0 };
  const { width, height } = facts;
  return canvas(picture, { width, height, x: rect.x, y: rect.y, colour });
}

interface Frame {
  readonly rect: Rect;
  /** The frame's own chunks: `ALPH` and `VP8 `, or `VP8L`. */
  readonly chunks: Uint8Array;
}

const RIFF_HEADER = 12;
const CHUNK_HEADER = 8;
const ANMF_HEADER = 16;

/** The first `ANMF` chunk, if there is one. Chunks only move forward, so the walk ends with the file. */
function findFrame(file: Uint8Array): Frame | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = RIFF_HEADER;
  while (at + CHUNK_HEADER <= file.length) {
    const size = view.getUint32(at + 4, true);
    const body = at + CHUNK_HEADER;
    if (fourCc(file, at) === "ANMF" && size > ANMF_HEADER && body + size <= file.length) {
      const rect = {
        x: 2 * uint24(view, body),
        y: 2 * uint24(view, body + 3),
        width: 1 + uint24(view, body + 6),
        height: 1 + uint24(view, body + 9),
      };
      return { rect, chunks: file.subarray(body + ANMF_HEADER, body + size) };
    }
    at = body + size + (size & 1);
  }
  return undefined;
}

/** A still of the frame's chunks; `VP8X` says whether there is an `ALPH` before the lossy data. */
function asStill({ rect, chunks }: Frame): Uint8Array {
  const extended = CHUNK_HEADER + 10;
  const still = new Uint8Array(RIFF_HEADER + extended + chunks.length);
  const view = new DataView(still.buffer);
  putText(still, 0, "RIFF");
  view.setUint32(4, still.length - 8, true);
  putText(still, 8, "WEBPVP8X");
  view.setUint32(16, 10, true);
  const alphaFlag = 0x10;
  still[20] = fourCc(chunks, 0) === "VP8 " ? 0 : alphaFlag;
  putUint24(view, 24, rect.width - 1);
  putUint24(view, 27, rect.height - 1);
  still.set(chunks, RIFF_HEADER + extended);
  return still;
}

function fourCc(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function putUint24(view: DataView, at: number, value: number): void {
  view.setUint16(at, value & 0xffff, true);
  view.setUint8(at + 2, value >> 16);
}
