/** SSIMULACRA2 (libjxl's metric: 100 is identical, 90 hardly visible, 70 good) by its Rust port in WASM. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  calc_s2,
  get_buffer,
  initSync,
  new_buffer,
  remove_buffer,
} from "calc-s2-rust/calc_s2_rust.js";
import type { Rect } from "../../../src/image/job.ts";
import { mean } from "../statistics.ts";
import type { Picture } from "./reference.ts";

/**
 * The port holds all its planes at once; larger pictures are scored in parts. Small parts, and several: so the
 * sample is spread over the picture.
 */
const TILE = 320;
/** Of a larger picture some tiles, evenly spread: 2.4 µs a pixel are too long for all. */
const MAX_TILES = 2;

const require = createRequire(import.meta.url);
const wasm = initSync(readFileSync(require.resolve("calc-s2-rust/calc_s2_rust_bg.wasm")));

/** Mean over tiles. */
export function ssimulacra2(reference: Picture, result: Picture): number {
  return mean(
    tilesOf(reference).map((tile) => scoreOf(cut(reference, tile), cut(result, tile), tile)),
  );
}

function tilesOf({ width, height }: Picture): Rect[] {
  const columns = parts(width);
  const tiles = parts(height).flatMap(({ from: y, length: tileHeight }) =>
    columns.map(({ from: x, length }) => ({ x, y, width: length, height: tileHeight })),
  );
  if (tiles.length <= MAX_TILES) return tiles;
  const centre = (i: number) => Math.floor(((i + 0.5) * tiles.length) / MAX_TILES);
  return Array.from({ length: MAX_TILES }, (_, i) => tiles[centre(i)]!);
}

/** Equal parts of at most `TILE`. */
function parts(length: number): { readonly from: number; readonly length: number }[] {
  const count = Math.ceil(length / TILE);
  const edge = (i: number) => Math.floor((i * length) / count);
  return Array.from({ length: count }, (_, i) => ({
    from: edge(i),
    length: edge(i + 1) - edge(i),
  }));
}

function cut({ rgb, width }: Picture, tile: Rect): Uint8Array {
  const part = new Uint8Array(tile.width * tile.height * 3);
  for (let y = 0; y < tile.height; y++) {
    const from = ((tile.y + y) * width + tile.x) * 3;
    part.set(rgb.subarray(from, from + tile.width * 3), y * tile.width * 3);
  }
  return part;
}

function scoreOf(a: Uint8Array, b: Uint8Array, { width, height }: Rect): number {
  return quietly(() => {
    fill("a", a);
    fill("b", b);
    const score = calc_s2("a", "b", width, height);
    remove_buffer("a");
    remove_buffer("b");
    return score;
  });
}

function fill(key: string, bytes: Uint8Array): void {
  new_buffer(key, bytes.length);
  const at = get_buffer(key);
  // Only now: the memory may have grown.
  new Uint8Array(wasm.memory.buffer).set(bytes, at);
}

/** The port tells every call. */
function quietly<Result>(run: () => Result): Result {
  const { log } = console;
  console.log = () => {};
  try {
    return run();
  } finally {
    console.log = log;
  }
}
