/**
 * What an SVG takes (`engine/svg`), beside the raster that it is drawn to. Pure; of WASM memory, measured:
 *
 * | MiB                                  | 1600 × 1600 px |
 * |--------------------------------------|----------------|
 * | a logo                               | 23.7           |
 * | gradients, 46 KB of text             | 27.7           |
 * | one layer (blending, or a filter)    | 35.7–37.8      |
 *
 * The picture is there twice, and once more for each layer around what is drawn.
 */
import { MAX_SVG_BYTES } from "./budget.ts";
import type { Size } from "./job.ts";
import { area } from "./memory-sums.ts";

const MB = 1e6;

/** Longer ones are refused; what is not known is at most that. */
function textBytes(sourceBytes: number): number {
  return Math.min(sourceBytes, MAX_SVG_BYTES);
}

const MAX_ENTITY_CHARACTERS = 2 ** 20;
/** So that a short drawing may name its styles and namespaces as well. */
const FEW_CHARACTERS = 65_536;

/** Characters that references to entities of the file's own may come to, all together: they may double its text. */
export function svgEntityCharacters(sourceBytes: number): number {
  return Math.min(sourceBytes + FEW_CHARACTERS, MAX_ENTITY_CHARACTERS);
}

/** Sanitising: pieces of text, the whole, and its bytes. */
export function svgTextBytes(sourceBytes: number): number {
  return 8 * (textBytes(sourceBytes) + svgEntityCharacters(sourceBytes)) + MB;
}

/** Drawing, with an ordinary picture, and with one of many layers (groups, masks, filters): each is a raster. */
export function svgDrawingBytes(
  source: Size,
  sourceBytes: number,
): { readonly least: number; readonly most: number } {
  const px = area(source);
  const text = textBytes(sourceBytes);
  return {
    least: 12 * px + 10 * text + 6 * MB,
    most: 40 * px + 24 * text + 24 * MB,
  };
}
