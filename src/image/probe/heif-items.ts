import { type Box, boxesIn, findBoxes } from "./bmff.ts";
import { isAlphaType } from "./heif-coding.ts";
import { type ByteReader, broken } from "./reader.ts";

export interface Item {
  readonly id: number;
  /** E.g. `av01`, `hvc1`, `grid`. */
  readonly type: string;
  /** In the order of their association; offsets are of the meta box's reader. */
  readonly properties: readonly Box[];
}

export interface Items {
  readonly primary: Item;
  /** An auxiliary item holds the primary item's (or its tiles') alpha. */
  readonly hasAlpha: boolean;
  /** Without a type and properties if there is no such item. */
  item(id: number): Item;
  /** The auxiliary item that holds an item's alpha. */
  alphaOf(item: Item): Item | undefined;
  /** The item's colours are multiplied with that alpha already (`prem`). */
  isPremultiplied(item: Item, alpha: Item): boolean;
  /** The item itself, or the first coded picture that it is derived from. */
  codedBy(item: Item): Item;
  /** Ids of the items that it is made from, in the order in which it uses them. */
  partsOf(item: Item): readonly number[];
}

/** The `meta` box of a picture (ISO/IEC 23008-12 section 6), read in one pass over each of its tables. */
export function readMeta(meta: ByteReader): Items {
  const boxes = findBoxes(meta, ["pitm", "iinf", "iprp", "iref"], 4);
  const box = (type: string) => {
    const found = boxes.get(type);
    if (found === undefined) throw broken(`The HEIF file has no \`${type}\` box.`);
    return found;
  };
  const types = readTypes(meta, box("iinf"));
  const properties = readProperties(meta, box("iprp"));
  const references = readReferences(meta, boxes.get("iref"));
  const item = (id: number): Item => ({
    id,
    type: types.get(id) ?? "",
    properties: properties.get(id) ?? [],
  });
  const primary = item(readPrimaryId(meta, box("pitm")));
  const codedBy = (from: Item) => {
    // Derivations of derivations exist (an identity of a grid); three steps reach what any writer makes.
    let current = from;
    for (let i = 0; i < 3; i++) {
      const next = references.derivedFrom.get(current.id)?.[0];
      if (next === undefined || !DERIVED_TYPES.has(current.type)) break;
      current = item(next);
    }
    return current;
  };
  const alphaOf = ({ id }: Item) => {
    for (const [from, to] of references.auxiliaryOf) {
      if (to === id && isAlpha(meta, item(from))) return item(from);
    }
    return undefined;
  };
  const hasAlpha = (alphaOf(primary) ?? alphaOf(codedBy(primary))) !== undefined;
  const partsOf = ({ id }: Item) => references.derivedFrom.get(id) ?? [];
  const isPremultiplied = (colour: Item, alpha: Item) =>
    references.premultiplied.some(([from, to]) => from === colour.id && to === alpha.id);
  return { primary, hasAlpha, item, alphaOf, isPremultiplied, codedBy, partsOf };
}

/** Items made from others by `dimg` references. */
export const DERIVED_TYPES: ReadonlySet<string> = new Set(["grid", "iovl", "iden", "tmap", "sato"]);

function readPrimaryId(meta: ByteReader, { start }: Box): number {
  return meta.u8(start) === 0 ? meta.u16(start + 4) : meta.u32(start + 4);
}

/** `iinf`: item ids and their types, from `infe` boxes of version 2 (16-bit ids) and 3 (32-bit). */
function readTypes(meta: ByteReader, iinf: Box): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  const first = meta.u8(iinf.start) === 0 ? 6 : 8;
  for (const { type, start } of boxesIn(meta.part(0, iinf.end), iinf.start + first)) {
    const version = meta.u8(start);
    if (type !== "infe" || version < 2) continue;
    const wide = version > 2;
    const id = wide ? meta.u32(start + 4) : meta.u16(start + 4);
    if (!types.has(id)) types.set(id, meta.text(start + (wide ? 10 : 8), 4));
  }
  return types;
}

/** `iprp`: the properties in `ipco`, associated with items by `ipma`, which may be several. */
function readProperties(meta: ByteReader, iprp: Box): ReadonlyMap<number, readonly Box[]> {
  const inside = meta.part(0, iprp.end);
  const ipco = findBoxes(inside, ["ipco"], iprp.start).get("ipco");
  if (ipco === undefined) throw broken("The HEIF file has no `ipco` box.");
  const all = [...boxesIn(meta.part(0, ipco.end), ipco.start)];
  const properties = new Map<number, Box[]>();
  for (const box of boxesIn(inside, iprp.start)) {
    if (box.type === "ipma") readAssociations(meta.part(0, box.end), box.start, all, properties);
  }
  return properties;
}

function readAssociations(
  r: ByteReader,
  start: number,
  all: readonly Box[],
  into: Map<number, Box[]>,
): void {
  const wideIds = r.u8(start) > 0;
  const wideIndexes = (r.u8(start + 3) & 1) === 1;
  const entries = r.u32(start + 4);
  let at = start + 8;
  for (let i = 0; i < entries && r.has(at + 3); i++) {
    const id = wideIds ? r.u32(at) : r.u16(at);
    at += wideIds ? 4 : 2;
    const count = r.u8(at++);
    const list = into.get(id) ?? [];
    into.set(id, list);
    for (let j = 0; j < count; j++, at += wideIndexes ? 2 : 1) {
      // The upper bit says that the property is essential; the index counts from 1.
      const index = wideIndexes ? r.u16(at) & 0x7fff : r.u8(at) & 0x7f;
      const box = all[index - 1];
      if (box !== undefined) list.push(box);
    }
  }
}

interface References {
  /** The items that each derived item is made from (`dimg`). */
  readonly derivedFrom: ReadonlyMap<number, readonly number[]>;
  /** Pairs of an auxiliary item and what it belongs to (`auxl`). */
  readonly auxiliaryOf: readonly Pair[];
  /** Pairs of a colour item and the alpha that it is multiplied with (`prem`). */
  readonly premultiplied: readonly Pair[];
}

type Pair = readonly [from: number, to: number];

function readReferences(meta: ByteReader, iref: Box | undefined): References {
  const derivedFrom = new Map<number, readonly number[]>();
  const pairs: Readonly<Record<string, Pair[]>> = { auxl: [], prem: [] };
  const references = { derivedFrom, auxiliaryOf: pairs.auxl!, premultiplied: pairs.prem! };
  if (iref === undefined) return references;
  const wide = meta.u8(iref.start) > 0;
  const id = (at: number) => (wide ? meta.u32(at) : meta.u16(at));
  const bytes = wide ? 4 : 2;
  for (const { type, start, end } of boxesIn(meta.part(0, iref.end), iref.start + 4)) {
    const count = meta.u16(start + bytes);
    const list = Object.hasOwn(pairs, type) ? pairs[type] : undefined;
    if (type !== "dimg" && list === undefined) continue;
    const from = id(start);
    const targets: number[] = [];
    for (let i = 0, at = start + bytes + 2; i < count && at + bytes <= end; i++, at += bytes) {
      targets.push(id(at));
    }
    if (list !== undefined) for (const to of targets) list.push([from, to]);
    else if (targets.length > 0 && !derivedFrom.has(from)) derivedFrom.set(from, targets);
  }
  return references;
}

/** What kind of auxiliary picture it is, `auxC` says, in text that ends with NUL. */
function isAlpha(meta: ByteReader, item: Item): boolean {
  const box = item.properties.find(({ type }) => type === "auxC");
  if (box === undefined) return false;
  return isAlphaType(meta.part(box.start + 4, box.end));
}
