/**
 * What an even border surrounds. A pixel belongs to the border when no channel of it is further from the border's
 * colour than the tolerance; alpha counts, and of what is transparent nothing else does.
 */
import type { Colour, Rect } from "../job.ts";
import type { Raster } from "../raster.ts";

/** Longest side of the copy that is searched, in px: exact for pictures that are no larger. */
export const TRIM_SIDE = 1024;

/**
 * In parts of the raster; `undefined` when nothing is to be cut off, or all. `colour`: of the border; absent, the one
 * that most corners have. `tolerance`: 0–255.
 */
export function contentOf(
  raster: Raster,
  tolerance: number,
  colour?: Colour | undefined,
): Rect | undefined {
  const { width, height } = raster;
  const isBorder = borderTest(
    raster,
    colour ? channelsOf(colour) : corner(raster, tolerance),
    tolerance,
  );
  const rows = span(height, (y) => isEven(width, (x) => isBorder(x, y)));
  if (!rows) return undefined;
  const columns = span(width, (x) => isEven(height, (y) => isBorder(x, y)));
  if (!columns) return undefined;
  const [top, bottom] = rows;
  const [left, right] = columns;
  if (right - left === width && bottom - top === height) return undefined;
  return {
    x: left / width,
    y: top / height,
    width: (right - left) / width,
    height: (bottom - top) / height,
  };
}

/** First and end of what is not even from outside; nothing when all of it is. */
function span(
  length: number,
  isEmpty: (line: number) => boolean,
): readonly [first: number, end: number] | undefined {
  let first = 0;
  while (first < length && isEmpty(first)) first++;
  if (first === length) return undefined;
  let end = length;
  while (isEmpty(end - 1)) end--;
  return [first, end];
}

function isEven(length: number, isBorder: (place: number) => boolean): boolean {
  for (let place = 0; place < length; place++) if (!isBorder(place)) return false;
  return true;
}

/** Red, green, blue multiplied with alpha, and alpha. */
type Channels = readonly [number, number, number, number];

function channelsOf({ r, g, b, a }: Colour): Channels {
  return [(r * a) / 255, (g * a) / 255, (b * a) / 255, a];
}

function borderTest({ width, data }: Raster, border: Channels, tolerance: number) {
  return (x: number, y: number): boolean => {
    const at = (y * width + x) * 4;
    const alpha = data[at + 3]!;
    if (Math.abs(alpha - border[3]) > tolerance) return false;
    for (let c = 0; c < 3; c++) {
      if (Math.abs((data[at + c]! * alpha) / 255 - border[c]!) > tolerance) return false;
    }
    return true;
  };
}

/** The mean of the largest group of corners that look alike; of groups of one size the one that comes first. */
function corner({ width, height, data }: Raster, tolerance: number): Channels {
  const places = [0, width - 1, (height - 1) * width, height * width - 1];
  const corners = places.map((place) => {
    const [r, g, b, a] = data.subarray(place * 4, place * 4 + 4);
    return channelsOf({ r: r!, g: g!, b: b!, a: a! });
  });
  const groups = corners.map((one) => corners.filter((other) => isAlike(one, other, tolerance)));
  const largest = groups.reduce((most, group) => (group.length > most.length ? group : most));
  const mean = (c: number) => largest.reduce((sum, one) => sum + one[c]!, 0) / largest.length;
  return [mean(0), mean(1), mean(2), mean(3)];
}

function isAlike(a: Channels, b: Channels, tolerance: number): boolean {
  return a.every((channel, c) => Math.abs(channel - b[c]!) <= tolerance);
}
