import { type Box, readBox } from "../../image/probe/bmff.ts";
import { ByteReader, optional } from "../../image/probe/reader.ts";

/**
 * Rewrites, in place, what libavif 1.0 stops at although ISO/IEC 14496-12 allows it: a last box whose size is 0, which
 * means to the end of the file, gets its size; a track that is no picture's, such as sound, becomes free space.
 */
export function easeAvifBoxes(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const box of boxesOf(file, 0, file.length)) {
    if (view.getUint32(box.at) === 0) view.setUint32(box.at, file.length - box.at);
    if (box.type !== "moov") continue;
    for (const track of boxesOf(file, box.start, box.end)) {
      if (track.type === "trak" && isForeign(file, track)) view.setUint32(track.at + 4, FREE);
    }
  }
  return file;
}

/** The type `free`, as a number. */
const FREE = 0x66726565;

interface PlacedBox extends Box {
  /** Where its head begins. */
  readonly at: number;
}

/** Boxes one after the other; each step moves forward, and nonsense ends the walk. `end` is never beyond the last. */
function* boxesOf(file: Uint8Array, start: number, end: number): Generator<PlacedBox> {
  const reader = new ByteReader(file);
  for (let at = start; at + 8 <= end; ) {
    const from = at;
    const box = optional(() => readBox(reader, from), undefined);
    if (box === undefined) return;
    at = Math.min(box.end, end);
    yield { ...box, at: from, end: at };
  }
}

/** By the handler (section 8.4.3): `pict` and `auxv` are pictures, and what has none is libavif's to judge. */
function isForeign(file: Uint8Array, track: PlacedBox): boolean {
  const media = child(file, track, "mdia");
  const handler = media && child(file, media, "hdlr");
  if (handler === undefined || handler.end < handler.start + 12) return false;
  const type = String.fromCharCode(...file.subarray(handler.start + 8, handler.start + 12));
  return type !== "pict" && type !== "auxv";
}

function child(file: Uint8Array, { start, end }: PlacedBox, type: string): PlacedBox | undefined {
  for (const box of boxesOf(file, start, end)) if (box.type === type) return box;
  return undefined;
}
