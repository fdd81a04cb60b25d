/** Rows of the whole picture, in samples of 8 bits: from strips, tiles, and planes apart. */
import { chunkBytes, openChunk, samplesTogether } from "./chunks.ts";
import type { TiffLayout } from "./layout.ts";

/** Each has `samples` for each of `width` pixels, interleaved, and is valid until the next one is asked for. */
export function sampleRows(file: Uint8Array, layout: TiffLayout): Generator<Uint8Array> {
  return layout.planar ? interleaved(file, layout) : planeRows(file, layout, 0);
}

function* interleaved(file: Uint8Array, layout: TiffLayout): Generator<Uint8Array> {
  const { width, samples, height } = layout;
  const planes = Array.from({ length: samples }, (_, plane) => planeRows(file, layout, plane));
  const out = new Uint8Array(width * samples);
  for (let y = 0; y < height; y++) {
    planes.forEach((plane, sample) => {
      const row = plane.next().value as Uint8Array;
      for (let x = 0; x < width; x++) out[x * samples + sample] = row[x]!;
    });
    yield out;
  }
}

function planeRows(file: Uint8Array, layout: TiffLayout, plane: number): Generator<Uint8Array> {
  return layout.tiled ? tiledRows(file, layout, plane) : stripRows(file, layout, plane);
}

function* stripRows(file: Uint8Array, layout: TiffLayout, plane: number): Generator<Uint8Array> {
  const { chunk, height, down, width } = layout;
  const row = new Uint8Array(width * samplesTogether(layout));
  for (let strip = 0; strip < down; strip++) {
    const next = openChunk(layout, chunkBytes(file, layout, plane * down + strip));
    const rows = Math.min(chunk.height, height - strip * chunk.height);
    for (let y = 0; y < rows; y++) {
      next(row);
      yield row;
    }
  }
}

/** One row of tiles is held. */
function* tiledRows(file: Uint8Array, layout: TiffLayout, plane: number): Generator<Uint8Array> {
  const { chunk, height, width, across, down } = layout;
  const step = samplesTogether(layout);
  const [tileRow, wholeRow] = [chunk.width * step, across * chunk.width * step];
  const held = new Uint8Array(wholeRow * chunk.height);
  for (let below = 0; below < down; below++) {
    const rows = Math.min(chunk.height, height - below * chunk.height);
    for (let beside = 0; beside < across; beside++) {
      const index = (plane * down + below) * across + beside;
      const next = openChunk(layout, chunkBytes(file, layout, index));
      for (let y = 0; y < rows; y++) {
        const at = y * wholeRow + beside * tileRow;
        next(held.subarray(at, at + tileRow));
      }
    }
    for (let y = 0; y < rows; y++) {
      yield held.subarray(y * wholeRow, y * wholeRow + width * step);
    }
  }
}
