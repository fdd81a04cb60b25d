import { type ByteReader, broken } from "../../image/probe/reader.ts";
import type { Av1Still } from "./av1.ts";

/** Least side of a tile, in px (MIAF, ISO/IEC 23000-22 section 7.3.11.4.2). It bounds how many there can be. */
const MIN_TILE_SIDE = 64;

/** A picture of one or more tiles, row by row; those at the right and bottom may reach beyond it. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tiles: readonly Av1Still[];
}

/** One picture that is coded as a whole. */
export function wholeOf(still: Av1Still): Grid {
  const { width, height } = still;
  return {
    width,
    height,
    columns: 1,
    rows: 1,
    tileWidth: width,
    tileHeight: height,
    tiles: [still],
  };
}

/** An `ImageGrid` (ISO/IEC 23008-12 section 6.6.2.3): how many tiles, and what they make up. */
export function readGrid(r: ByteReader): Pick<Grid, "rows" | "columns" | "width" | "height"> {
  if (r.u8(0) !== 0) throw broken("The AVIF's grid has an unknown version.");
  const wide = (r.u8(1) & 1) === 1;
  const [rows, columns] = [r.u8(2) + 1, r.u8(3) + 1];
  const width = wide ? r.u32(4) : r.u16(4);
  const height = wide ? r.u32(8) : r.u16(6);
  return { rows, columns, width, height };
}

/** Throws `broken_image` unless the tiles are there, alike, and just cover the picture. */
export function gridOf(
  { rows, columns, width, height }: Pick<Grid, "rows" | "columns" | "width" | "height">,
  tiles: readonly Av1Still[],
): Grid {
  const [first] = tiles;
  if (first === undefined || tiles.length !== rows * columns) {
    throw broken(`The AVIF's grid has ${rows}×${columns} tiles, but ${tiles.length} pictures.`);
  }
  const { width: tileWidth, height: tileHeight } = first;
  if (tiles.some((tile) => tile.width !== tileWidth || tile.height !== tileHeight)) {
    throw broken("The tiles of the AVIF's grid have different sizes.");
  }
  if (!covers(columns, tileWidth, width) || !covers(rows, tileHeight, height)) {
    throw broken("The tiles of the AVIF's grid do not cover the picture.");
  }
  if (tileWidth < MIN_TILE_SIDE || tileHeight < MIN_TILE_SIDE) {
    throw broken(`The tiles of the AVIF's grid are smaller than ${MIN_TILE_SIDE} pixels.`);
  }
  return { width, height, columns, rows, tileWidth, tileHeight, tiles };
}

/** All of the side, and the last tile is needed for it. */
function covers(count: number, tileSide: number, side: number): boolean {
  return count * tileSide >= side && (count - 1) * tileSide < side;
}
