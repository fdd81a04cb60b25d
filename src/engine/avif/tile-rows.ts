import { broken } from "../../image/probe/reader.ts";
import type { Av1Decoder, Av1Layout, Av1Picture } from "./av1.ts";
import type { Grid } from "./grid.ts";

/** Where a plane's rows go: `at` is the place of row `first`, rows follow each other every `width` bytes. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly width: number;
}

/**
 * A grid's rows from top to bottom. Only the tiles of one row of them are decoded at a time, and they are let go when a
 * row below them is asked for.
 */
export class TileRows {
  readonly layout: Av1Layout;
  private readonly decoder: Av1Decoder;
  private readonly grid: Grid;
  /** Alpha has full range, whatever range it was coded in. */
  private readonly stretch: boolean;
  private row = -1;
  private tiles: readonly Av1Picture[] = [];

  constructor(decoder: Av1Decoder, grid: Grid, { stretch }: { readonly stretch: boolean }) {
    this.decoder = decoder;
    this.grid = grid;
    this.stretch = stretch;
    const first = this.decodeTile(0);
    this.layout = first.layout;
    assertSeams(grid, first.layout);
    this.tiles = [first];
    this.row = 0;
    this.completeRow();
  }

  /** The end of the row of tiles that luma row `y` lies in. */
  tileEnd(y: number): number {
    const { tileHeight, height } = this.grid;
    return Math.min((Math.floor(y / tileHeight) + 1) * tileHeight, height);
  }

  /** Copies rows of a plane (up to `MAX_ROWS` of `av1.h`, in the plane's own rows), which lie in one row of tiles. */
  copy(plane: number, first: number, count: number, { bytes, at, width }: Target): void {
    const ss_x = plane === 0 ? 0 : this.layout.subsampling_x;
    const ss_y = plane === 0 ? 0 : this.layout.subsampling_y;
    const rowsOfTile = (this.grid.tileHeight + ss_y) >> ss_y;
    const columnsOfTile = (this.grid.tileWidth + ss_x) >> ss_x;
    const row = Math.floor(first / rowsOfTile);
    this.moveTo(row);
    for (const [i, tile] of this.tiles.entries()) {
      const from = tile.rows(plane, first - row * rowsOfTile, count, this.stretch);
      const left = i * columnsOfTile;
      const columns = Math.min(columnsOfTile, width - left);
      for (let y = 0; y < count; y++) {
        const start = y * columnsOfTile;
        bytes.set(from.subarray(start, start + columns), at + y * width + left);
      }
    }
  }

  private moveTo(row: number): void {
    if (row === this.row) return;
    if (row < this.row) throw new Error("rows come from top to bottom");
    for (const tile of this.tiles) tile.release();
    this.tiles = [];
    this.row = row;
    this.completeRow();
  }

  private completeRow(): void {
    const { columns } = this.grid;
    const tiles = [...this.tiles];
    for (let i = tiles.length; i < columns; i++) {
      tiles.push(this.decodeTile(this.row * columns + i));
    }
    for (const { layout } of tiles) assertAlike(layout, this.layout);
    this.tiles = tiles;
  }

  private decodeTile(index: number): Av1Picture {
    return this.decoder.decode(this.grid.tiles[index]!);
  }
}

/** Chroma samples of subsampled tiles would straddle a seam at an odd place (MIAF section 7.3.11.4.2). */
function assertSeams(grid: Grid, { subsampling_x, subsampling_y }: Av1Layout): void {
  const across = grid.columns > 1 && subsampling_x === 1 && grid.tileWidth % 2 === 1;
  const down = grid.rows > 1 && subsampling_y === 1 && grid.tileHeight % 2 === 1;
  if (across || down)
    throw broken("The tiles of the AVIF's grid have odd sides, but subsampled chroma.");
}

const ALIKE = [
  "depth",
  "monochrome",
  "subsampling_x",
  "subsampling_y",
  "matrix",
  "full_range",
] as const;

function assertAlike(tile: Av1Layout, first: Av1Layout): void {
  if (ALIKE.every((name) => tile[name] === first[name])) return;
  throw broken("The tiles of the AVIF's grid are coded in different ways.");
}
