/** Metadata of an AVIF: items that describe the primary one (ISO/IEC 23008-12 annex A.2, A.3). */
import { PictorError } from "../../errors.ts";
import { joined } from "../../image/joined.ts";
import { type FoundMetadata, MAX_BLOCK_BYTES } from "../../image/metadata/blocks.ts";
import { boxesIn, content, findBoxes } from "../../image/probe/bmff.ts";
import { ByteReader } from "../../image/probe/reader.ts";
import { bytesAt, readLocations } from "../avif/locations.ts";

/** Most entries that are looked at. */
const MAX_ITEMS = 10_000;
const XMP_TYPE = "application/rdf+xml";

/** What cannot be read is not there. */
export function metadataInAvif(file: Uint8Array): FoundMetadata {
  try {
    return read(file);
  } catch (error) {
    if (error instanceof PictorError) return {};
    throw error;
  }
}

function read(file: Uint8Array): FoundMetadata {
  const top = new ByteReader(file);
  const box = findBoxes(top, ["meta"]).get("meta");
  if (box === undefined) return {};
  const meta = content(top, box);
  const boxes = findBoxes(meta, ["iinf", "iloc", "idat"], 4);
  const [iinf, iloc, idat] = [boxes.get("iinf"), boxes.get("iloc"), boxes.get("idat")];
  if (!iinf || !iloc) return {};
  const ids = itemsIn(meta.part(0, iinf.end), iinf.start);
  const locations = readLocations(meta, iloc);
  const data = idat && meta.slice(idat.start, idat.end);
  const item = (id: number | undefined) =>
    id === undefined ? undefined : short(bytesAt(locations.get(id), file, data));
  const exif = withoutOffset(item(ids.exif));
  const xmp = item(ids.xmp);
  return { ...(exif && { exif }), ...(xmp && { xmp }) };
}

/** `iinf`: the first items of their types, from `infe` boxes of version 2 (16-bit ids) and 3 (32-bit). */
function itemsIn(meta: ByteReader, start: number): { exif?: number; xmp?: number } {
  const ids: { exif?: number; xmp?: number } = {};
  let count = 0;
  for (const box of boxesIn(meta, start + (meta.u8(start) === 0 ? 6 : 8))) {
    if (++count > MAX_ITEMS) break;
    const version = meta.u8(box.start);
    if (box.type !== "infe" || version < 2) continue;
    const isWide = version > 2;
    const id = isWide ? meta.u32(box.start + 4) : meta.u16(box.start + 4);
    const at = box.start + (isWide ? 10 : 8);
    const type = meta.text(at, 4);
    if (type === "Exif") ids.exif ??= id;
    // Behind the type are the item's name and the type of its content, each ended by NUL.
    else if (type === "mime" && contentType(meta.part(at + 4, box.end)) === XMP_TYPE)
      ids.xmp ??= id;
  }
  return ids;
}

function contentType(r: ByteReader): string {
  const name = r.bytes.indexOf(0);
  const end = r.bytes.indexOf(0, name + 1);
  return name < 0 ? "" : r.text(name + 1, (end < 0 ? r.length : end) - name - 1);
}

function short(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return length > MAX_BLOCK_BYTES ? undefined : joined(parts);
}

/** In front of the block is where in it its TIFF header begins. */
function withoutOffset(item: Uint8Array | undefined): Uint8Array | undefined {
  if (item === undefined || item.length < 4) return undefined;
  const offset = new ByteReader(item).u32(0);
  return offset <= item.length - 4 ? item.subarray(4 + offset) : undefined;
}
