import type { Rect, Size } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { crop } from "./crop.ts";
import { lanczos3, type Weights } from "./lanczos.ts";
import { createRaster } from "./pixels.ts";

/**
 * Resizes the picture to `size` with Lanczos3 and answers the `extract` window of the result; nothing outside the
 * window is computed. Alpha is premultiplied in the arithmetic, so that the colour of transparent pixels cannot
 * bleed; beyond an edge its pixels are repeated. Works on sRGB-coded values, as browsers and sharp do by default.
 *
 * Memory beside the result: one row of floats for each vertical tap.
 */
export function resize(source: Raster, size: Size, extract: Rect): Raster {
  if (size.width === source.width && size.height === source.height) return crop(source, extract);
  const across = lanczos3(source.width, size.width, extract.x, extract.width);
  const down = lanczos3(source.height, size.height, extract.y, extract.height);
  const result = createRaster(extract.width, extract.height);
  const rows = createRowRing(source, across, down.taps);
  const sum = new Float32Array(extract.width * 4);
  for (let y = 0; y < extract.height; y++) {
    sum.fill(0);
    for (let t = 0; t < down.taps; t++) {
      const weight = down.weight[y * down.taps + t]!;
      if (weight !== 0) addRow(sum, rows(clamp(down.first[y]! + t, source.height)), weight);
    }
    writeRow(sum, result, y);
  }
  return result;
}

/**
 * Source rows, resized across, each computed once: the window of rows that the taps look at only moves down, so a
 * ring of `taps` rows holds all that are still needed.
 */
function createRowRing(source: Raster, across: Weights, taps: number) {
  const line = new Float32Array(source.width * 4);
  const ring = Array.from({ length: taps }, () => new Float32Array(across.first.length * 4));
  const holds = new Int32Array(taps).fill(-1);
  return (y: number): Float32Array => {
    const slot = y % taps;
    const row = ring[slot]!;
    if (holds[slot] !== y) {
      holds[slot] = y;
      premultiplyRow(source, y, line);
      resizeRow(line, across, row);
    }
    return row;
  };
}

function resizeRow(line: Float32Array, { taps, first, weight }: Weights, row: Float32Array): void {
  const width = line.length / 4;
  for (let x = 0; x < first.length; x++) {
    let r = 0;
    let g = 0;
    let b = 0;
    let a = 0;
    for (let t = 0; t < taps; t++) {
      const w = weight[x * taps + t]!;
      const i = clamp(first[x]! + t, width) * 4;
      r += w * line[i]!;
      g += w * line[i + 1]!;
      b += w * line[i + 2]!;
      a += w * line[i + 3]!;
    }
    row[x * 4] = r;
    row[x * 4 + 1] = g;
    row[x * 4 + 2] = b;
    row[x * 4 + 3] = a;
  }
}

function premultiplyRow({ width, data }: Raster, y: number, line: Float32Array): void {
  const start = y * width * 4;
  for (let i = 0; i < line.length; i += 4) {
    const a = data[start + i + 3]!;
    const share = a / 255;
    line[i] = data[start + i]! * share;
    line[i + 1] = data[start + i + 1]! * share;
    line[i + 2] = data[start + i + 2]! * share;
    line[i + 3] = a;
  }
}

function addRow(sum: Float32Array, row: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * row[i]!;
}

/** Back to straight alpha. The clamped array clips what Lanczos overshoots. */
function writeRow(sum: Float32Array, { width, data }: Raster, y: number): void {
  const start = y * width * 4;
  for (let i = 0; i < sum.length; i += 4) {
    const a = Math.min(sum[i + 3]!, 255);
    if (a <= 0) continue;
    const share = 255 / a;
    data[start + i] = sum[i]! * share;
    data[start + i + 1] = sum[i + 1]! * share;
    data[start + i + 2] = sum[i + 2]! * share;
    data[start + i + 3] = a;
  }
}

function clamp(i: number, length: number): number {
  return i < 0 ? 0 : i >= length ? length - 1 : i;
}
