import type { ColourModel } from "../facts.ts";
import { type Box, boxesIn, findBoxes } from "./bmff.ts";
import { codingOf, isAlphaType } from "./heif-coding.ts";
import type { ByteReader } from "./reader.ts";

export interface Movie {
  readonly format: "avif" | "heic";
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly alpha: boolean;
  readonly bitDepth: number;
  readonly colour: ColourModel;
}

/** The picture track of a `moov` box (an image sequence, ISO/IEC 23008-12 section 7); undefined if there is none. */
export function readMovie(moov: ByteReader): Movie | undefined {
  const tracks = [...boxesIn(moov)].filter(({ type }) => type === "trak");
  const read = tracks.flatMap((box) => readTrack(moov.part(box.start, box.end)) ?? []);
  const main = read.find(({ handler }) => handler === "pict");
  if (main === undefined) return undefined;
  const { handler, ...facts } = main;
  return { ...facts, alpha: read.some((track) => track.alpha) };
}

/** `alpha`: it is an auxiliary track that holds another's alpha. */
type Track = Movie & { readonly handler: string };

function readTrack(trak: ByteReader): Track | undefined {
  const mdia = find(trak, ["mdia"]);
  const hdlr = mdia && find(mdia, ["hdlr"]);
  const stbl = mdia && find(mdia, ["minf", "stbl"]);
  const stsd = stbl && find(stbl, ["stsd"]);
  const stsz = stbl && find(stbl, ["stsz"]);
  if (!hdlr || !stsd || !stsz) return undefined;
  const handler = hdlr.text(8, 4);
  const entry = [...boxesIn(stsd, 8)][0];
  const format = entry && ENTRIES[entry.type];
  if (format === undefined || entry === undefined) return undefined;
  return { handler, format, frames: readSampleCount(stsz), ...readEntry(stsd, entry) };
}

const ENTRIES: Readonly<Record<string, "avif" | "heic">> = {
  av01: "avif",
  hvc1: "heic",
  hev1: "heic",
};

/** The content of a box at the end of a path of types. */
function find(r: ByteReader, path: readonly string[]): ByteReader | undefined {
  let current: ByteReader | undefined = r;
  for (const type of path) {
    const box: Box | undefined = current && findBoxes(current, [type]).get(type);
    current = box && current?.part(box.start, box.end);
  }
  return current;
}

/** A VisualSampleEntry (ISO/IEC 14496-12 section 12.1.3) with the codec's configuration behind its 78 bytes. */
function readEntry(stsd: ByteReader, { start, end }: Box) {
  const entry = stsd.part(start, end);
  const configs = findBoxes(entry, ["av1C", "hvcC"], 78);
  const config = configs.get("av1C") ?? configs.get("hvcC");
  const coding = config
    ? codingOf(entry.part(config.start, config.end), config.type)
    : { bitDepth: 8, colour: "ycbcr" as const };
  const auxi = findBoxes(entry, ["auxi"], 78).get("auxi");
  const alpha = auxi !== undefined && isAlphaType(entry.part(auxi.start + 4, auxi.end));
  return { width: entry.u16(24), height: entry.u16(26), alpha, ...coding };
}

/** `stsz`: where samples differ in size each has an entry, so that the table's own size bounds the count. */
function readSampleCount(stsz: ByteReader): number {
  const declared = stsz.u32(8);
  return stsz.u32(4) !== 0 ? declared : Math.min(declared, Math.floor((stsz.length - 12) / 4));
}
