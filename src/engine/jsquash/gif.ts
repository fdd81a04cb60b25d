import { PictorError } from "../../errors.ts";
import type { Size } from "../../image/job.ts";
import type { Raster } from "../../image/raster.ts";
import { createRaster } from "../ops/pixels.ts";
import { readLzw } from "./gif-lzw.ts";

/**
 * The first frame of a GIF on its transparent canvas (GIF89a, W3C copy of 1990). Our own, since omggif walks a cycle
 * for ever on crafted LZW codes; reads nothing behind the first frame.
 * `size` is the canvas that the plan was made for: a frame that lies beyond it is a broken picture.
 * @throws PictorError `broken_image`
 */
export function decodeGif(file: Uint8Array, size: Size): Raster {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const canvasSize = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const frame = findFrame(file, view);
  if (canvasSize.width !== size.width || canvasSize.height !== size.height) {
    throw broken("The canvas is not of the size that its header states.");
  }
  if (frame.x + frame.width > size.width || frame.y + frame.height > size.height) {
    throw broken("The first frame lies outside the canvas.");
  }
  const result = createRaster(size.width, size.height);
  const indexes = readLzw(file, frame.data, frame.width * frame.height);
  if (indexes === undefined) throw broken("The first frame ends too early.");
  paint(result, frame, indexes);
  return result;
}

interface GifFrame extends Size {
  readonly x: number;
  readonly y: number;
  readonly interlaced: boolean;
  readonly palette: Uint8Array;
  /** Palette index that is transparent; -1 for none. */
  readonly transparent: number;
  /** Where the LZW data begins: the minimum code size. */
  readonly data: number;
}

/** Walks the blocks up to the first image descriptor. Each step moves forward; running off the end throws. */
function findFrame(file: Uint8Array, view: DataView): GifFrame {
  const flags = view.getUint8(10);
  let palette: Uint8Array = new Uint8Array(0);
  let at = 13;
  if (flags & 0x80) {
    palette = file.subarray(at, at + paletteBytes(flags));
    at += paletteBytes(flags);
  }
  let transparent = -1;
  for (;;) {
    const kind = view.getUint8(at);
    if (kind === 0x2c) return readDescriptor(file, view, at, palette, transparent);
    if (kind !== 0x21) throw broken("A block of the GIF is none that there is.");
    const isGraphicControl = view.getUint8(at + 1) === 0xf9 && view.getUint8(at + 2) >= 4;
    if (isGraphicControl) transparent = view.getUint8(at + 3) & 1 ? view.getUint8(at + 6) : -1;
    at = skipSubBlocks(view, at + 2);
  }
}

function readDescriptor(
  file: Uint8Array,
  view: DataView,
  at: number,
  globalPalette: Uint8Array,
  transparent: number,
): GifFrame {
  const flags = view.getUint8(at + 9);
  const own = flags & 0x80 ? paletteBytes(flags) : 0;
  return {
    x: view.getUint16(at + 1, true),
    y: view.getUint16(at + 3, true),
    width: view.getUint16(at + 5, true),
    height: view.getUint16(at + 7, true),
    interlaced: (flags & 0x40) !== 0,
    palette: own > 0 ? file.subarray(at + 10, at + 10 + own) : globalPalette,
    transparent,
    data: at + 10 + own,
  };
}

function paletteBytes(flags: number): number {
  return 3 << ((flags & 7) + 1);
}

function skipSubBlocks(view: DataView, from: number): number {
  let at = from;
  for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
  return at + 1;
}

/** An index beyond the palette is black, as in browsers. */
function paint(result: Raster, frame: GifFrame, indexes: Uint8Array): void {
  const rows = frame.interlaced ? interlacedRows(frame.height) : undefined;
  for (let y = 0, i = 0; y < frame.height; y++) {
    let to = ((frame.y + (rows?.[y] ?? y)) * result.width + frame.x) * 4;
    for (let x = 0; x < frame.width; x++, i++, to += 4) {
      const index = indexes[i]!;
      if (index === frame.transparent) continue;
      result.data[to] = frame.palette[index * 3] ?? 0;
      result.data[to + 1] = frame.palette[index * 3 + 1] ?? 0;
      result.data[to + 2] = frame.palette[index * 3 + 2] ?? 0;
      result.data[to + 3] = 255;
    }
  }
}

/** Appendix E: every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
function interlacedRows(height: number): readonly number[] {
  const rows: number[] = [];
  for (const [from, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let y = from; y < height; y += step) rows.push(y);
  }
  return rows;
}

function broken(detail: string): PictorError {
  return new PictorError("broken_image", { detail });
}
