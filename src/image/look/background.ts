/** `background=auto`: the colour that most of the picture's edges have. */
import type { Findings, Search } from "../findings.ts";
import type { Colour, Rect } from "../job.ts";
import type { Raster } from "../raster.ts";
import { showsBackground, WHITE } from "../surround.ts";

/** Cells of the histogram: 8 for each channel. */
const SHIFT = 5;
const CELLS = 1 << (3 * (8 - SHIFT));
/** Levels that a colour may be away to count as the same, as the eye sees a plain wall or sky. */
const NEAR = 24;
/** The mean of what is near moves by less than a level after a few steps. */
const STEPS = 4;

export const background: Search = {
  isWanted: (transform, _, facts) =>
    transform.background === "auto" && showsBackground(transform, facts),
  side: 64,
  find: (raster, _, { content }): Findings => ({ background: edgeColour(raster, content) }),
};

/** Opaque; white where most of the edge is transparent. `content`: the part of the copy that is kept, 0–1. */
export function edgeColour(raster: Raster, content?: Rect): Colour {
  const edge = edgePixels(raster, content);
  const opaque = edge.filter(({ a }) => a >= 128);
  if (opaque.length * 2 < edge.length) return WHITE;
  let colour = fullestCell(opaque);
  for (let step = 0; step < STEPS; step++) colour = meanNear(opaque, colour);
  const { r, g, b } = colour;
  return { r: Math.round(r), g: Math.round(g), b: Math.round(b), a: 255 };
}

/** The outermost pixels of the part. */
function edgePixels(raster: Raster, content: Rect = { x: 0, y: 0, width: 1, height: 1 }): Colour[] {
  const [left, right] = span(content.x, content.width, raster.width);
  const [top, bottom] = span(content.y, content.height, raster.height);
  const pixels: Colour[] = [];
  for (let y = top; y <= bottom; y++) {
    const inner = y > top && y < bottom;
    // Of a row in between, its two ends alone.
    const step = inner ? Math.max(1, right - left) : 1;
    for (let x = left; x <= right; x += step) pixels.push(pixelAt(raster, x, y));
  }
  return pixels;
}

/** First and last sample. */
function span(start: number, length: number, all: number): [first: number, last: number] {
  const first = Math.min(all - 1, Math.round(start * all));
  return [first, Math.max(first, Math.min(all, Math.round((start + length) * all)) - 1)];
}

function pixelAt({ data, width }: Raster, x: number, y: number): Colour {
  const at = (y * width + x) * 4;
  return { r: data[at] ?? 0, g: data[at + 1] ?? 0, b: data[at + 2] ?? 0, a: data[at + 3] ?? 0 };
}

/** Mean of the pixels in the cell of the histogram that most of them are in. */
function fullestCell(pixels: readonly Colour[]): Colour {
  const counts = new Uint32Array(CELLS);
  for (const pixel of pixels) counts[cellOf(pixel)]! += 1;
  const fullest = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
  return mean(pixels.filter((pixel) => cellOf(pixel) === fullest));
}

function cellOf({ r, g, b }: Colour): number {
  const bits = 8 - SHIFT;
  return ((r >> SHIFT) << (2 * bits)) | ((g >> SHIFT) << bits) | (b >> SHIFT);
}

/** A cell's edge may run through a colour: the mean of all that is near takes both sides in. */
function meanNear(pixels: readonly Colour[], { r, g, b }: Colour): Colour {
  const near = pixels.filter((pixel) => {
    return Math.hypot(pixel.r - r, pixel.g - g, pixel.b - b) <= NEAR;
  });
  return near.length === 0 ? { r, g, b, a: 255 } : mean(near);
}

function mean(pixels: readonly Colour[]): Colour {
  const total = { r: 0, g: 0, b: 0 };
  for (const { r, g, b } of pixels) {
    total.r += r;
    total.g += g;
    total.b += b;
  }
  const count = pixels.length;
  return { r: total.r / count, g: total.g / count, b: total.b / count, a: 255 };
}
