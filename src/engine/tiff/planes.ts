/** Rows of the whole picture, in samples of 8 bits: from strips, tiles, and planes apart. */
import { chunkBytes, type NextRow, openChunk, samplesTogether } from "./chunks.ts";
import type { TiffLayout } from "./layout.ts";
import { budgetOf, type Spend } from "./work.ts";

/** Each has `samples` for each of `width` pixels, interleaved, and is valid until the next one is asked for. */
export function sampleRows(file: Uint8Array, layout: TiffLayout): Generator<Uint8Array> {
  const reading = { file, layout, spend: budgetOf(layout, file.length) };
  return layout.planar ? interleaved(reading) : planeRows(reading, 0);
}

interface Reading {
  readonly file: Uint8Array;
  readonly layout: TiffLayout;
  /** Shared by all strips or tiles of all planes. */
  readonly spend: Spend;
}

function* interleaved(reading: Reading): Generator<Uint8Array> {
  const { width, samples, height } = reading.layout;
  const planes = Array.from({ length: samples }, (_, plane) => planeRows(reading, plane));
  const out = new Uint8Array(width * samples);
  for (let y = 0; y < height; y++) {
    planes.forEach((plane, sample) => {
      const row = plane.next().value as Uint8Array;
      for (let x = 0; x < width; x++) out[x * samples + sample] = row[x]!;
    });
    yield out;
  }
}

function planeRows(reading: Reading, plane: number): Generator<Uint8Array> {
  return reading.layout.tiled ? tiledRows(reading, plane) : stripRows(reading, plane);
}

function openAt({ file, layout, spend }: Reading, index: number): NextRow {
  return openChunk(layout, chunkBytes(file, layout, index), spend);
}

function* stripRows(reading: Reading, plane: number): Generator<Uint8Array> {
  const { layout } = reading;
  const { chunk, height, down, width } = layout;
  const row = new Uint8Array(width * samplesTogether(layout));
  for (let strip = 0; strip < down; strip++) {
    const next = openAt(reading, plane * down + strip);
    const rows = Math.min(chunk.height, height - strip * chunk.height);
    for (let y = 0; y < rows; y++) {
      next(row);
      yield row;
    }
  }
}

/** One row of tiles is held. */
function* tiledRows(reading: Reading, plane: number): Generator<Uint8Array> {
  const { layout } = reading;
  const { chunk, height, width, across, down } = layout;
  const step = samplesTogether(layout);
  const [tileRow, wholeRow] = [chunk.width * step, across * chunk.width * step];
  const held = new Uint8Array(wholeRow * chunk.height);
  for (let below = 0; below < down; below++) {
    const rows = Math.min(chunk.height, height - below * chunk.height);
    for (let beside = 0; beside < across; beside++) {
      const index = (plane * down + below) * across + beside;
      const next = openAt(reading, index);
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
