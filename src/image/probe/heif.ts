import { PictorError } from "../../errors.ts";
import type { ColourModel, Facts, Orientation } from "../facts.ts";
import { type Box, content, printable, readBox } from "./bmff.ts";
import { factsOf } from "./facts.ts";
import { codedPictures } from "./heif-coded.ts";
import { codingOf } from "./heif-coding.ts";
import { DERIVED_TYPES, type Item, readMeta } from "./heif-items.ts";
import { type Movie, readMovie } from "./heif-movie.ts";
import { type ProfileFacts, readIcc } from "./icc.ts";
import { nclxProfile } from "./nclx.ts";
import { mirror, turnCounterClockwise } from "./orientation.ts";
import { type ByteReader, broken, optional } from "./reader.ts";

/**
 * AVIF and HEIC (ISO/IEC 23008-12, MIAF 23000-22, AV1 Image File Format): facts of the primary item.
 *
 * Orientation is what `irot` and `imir` say, in the order of their association. An Exif item's orientation is
 * ignored, as MIAF has it, and libavif, libheif and browsers do. Our decoder hands the pixels over as they are stored.
 */
export function probeHeif(r: ByteReader, ftyp: Box, brands: readonly string[]): Facts {
  const isSequence = brands.includes("avis") || brands.includes("hevc") || brands.includes("msf1");
  const top = findTop(r, ftyp.end, isSequence);
  const movie = optional(() => top.moov && readMovie(content(r, top.moov)), undefined);
  const frames = movie?.frames ?? 1;
  // With the movie out of reach, the brand is all that there is.
  const animated = isSequence && (frames > 1 || (movie === undefined && !r.complete));
  if (top.meta !== undefined) {
    const primary = readPrimary(content(r, top.meta));
    return factsOf({ ...primary, ...alphaOfMovie(primary, movie), frames, animated });
  }
  if (movie === undefined) throw broken("The HEIF file has no picture in it.");
  return factsOf({ ...movie, animated });
}

/** A sequence's alpha lies in a track of its own; where the primary item has none, the first frame is decoded instead. */
function alphaOfMovie(primary: PrimaryFacts, movie: Movie | undefined): Partial<Facts> {
  if (primary.alpha || !movie?.alpha) return {};
  return { alpha: true, ...(movie.coded ? { coded: movie.coded } : {}) };
}

/** Where a file's pictures are described. */
export interface Top {
  meta?: Box;
  moov?: Box;
}

/** `meta` is needed, `moov` is wanted in sequences. Boxes on the way are skipped by their size. */
export function findTop(r: ByteReader, start: number, isSequence: boolean): Top {
  const top: Top = {};
  let at = start;
  while (top.meta === undefined || (isSequence && top.moov === undefined)) {
    const from = at;
    const read = () => {
      // The end of the file is no error here.
      if (r.complete && from >= r.length) return undefined;
      return readBox(r, from);
    };
    const box =
      top.meta === undefined && top.moov === undefined ? read() : optional(read, undefined);
    if (box === undefined) break;
    if (box.type === "meta") top.meta ??= box;
    else if (box.type === "moov") top.moov ??= box;
    else if (box.type === "mini") throw unsupported("a HEIF file with a `mini` header");
    if (box.end === Number.POSITIVE_INFINITY) break;
    at = box.end;
  }
  return top;
}

type PrimaryFacts = Pick<
  Facts,
  "format" | "width" | "height" | "orientation" | "alpha" | "bitDepth" | "colour" | "coded"
> &
  ProfileFacts;

function readPrimary(meta: ByteReader): PrimaryFacts {
  const items = readMeta(meta);
  const { primary } = items;
  const coded = items.codedBy(primary);
  const format = FORMATS[coded.type];
  if (format === undefined) throw refusal(coded.type);
  const size = primary.properties.find(({ type }) => type === "ispe");
  if (size === undefined) throw broken("The HEIF's primary item has no size (`ispe`).");
  const [width, height] = [meta.u32(size.start + 4), meta.u32(size.start + 8)];
  if (format === "avif") {
    assertUncut(meta, primary, width, height);
  }
  return {
    format,
    width,
    height,
    orientation: orientationOfItem(meta, primary),
    alpha: items.hasAlpha,
    ...readCoding(meta, coded, primary),
    ...optional(() => readColourBoxes(meta, primary, coded), {}),
    ...(format === "avif"
      ? optional<Pick<Facts, "coded">>(() => codedPictures(meta, items), {})
      : {}),
  };
}

const FORMATS: Readonly<Record<string, "avif" | "heic">> = {
  av01: "avif",
  hvc1: "heic",
  hev1: "heic",
};

/**
 * A clean aperture (ISO/IEC 14496-12 section 12.1.4) cuts away what the author does not want seen. No plan can say
 * that yet, and showing more would be worse than a refusal; one that keeps everything does no harm.
 */
function assertUncut(meta: ByteReader, { properties }: Item, width: number, height: number): void {
  const clap = properties.find(({ type }) => type === "clap");
  if (clap === undefined) return;
  const kept = (at: number) => meta.u32(clap.start + at) / meta.u32(clap.start + at + 4);
  if (kept(0) !== width || kept(8) !== height) {
    throw unsupported("an AVIF with a clean aperture (`clap`), which is not cut out yet");
  }
}

/** Section 6.5.10 and 6.5.12: turns counter-clockwise; mirrors top to bottom (0) or left to right (1). */
function orientationOfItem(meta: ByteReader, item: Item): Orientation {
  let orientation: Orientation = 1;
  for (const { type, start } of item.properties) {
    if (type === "irot") orientation = turnCounterClockwise(orientation, meta.u8(start) & 3);
    if (type === "imir") orientation = mirror(orientation, meta.u8(start) & 1 ? "columns" : "rows");
  }
  return orientation;
}

/** Bit depth and model from the codec's configuration, else from `pixi`. */
function readCoding(meta: ByteReader, coded: Item, primary: Item) {
  const of = (item: Item, type: string) => item.properties.find((box) => box.type === type);
  const config = of(coded, "av1C") ?? of(coded, "hvcC");
  const read =
    config && optional(() => codingOf(meta.part(config.start, config.end), config.type), undefined);
  if (read !== undefined) return read;
  const pixi = of(primary, "pixi");
  const bitDepth = pixi ? optional(() => meta.u8(pixi.start + 5), 8) : 8;
  return { bitDepth, colour: "ycbcr" as ColourModel };
}

/** An ICC profile wins over code points. A matrix of 0 means that the planes are RGB. */
function readColourBoxes(meta: ByteReader, primary: Item, coded: Item) {
  const own = primary.properties.filter(({ type }) => type === "colr");
  const boxes = own.length > 0 ? own : coded.properties.filter(({ type }) => type === "colr");
  let icc: ProfileFacts = {};
  let nclx: ProfileFacts = {};
  let model: { colour?: ColourModel } = {};
  for (const { start, end } of boxes) {
    const kind = meta.text(start, 4);
    if (kind === "prof" || kind === "rICC") icc = readIcc(meta.slice(start + 4, end));
    if (kind !== "nclx") continue;
    nclx = nclxProfile(meta.u16(start + 4), meta.u16(start + 6));
    if (meta.u16(start + 8) === 0) model = { colour: "rgb" };
  }
  return { ...model, ...(icc.profile === undefined ? nclx : icc) };
}

/** A derived item that leads to no coded picture is broken; another codec's picture is only none that we know. */
function refusal(type: string): PictorError {
  if (type === "" || DERIVED_TYPES.has(type)) return broken("The HEIF's primary item is missing.");
  return unsupported(`a HEIF picture of type \`${printable(type)}\``);
}

function unsupported(what: string): PictorError {
  return new PictorError("unsupported_format", { detail: `The source is ${what}.` });
}
