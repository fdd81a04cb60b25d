import { PictorError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import { content, findBoxes, printable } from "../../image/probe/bmff.ts";
import { findTop } from "../../image/probe/heif.ts";
import { sizeOf } from "../../image/probe/heif-coded.ts";
import { type Item, type Items, readMeta } from "../../image/probe/heif-items.ts";
import { ByteReader, broken } from "../../image/probe/reader.ts";
import type { Av1Still } from "./av1.ts";
import { type Grid, gridOf, readGrid, wholeOf } from "./grid.ts";
import { bytesAt, readLocations } from "./locations.ts";
import { type Nclx, readNclx } from "./nclx.ts";
import { firstFrame } from "./sequence.ts";

/** What of an AVIF file is to be decoded. */
export interface AvifPictures {
  readonly colour: Grid;
  readonly alpha?: Grid;
  /** The colours are multiplied with alpha already. */
  readonly premultiplied: boolean;
  readonly nclx?: Nclx;
}

/**
 * The primary item with its alpha; or a sequence's first frame, if there is no such item or it lacks the alpha that the
 * sequence has (`facts.alpha`). Nothing is copied.
 * @throws PictorError `broken_image`, `unsupported_format`
 */
export function readPictures(file: Uint8Array, facts: Pick<Facts, "alpha">): AvifPictures {
  const r = new ByteReader(file);
  const ftyp = findBoxes(r, ["ftyp"]).get("ftyp");
  if (ftyp === undefined) throw broken("The AVIF has no `ftyp` box.");
  const { meta, moov } = findTop(r, ftyp.end, facts.alpha);
  const primary = meta && new Pictures(content(r, meta), file).read();
  if (primary !== undefined && (primary.alpha !== undefined || !facts.alpha)) return primary;
  if (moov === undefined) throw broken("The AVIF has no picture in it, or no alpha.");
  return firstFrame(content(r, moov), file);
}

/** The items of one `meta` box. */
class Pictures {
  private readonly meta: ByteReader;
  private readonly items: Items;
  /** An item's bytes. */
  private readonly bytesOf: (item: Item) => readonly Uint8Array[];

  constructor(meta: ByteReader, file: Uint8Array) {
    this.meta = meta;
    this.items = readMeta(meta);
    const boxes = findBoxes(meta, ["iloc", "idat"], 4);
    const [iloc, idat] = [boxes.get("iloc"), boxes.get("idat")];
    if (iloc === undefined) throw broken("The AVIF has no `iloc` box.");
    const locations = readLocations(meta, iloc);
    const data = idat && meta.slice(idat.start, idat.end);
    this.bytesOf = ({ id }) => bytesAt(locations.get(id), file, data);
  }

  read(): AvifPictures {
    const { items } = this;
    const colour = this.source(items.primary);
    const alphaItem = items.alphaOf(colour.item);
    const alpha = alphaItem ? this.source(alphaItem).grid : this.alphaOfTiles(colour);
    const nclx = this.nclxOf(items.primary) ?? this.nclxOf(items.codedBy(items.primary));
    return {
      colour: colour.grid,
      ...(alpha ? { alpha } : {}),
      premultiplied: alphaItem !== undefined && items.isPremultiplied(colour.item, alphaItem),
      ...(nclx ? { nclx } : {}),
    };
  }

  private nclxOf(item: Item): Nclx | undefined {
    return readNclx(this.meta, item.properties);
  }

  /** The item that is coded or a grid, at the end of at most three identities (`iden`). */
  private source(from: Item): { item: Item; grid: Grid; tiles: readonly Item[] } {
    let item = from;
    for (let i = 0; i < 3 && item.type === "iden"; i++) {
      item = this.items.item(this.items.partsOf(item)[0] ?? 0);
    }
    if (item.type === "av01") return { item, grid: wholeOf(this.stillOf(item)), tiles: [item] };
    if (item.type !== "grid")
      throw unsupported(`an AVIF picture of type \`${printable(item.type)}\``);
    const description = concat(this.bytesOf(item));
    const tiles = this.items.partsOf(item).map((id) => this.items.item(id));
    const grid = gridOf(
      readGrid(new ByteReader(description)),
      tiles.map((tile) => this.stillOf(tile)),
    );
    return { item, grid, tiles };
  }

  /** Some writers give each tile an alpha of its own, instead of the grid. */
  private alphaOfTiles({ grid, tiles }: { grid: Grid; tiles: readonly Item[] }): Grid | undefined {
    if (grid.tiles.length === 1) return undefined;
    const found = tiles.map((tile) => this.items.alphaOf(tile));
    if (found.every((alpha) => alpha === undefined)) return undefined;
    const stills = found.flatMap((alpha) => (alpha ? [this.stillOf(alpha)] : []));
    return gridOf(grid, stills);
  }

  private stillOf(item: Item): Av1Still {
    if (item.type !== "av01")
      throw unsupported(`an AVIF of tiles of type \`${printable(item.type)}\``);
    const of = (type: string) => item.properties.find((box) => box.type === type);
    const lsel = of("lsel");
    if (lsel !== undefined && this.meta.u16(lsel.start) !== ALL_LAYERS) {
      throw unsupported("an AVIF that shows one of its layers (`lsel`)");
    }
    const a1op = of("a1op");
    const operatingPoint = a1op ? this.meta.u8(a1op.start) : 0;
    if (operatingPoint > 31) throw broken("The AVIF names an operating point beyond 31.");
    return { parts: this.bytesOf(item), ...sizeOf(this.meta, item), operatingPoint };
  }
}

/** `lsel`: no layer is chosen (ISO/IEC 23008-12 section 6.5.11). */
const ALL_LAYERS = 0xffff;

/** A grid's description has 8 or 12 bytes. */
function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part.subarray(0, 16)]));
}

function unsupported(what: string): PictorError {
  return new PictorError("unsupported_format", { detail: `The source is ${what}.` });
}
