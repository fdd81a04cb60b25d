/**
 * Where a picture draws the eye, without faces: each cell of a grid by how its colour differs from the picture's margin
 * (what surrounds a subject is mostly what the picture's edges show), by the edges in it, and by saturation. The
 * features are those of smartcrop.js and of boundary priors (Wei et al., "Geodesic Saliency Using Background Priors",
 * 2012), in one pass over a small picture. Colours of skin do not count: people are found by their faces, and a sunset
 * has those colours, too.
 */
import type { Raster } from "../raster.ts";
import { scaledRgb } from "./scaled.ts";

export interface Saliency {
  readonly columns: number;
  readonly rows: number;
  /** 0–255 each, row by row. All 0 when nothing stands out. */
  readonly cells: Uint8Array;
}

/** Px of the copy a cell, each way, and most cells of a side. */
const CELL = 8;
const MOST_CELLS = 32;

const WEIGHTS = { contrast: 1, edges: 0.6, saturation: 0.25 } as const;

export function saliencyOf(raster: Raster): Saliency {
  const longest = Math.max(raster.width, raster.height);
  const cellsOf = (side: number) => Math.max(1, Math.round((side / longest) * MOST_CELLS));
  const [columns, rows] = [cellsOf(raster.width), cellsOf(raster.height)];
  const [width, height] = [columns * CELL, rows * CELL];
  const rgb = scaledRgb(raster, width, height);
  const lab = opponentOf(rgb);
  const margin = marginOf(lab, width, height);
  const sums = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
      sums[cell]! += salienceAt(rgb, lab, margin, width, height, x, y);
    }
  }
  return { columns, rows, cells: levelled(sums) };
}

function salienceAt(
  rgb: Float32Array,
  lab: Float32Array,
  margin: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const at = (y * width + x) * 3;
  const [r, g, b] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
  const light = lab[at]!;
  const right = x + 1 < width ? lab[at + 3]! : light;
  const below = y + 1 < height ? lab[at + width * 3]! : light;
  const edges = Math.min(1, Math.hypot(right - light, below - light) / 60);
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const isLit = most > 40 && light < 245;
  const saturation = isLit ? (most - least) / most : 0;
  return (
    WEIGHTS.contrast * contrastTo(margin, lab, at) +
    WEIGHTS.edges * edges +
    WEIGHTS.saturation * saturation * saturation
  );
}

/** Light, red against green, yellow against blue: all in levels of 255. */
function opponentOf(rgb: Float32Array): Float32Array {
  const result = new Float32Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
    result[i] = 0.299 * r + 0.587 * g + 0.114 * b;
    result[i + 1] = r - g;
    result[i + 2] = (r + g) / 2 - b;
  }
  return result;
}

/** Places of the margin that are compared with, spread evenly over the four edges. */
const SAMPLES = 64;
/** So many of them must be alike for a colour to be the background's. */
const ALIKE = 6;

/** Colours along the edges, without the corners twice. */
function marginOf(lab: Float32Array, width: number, height: number): Float32Array {
  const places: number[] = [];
  for (let x = 0; x < width; x++) places.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) places.push(y * width, y * width + width - 1);
  const count = Math.min(SAMPLES, places.length);
  const result = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const at = places[Math.floor((i * places.length) / count)]! * 3;
    result.set(lab.subarray(at, at + 3), i * 3);
  }
  return result;
}

/** 0–1: how far the colour is from the sixth nearest one of the margin, so that a subject at the edge still counts. */
function contrastTo(margin: Float32Array, lab: Float32Array, at: number): number {
  const nearest = new Array<number>(ALIKE).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < margin.length; i += 3) {
    const [l, a, b] = [
      margin[i]! - lab[at]!,
      margin[i + 1]! - lab[at + 1]!,
      margin[i + 2]! - lab[at + 2]!,
    ];
    const distance = l * l + 0.5 * (a * a + b * b);
    if (distance >= nearest[ALIKE - 1]!) continue;
    let k = ALIKE - 1;
    for (; k > 0 && nearest[k - 1]! > distance; k--) nearest[k] = nearest[k - 1]!;
    nearest[k] = distance;
  }
  const last = nearest[ALIKE - 1]!;
  return Number.isFinite(last) ? Math.min(1, Math.sqrt(last) / 128) : 0;
}

/** What all cells have is taken off: an even picture has nothing that stands out. */
function levelled(sums: Float32Array): Uint8Array {
  const sorted = [...sums].sort((a, b) => a - b);
  const floor = sorted[Math.floor(sorted.length / 2)]!;
  const full = CELL * CELL;
  return Uint8Array.from(sums, (sum) =>
    Math.min(255, Math.max(0, Math.round(((sum - floor) / full) * 255))),
  );
}
