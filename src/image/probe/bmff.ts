import { type ByteReader, broken } from "./reader.ts";

/** A box of ISO/IEC 14496-12 section 4.2; `start` and `end` are of its content. */
export interface Box {
  readonly type: string;
  readonly start: number;
  /** `Infinity`: it extends to the end of the file. */
  readonly end: number;
}

/** Reads one box's head. Throws `broken_image` for a box smaller than its own head. */
export function readBox(r: ByteReader, at: number): Box {
  const size = r.u32(at);
  const type = r.text(at + 4, 4);
  if (size === 0) return { type, start: at + 8, end: Number.POSITIVE_INFINITY };
  const head = size === 1 ? 16 : 8;
  const whole = size === 1 ? r.u64(at + 8) : size;
  if (whole < head) throw broken(`A box \`${printable(type)}\` has a size of ${whole} bytes.`);
  return { type, start: at + head, end: at + whole };
}

/** A box's content as a complete reader of its own; all of it must be at hand. */
export function content(r: ByteReader, box: Box): ByteReader {
  return r.part(box.start, box.end === Number.POSITIVE_INFINITY ? r.fileEnd() : box.end);
}

/** The boxes in a complete reader, flat. A last box that claims more than there is gets what there is. */
export function* boxesIn(r: ByteReader, start = 0): Generator<Box> {
  let at = start;
  while (r.has(at + 8)) {
    const box = readBox(r, at);
    const end = Math.min(box.end, r.length);
    if (end < box.start) return;
    yield { ...box, end };
    at = end;
  }
}

/** The first box of each of these types. */
export function findBoxes(r: ByteReader, types: readonly string[], start = 0): Map<string, Box> {
  const found = new Map<string, Box>();
  for (const box of boxesIn(r, start)) {
    if (types.includes(box.type) && !found.has(box.type)) found.set(box.type, box);
    if (found.size === types.length) break;
  }
  return found;
}

export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
