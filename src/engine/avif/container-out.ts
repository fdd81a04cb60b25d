/**
 * Writes an AVIF file: ISO/IEC 14496-12 boxes around one AV1 still picture (AV1-ISOBMFF, AV1 Image File Format 1.1,
 * MIAF), and one more for alpha.
 */
import type { Gamut, Size } from "../../image/job.ts";
import { joined } from "../../image/joined.ts";
import type { KeptMetadata } from "../../image/metadata/blocks.ts";
import { av1Configuration, isWithinBrand, withoutDelimiter } from "./av1-header.ts";

export interface AvifPicture extends Size {
  /** The colour item as the encoder gives it: a temporal unit. */
  readonly colour: Uint8Array;
  readonly alpha?: Uint8Array | undefined;
  readonly matrix: number;
  /** The colour item is luma alone. */
  readonly isGrey: boolean;
  readonly gamut?: Gamut | undefined;
  readonly metadata?: KeptMetadata | undefined;
}

const COLOUR_ID = 1;
const ALPHA_ID = 2;
const EXIF_ID = 3;
const XMP_ID = 4;
const ALPHA_TYPE = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
/** ColourPrimaries of BT.709, which are sRGB's, and of SMPTE EG 432; TransferCharacteristics of sRGB, also Display P3's. */
const PRIMARIES: Readonly<Record<Gamut, number>> = { srgb: 1, "display-p3": 12 };
const TRANSFER_SRGB = 13;
const FULL_RANGE = 0x80;

export function writeAvif(picture: AvifPicture): Uint8Array<ArrayBuffer> {
  const colour = withoutDelimiter(picture.colour);
  const alpha = picture.alpha && withoutDelimiter(picture.alpha);
  const head = fileType(colour);
  // Alpha first: a reader that shows what has come so far needs it with the first rows of colour.
  const described = descriptions(picture.metadata);
  const items = [
    ...(alpha ? [{ id: ALPHA_ID, data: alpha }] : []),
    { id: COLOUR_ID, data: colour },
    ...described,
  ];
  // All offsets have four bytes, so the box is as long with the right ones as without.
  const start = head.length + meta(picture, colour, alpha, items, described, 0).length + 8;
  return joined([
    head,
    meta(picture, colour, alpha, items, described, start),
    box("mdat", ...items.map(({ data }) => data)),
  ]);
}

function fileType(colour: Uint8Array): Uint8Array {
  const brand = isWithinBrand(colour);
  const brands = ["avif", "mif1", "miaf", ...(brand ? [brand] : [])];
  return box("ftyp", text("avif"), u32(0), ...brands.map(text));
}

interface Item {
  readonly id: number;
  readonly data: Uint8Array;
}

function meta(
  picture: AvifPicture,
  colour: Uint8Array,
  alpha: Uint8Array | undefined,
  items: readonly Item[],
  described: readonly Description[],
  start: number,
): Uint8Array {
  const references = [
    ...(alpha ? [box("auxl", u16(ALPHA_ID), u16(1), u16(COLOUR_ID))] : []),
    ...described.map(({ id }) => box("cdsc", u16(id), u16(1), u16(COLOUR_ID))),
  ];
  return fullBox(
    "meta",
    0,
    fullBox("hdlr", 0, u32(0), text("pict"), u32(0), u32(0), u32(0), text("\0")),
    fullBox("pitm", 0, u16(COLOUR_ID)),
    locations(items, start),
    information(alpha !== undefined, described),
    ...(references.length > 0 ? [fullBox("iref", 0, ...references)] : []),
    properties(picture, colour, alpha),
  );
}

/** An item that says something of the picture (ISO/IEC 23008-12 annex A). */
interface Description extends Item {
  /** Of its `infe` box: type, name, and of `mime` the type of its content. */
  readonly entry: Uint8Array;
}

/** No picture that is to be shown by itself. */
const HIDDEN = 1;

/** Exif has in front where in it its TIFF header begins: at once. */
function descriptions({ exif, xmp }: KeptMetadata = {}): readonly Description[] {
  return [
    ...(exif ? [{ id: EXIF_ID, entry: text("Exif\0"), data: joined([u32(0), exif]) }] : []),
    ...(xmp ? [{ id: XMP_ID, entry: text("mime\0application/rdf+xml\0"), data: xmp }] : []),
  ];
}

/** Version 0: item ids of two bytes, offsets from the file's start and lengths of four, one extent each. */
function locations(items: readonly Item[], start: number): Uint8Array {
  let at = start;
  const entries = items.map(({ id, data }) => {
    const entry = joined([u16(id), u16(0), u16(1), u32(at), u32(data.length)]);
    at += data.length;
    return entry;
  });
  return fullBox("iloc", 0, u8(0x44), u8(0), u16(items.length), ...entries);
}

function information(hasAlpha: boolean, described: readonly Description[]): Uint8Array {
  const ids = hasAlpha ? [COLOUR_ID, ALPHA_ID] : [COLOUR_ID];
  const entries = ids.map((id) =>
    fullBox(
      "infe",
      2 << 24,
      u16(id),
      u16(0),
      text("av01"),
      text(id === COLOUR_ID ? "Color\0" : "Alpha\0"),
    ),
  );
  const others = described.map(({ id, entry }) =>
    fullBox("infe", (2 << 24) | HIDDEN, u16(id), u16(0), entry),
  );
  return fullBox("iinf", 0, u16(ids.length + others.length), ...entries, ...others);
}

/** Properties are counted from 1; a reader that does not know an essential one must not show the item. */
const ESSENTIAL = 0x80;

function properties(
  { width, height, matrix, isGrey, gamut }: AvifPicture,
  colour: Uint8Array,
  alpha: Uint8Array | undefined,
): Uint8Array {
  const all = [
    fullBox("ispe", 0, u32(width), u32(height)),
    isGrey ? fullBox("pixi", 0, u8(1), u8(8)) : fullBox("pixi", 0, u8(3), u8(8), u8(8), u8(8)),
    box("av1C", av1Configuration(colour)),
    box(
      "colr",
      text("nclx"),
      u16(PRIMARIES[gamut ?? "srgb"]),
      u16(TRANSFER_SRGB),
      u16(matrix),
      u8(FULL_RANGE),
    ),
  ];
  const ofColour = [u16(COLOUR_ID), u8(4), u8(1), u8(2), u8(ESSENTIAL | 3), u8(4)];
  if (!alpha) return box("iprp", box("ipco", ...all), fullBox("ipma", 0, u32(1), ...ofColour));
  all.push(
    fullBox("pixi", 0, u8(1), u8(8)),
    box("av1C", av1Configuration(alpha)),
    fullBox("auxC", 0, text(ALPHA_TYPE)),
  );
  const ofAlpha = [u16(ALPHA_ID), u8(4), u8(1), u8(5), u8(ESSENTIAL | 6), u8(7)];
  return box("iprp", box("ipco", ...all), fullBox("ipma", 0, u32(2), ...ofColour, ...ofAlpha));
}

function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((total, part) => total + part.length, 8);
  return joined([u32(length), text(type), ...parts]);
}

/** `head`: version in the upper byte, flags below. */
function fullBox(type: string, head: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return box(type, u32(head), ...parts);
}

function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** ASCII. */
function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
