/** What drawing an SVG takes (`engine/svg`), beside the raster that it hands over. Pure; measured (see below). */
import type { Size } from "./job.ts";
import { area } from "./memory-sums.ts";

const MB = 1e6;

/** Bytes with an ordinary picture, and with one of many layers (groups, masks, filters): each is a raster. */
export function svgDrawingBytes(
  source: Size,
  sourceBytes: number,
): { readonly least: number; readonly most: number } {
  const px = area(source);
  return {
    least: 8 * px + 12 * sourceBytes + 6 * MB,
    most: 40 * px + 24 * sourceBytes + 24 * MB,
  };
}
