/** Lines and numbers on a raster, for people who want to see what was found. */
import type { Colour, Rect, Size } from "../job.ts";
import type { Raster } from "../raster.ts";

/** A copy over white, dimmed to a half outside `lit` (in px). */
export function dimmed({ width, height, data }: Raster, lit: Rect): Raster {
  const drawn = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    const isRow = y >= lit.y && y < lit.y + lit.height;
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const alpha = data[at + 3]! / 255;
      const light = isRow && x >= lit.x && x < lit.x + lit.width ? 1 : 0.5;
      for (let c = 0; c < 3; c++) {
        drawn[at + c] = light * (data[at + c]! * alpha + 255 * (1 - alpha));
      }
      drawn[at + 3] = 255;
    }
  }
  return { width, height, data: drawn };
}

/** Fills a rectangle, as far as it lies on the raster. */
export function fill({ width, height, data }: Raster, rect: Rect, { r, g, b }: Colour): void {
  const [left, right] = [
    Math.max(0, Math.round(rect.x)),
    Math.min(width, Math.round(rect.x + rect.width)),
  ];
  const [top, bottom] = [
    Math.max(0, Math.round(rect.y)),
    Math.min(height, Math.round(rect.y + rect.height)),
  ];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) data.set([r, g, b, 255], (y * width + x) * 4);
  }
}

/** The edges of a rectangle, inside of it. */
export function outline(raster: Raster, rect: Rect, colour: Colour): void {
  const line = lineOf(raster);
  const { x, y, width, height } = rect;
  fill(raster, { x, y, width, height: line }, colour);
  fill(raster, { x, y: y + height - line, width, height: line }, colour);
  fill(raster, { x, y, width: line, height }, colour);
  fill(raster, { x: x + width - line, y, width: line, height }, colour);
}

export function cross(raster: Raster, x: number, y: number, colour: Colour): void {
  const line = lineOf(raster);
  const arm = 6 * line;
  fill(raster, { x: x - arm, y: y - line / 2, width: 2 * arm, height: line }, colour);
  fill(raster, { x: x - line / 2, y: y - arm, width: line, height: 2 * arm }, colour);
}

/** Three columns by five rows of bits a digit, row by row. */
const DIGITS = [
  0x7b6f, 0x2c97, 0x73e7, 0x73cf, 0x5bc9, 0x79cf, 0x79ef, 0x7249, 0x7bef, 0x7bcf,
] as const;

/** A whole number, on a patch of black, its top left corner at `x`, `y`. */
export function number(raster: Raster, value: number, x: number, y: number, colour: Colour): void {
  const dot = lineOf(raster);
  const digits = [...String(Math.max(0, Math.round(value)))].map(Number);
  const patch = { x, y, width: (digits.length * 4 + 1) * dot, height: 7 * dot };
  fill(raster, patch, { r: 0, g: 0, b: 0, a: 255 });
  digits.forEach((digit, place) => {
    for (let bit = 0; bit < 15; bit++) {
      if (((DIGITS[digit]! >> (14 - bit)) & 1) === 0) continue;
      const left = x + (place * 4 + 1 + (bit % 3)) * dot;
      const top = y + (1 + Math.floor(bit / 3)) * dot;
      fill(raster, { x: left, y: top, width: dot, height: dot }, colour);
    }
  });
}

/** Px: two for a picture of 500. */
function lineOf({ width, height }: Size): number {
  return Math.max(1, Math.round(Math.max(width, height) / 250));
}
