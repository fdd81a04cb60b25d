import type { CodedFacts, ColourModel } from "../facts.ts";
import { type Box, boxesIn, findBoxes } from "./bmff.ts";
import { av1SamplingOf, codingOf, isAlphaType } from "./heif-coding.ts";
import type { ByteReader } from "./reader.ts";

export interface Movie {
  readonly format: "avif" | "heic";
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly alpha: boolean;
  readonly bitDepth: number;
  readonly colour: ColourModel;
  /** AV1 only. */
  readonly coded?: readonly CodedFacts[];
}

/** The picture track of a `moov` box (an image sequence, ISO/IEC 23008-12 section 7); undefined if there is none. */
export function readMovie(moov: ByteReader): Movie | undefined {
  const { main, alpha } = readTracks(moov);
  if (main === undefined) return undefined;
  const { handler, stbl, entry, coded: own, ...facts } = main;
  const coded = own && [...own, ...(alpha?.coded ?? [])];
  return { ...facts, alpha: alpha !== undefined, ...(coded ? { coded } : {}) };
}

/** The picture's track and the one that holds its alpha. */
export function readTracks(moov: ByteReader): { main?: Track; alpha?: Track } {
  const boxes = [...boxesIn(moov)].filter(({ type }) => type === "trak");
  const tracks = boxes.flatMap((box) => readTrack(moov.part(box.start, box.end)) ?? []);
  const main = tracks.find(({ handler }) => handler === "pict");
  const alpha = tracks.find((track) => track.alpha);
  return { ...(main && { main }), ...(alpha && { alpha }) };
}

/** `alpha`: it is an auxiliary track that holds another's alpha. */
export interface Track extends Movie {
  readonly handler: string;
  /** Its sample tables, and its first sample entry. */
  readonly stbl: ByteReader;
  readonly entry: ByteReader;
}

function readTrack(trak: ByteReader): Track | undefined {
  const mdia = find(trak, ["mdia"]);
  const hdlr = mdia && find(mdia, ["hdlr"]);
  const stbl = mdia && find(mdia, ["minf", "stbl"]);
  const stsd = stbl && find(stbl, ["stsd"]);
  const stsz = stbl && find(stbl, ["stsz"]);
  if (!hdlr || !stsd || !stsz) return undefined;
  const handler = hdlr.text(8, 4);
  const box = [...boxesIn(stsd, 8)][0];
  const format = box && ENTRIES[box.type];
  if (format === undefined || box === undefined) return undefined;
  const entry = stsd.part(box.start, box.end);
  const frames = readSampleCount(stsz);
  return { handler, format, frames, stbl, entry, ...readEntry(entry) };
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
function readEntry(entry: ByteReader) {
  const configs = findBoxes(entry, ["av1C", "hvcC"], 78);
  const config = configs.get("av1C") ?? configs.get("hvcC");
  const coding = config
    ? codingOf(entry.part(config.start, config.end), config.type)
    : { bitDepth: 8, colour: "ycbcr" as const };
  const auxi = findBoxes(entry, ["auxi"], 78).get("auxi");
  const alpha = auxi !== undefined && isAlphaType(entry.part(auxi.start + 4, auxi.end));
  const [width, height] = [entry.u16(24), entry.u16(26)];
  const av1C = configs.get("av1C");
  const sampling = av1C && av1SamplingOf(entry.part(av1C.start, av1C.end));
  const coded = sampling && [
    { width, height, across: 1, bitDepth: coding.bitDepth, sampling, layers: 1 },
  ];
  return { width, height, alpha, ...coding, ...(coded ? { coded } : {}) };
}

/** `stsz`: where samples differ in size each has an entry, so that the table's own size bounds the count. */
function readSampleCount(stsz: ByteReader): number {
  const declared = stsz.u32(8);
  return stsz.u32(4) !== 0 ? declared : Math.min(declared, Math.floor((stsz.length - 12) / 4));
}
