import type { Facts } from "../facts.ts";
import { readDib } from "./bmp.ts";
import { factsOf } from "./facts.ts";
import { probePng } from "./png.ts";
import { type ByteReader, broken, optional } from "./reader.ts";

export interface IconEntry {
  readonly width: number;
  readonly height: number;
  /** Bits a pixel; 0 where the directory does not say. In a CUR the hot spot is there. */
  readonly bits: number;
  readonly start: number;
  readonly size: number;
}

const DIRECTORY_BYTES = 6;
const ENTRY_BYTES = 16;

/** ICO and CUR: facts of the largest entry, from its own header where that can be had, since directories lie. */
export function probeIco(r: ByteReader): Facts {
  return factsOf({ ...readPicture(r, largestEntry(r)), format: "ico", alpha: true });
}

/** Of several that are equally large, the one of most colours. */
export function largestEntry(r: ByteReader): IconEntry {
  const count = r.u16(4, true);
  const entries = Array.from({ length: count }, (_, i) => readEntry(r, i));
  const largest = entries.reduce<IconEntry | undefined>(larger, undefined);
  if (largest === undefined) throw broken("The icon has no entry.");
  if (largest.start < DIRECTORY_BYTES + count * ENTRY_BYTES || largest.size < 16) {
    throw broken("The icon's largest entry points at nothing.");
  }
  return largest;
}

function readEntry(r: ByteReader, index: number): IconEntry {
  const at = DIRECTORY_BYTES + index * ENTRY_BYTES;
  const cursor = r.u16(2, true) === 2;
  return {
    width: r.u8(at) || 256,
    height: r.u8(at + 1) || 256,
    bits: cursor ? 0 : r.u16(at + 6, true),
    size: r.u32(at + 8, true),
    start: r.u32(at + 12, true),
  };
}

function larger(best: IconEntry | undefined, entry: IconEntry): IconEntry {
  if (best === undefined) return entry;
  const gain = entry.width * entry.height - best.width * best.height;
  return gain > 0 || (gain === 0 && entry.bits > best.bits) ? entry : best;
}

type PictureFacts = Pick<Facts, "width" | "height" | "bitDepth" | "colour">;

function readPicture(r: ByteReader, entry: IconEntry): PictureFacts {
  const isPng = optional(() => holdsPng(r, entry), undefined);
  if (isPng === undefined) return fromDirectory(entry);
  if (isPng) {
    const { width, height, bitDepth, colour } = probePng(pngStart(r, entry));
    return { width, height, bitDepth, colour };
  }
  const dib = readDib(r, entry.start);
  // The bitmap's height counts the mask below the picture.
  return { ...dib, height: Math.floor(dib.height / 2) };
}

export function holdsPng(r: ByteReader, { start }: IconEntry): boolean {
  return r.u32(start) === 0x89504e47;
}

/** IHDR alone: what comes after it does not matter, and must not be asked for. */
function pngStart(r: ByteReader, entry: IconEntry): ByteReader {
  return r.part(entry.start, entry.start + 33);
}

function fromDirectory({ width, height, bits }: IconEntry): PictureFacts {
  const palette = bits >= 1 && bits <= 8;
  return { width, height, bitDepth: palette ? bits : 8, colour: palette ? "palette" : "rgb" };
}
