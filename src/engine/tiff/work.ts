/**
 * What a TIFF's pixels may take. Strips and tiles may lie upon each other in the file, and may be full of what makes no
 * pixel, so that neither the file nor the picture bounds the work. What does is counted here.
 */
import { PictorError } from "../../errors.ts";
import { MAX_UNPACKED_PIXELS } from "../../image/budget.ts";
import { broken } from "../../image/probe/reader.ts";
import type { TiffLayout } from "./layout.ts";

/** Each takes up to 100 KB of tables, made anew. A strip a row is what a picture of 65,500 px in height has. */
const MAX_CHUNKS = 65_536;
/** Tiles stick out of the picture, but seldom as much as they are in it. */
const MAX_TILED_PIXELS = 2 * MAX_UNPACKED_PIXELS;

/** Takes bytes that were read or made, but not handed out. Throws `broken_image` when there are too many of them. */
export type Spend = (bytes: number) => void;

type Chunks = Pick<TiffLayout, "chunk" | "across" | "down" | "planar" | "samples" | "bits">;

/** Strips or tiles of all planes. */
function chunksOf({ across, down, planar, samples }: Chunks): number {
  return across * down * (planar ? samples : 1);
}

/** @throws PictorError `unsupported_format` */
export function assertFewChunks(layout: Chunks): void {
  const { chunk, across, down } = layout;
  if (chunksOf(layout) > MAX_CHUNKS) refuse(`of more than ${MAX_CHUNKS} strips or tiles`);
  if (chunk.width * across * chunk.height * down > MAX_TILED_PIXELS) {
    refuse("of tiles that are far larger than the picture");
  }
}

function refuse(kind: string): never {
  throw new PictorError("unsupported_format", {
    detail: `TIFF ${kind} is not read.`,
    received: "tiff",
  });
}

/**
 * For one reading of the picture. Where each byte of the file belongs to one strip, those that make no pixel are no more
 * than the file's, and those that are unpacked no more than the picture's; equal tiles may be stored once.
 */
export function budgetOf(layout: Chunks, fileBytes: number): Spend {
  const { chunk, planar, samples, bits } = layout;
  const rowBytes = Math.ceil((chunk.width * (planar ? 1 : samples) * bits) / 8);
  let left = fileBytes + rowBytes * chunk.height * chunksOf(layout);
  return (bytes) => {
    left -= bytes;
    if (left < 0)
      throw broken("The TIFF's strips or tiles overlap, or hold more than the picture.");
  };
}
