import { PictorError } from "../../errors.ts";
import type { Box } from "../../image/probe/bmff.ts";
import { type ByteReader, broken } from "../../image/probe/reader.ts";

/** Where the bytes of an item lie. */
export interface Location {
  /** 0: in the file, 1: in the `idat` box. 2, in another item, is not read. */
  readonly construction: number;
  readonly isElsewhere: boolean;
  readonly extents: readonly Extent[];
}

interface Extent {
  readonly offset: number;
  /** 0: as far as the source goes. */
  readonly length: number;
}

/** Reads numbers of 0, 4 or 8 bytes one after the other. */
class Fields {
  at: number;
  private readonly r: ByteReader;

  constructor(r: ByteReader, at: number) {
    this.r = r;
    this.at = at;
  }

  next(bytes: number): number {
    const from = this.at;
    this.at += bytes;
    if (bytes === 0) return 0;
    if (bytes === 2) return this.r.u16(from);
    if (bytes === 4) return this.r.u32(from);
    if (bytes === 8) return this.r.u64(from);
    throw broken(`The AVIF's \`iloc\` has numbers of ${bytes} bytes.`);
  }
}

/** `iloc` (ISO/IEC 14496-12 section 8.11.3), versions 0 to 2. The first entry of an item counts. */
export function readLocations(meta: ByteReader, { start, end }: Box): Map<number, Location> {
  const r = meta.part(0, end);
  const version = r.u8(start);
  if (version > 2) throw broken(`The AVIF's \`iloc\` has version ${version}.`);
  const [first, second] = [r.u8(start + 4), r.u8(start + 5)];
  const sizes = {
    offset: first >> 4,
    length: first & 15,
    base: second >> 4,
    index: version > 0 ? second & 15 : 0,
  };
  const fields = new Fields(r, start + 6);
  const locations = new Map<number, Location>();
  const count = fields.next(version < 2 ? 2 : 4);
  // Each entry has at least six bytes, so that the box bounds the loop.
  for (let i = 0; i < count; i++) {
    const id = fields.next(version < 2 ? 2 : 4);
    const construction = version > 0 ? fields.next(2) & 15 : 0;
    const isElsewhere = fields.next(2) !== 0;
    const extents = readExtents(fields, sizes);
    if (!locations.has(id)) locations.set(id, { construction, isElsewhere, extents });
  }
  return locations;
}

function readExtents(
  fields: Fields,
  sizes: { offset: number; length: number; base: number; index: number },
): readonly Extent[] {
  const base = fields.next(sizes.base);
  const count = fields.next(2);
  if (count > 1 && sizes.index + sizes.offset + sizes.length === 0) {
    throw broken("The AVIF's `iloc` has extents without a place.");
  }
  const extents: Extent[] = [];
  for (let i = 0; i < count; i++) {
    fields.next(sizes.index);
    const offset = base + fields.next(sizes.offset);
    extents.push({ offset, length: fields.next(sizes.length) });
  }
  return extents;
}

/** Views of the item's bytes. Together they are no longer than the file: extents that overlap would multiply it. */
export function bytesAt(
  location: Location | undefined,
  file: Uint8Array,
  idat: Uint8Array | undefined,
): readonly Uint8Array[] {
  if (location === undefined) throw broken("A picture of the AVIF has no place (`iloc`).");
  const { construction, isElsewhere, extents } = location;
  if (isElsewhere || construction > 1) {
    throw new PictorError("unsupported_format", {
      detail: "The source is an AVIF whose pictures lie in another file or item.",
    });
  }
  const source = construction === 0 ? file : idat;
  if (source === undefined) throw broken("The AVIF has no `idat` box.");
  let total = 0;
  return extents.map(({ offset, length }) => {
    const end = length === 0 ? source.length : offset + length;
    total += end - offset;
    if (end > source.length || offset >= end || total > file.length) {
      throw broken("A picture of the AVIF lies beyond the end of the file.");
    }
    return source.subarray(offset, end);
  });
}
