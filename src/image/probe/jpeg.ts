import { PictorError } from "../../errors.ts";
import type { ColourModel, Facts, Orientation } from "../facts.ts";
import { joined } from "../joined.ts";
import { readExifOrientation } from "./exif.ts";
import { factsOf } from "./facts.ts";
import { type ProfileFacts, readIcc } from "./icc.ts";
import { type ByteReader, broken, optional } from "./reader.ts";

/** What a JPEG's segments say up to its first scan (ITU-T T.81 annex B). */
interface Segments {
  frame?: Frame;
  exif?: Orientation;
  jfif: boolean;
  adobe?: number;
  readonly icc: Map<number, Uint8Array>;
  iccTotal: number;
}

interface Frame {
  readonly process: NonNullable<Facts["jpegProcess"]>;
  readonly bitDepth: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

interface Component {
  readonly id: number;
  readonly h: number;
  readonly v: number;
}

/** A profile of 4 MiB has 65 segments, a file from an editor some dozens. */
const MAX_SEGMENTS = 10_000;

const SOF0 = 0xc0;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const SOF15 = 0xcf;
const EOI = 0xd9;
const SOS = 0xda;
const DHP = 0xde;

export function probeJpeg(r: ByteReader): Facts {
  const segments: Segments = { jfif: false, icc: new Map(), iccTotal: 0 };
  readSegments(r, segments);
  const frame = segments.frame;
  if (frame === undefined) throw broken("The JPEG has no frame header before its first scan.");
  if (frame.height === 0) {
    throw broken("The JPEG leaves its height to be said after the first scan (DNL).");
  }
  const sampling = samplingOf(frame.components);
  return factsOf({
    format: "jpeg",
    width: frame.width,
    height: frame.height,
    orientation: segments.exif ?? 1,
    bitDepth: frame.bitDepth,
    colour: colourOf(frame.components, segments),
    progressive: frame.process === "progressive" || frame.process === "arithmetic",
    jpegProcess: frame.process,
    ...(sampling === undefined ? {} : { sampling }),
    ...assembleIcc(segments),
  });
}

/** Walks the segments up to the first scan. With the frame known, an end out of reach is no error. */
function readSegments(r: ByteReader, segments: Segments): void {
  let at = 2;
  for (let count = 0; ; count++) {
    if (count > MAX_SEGMENTS) throw broken("The JPEG has too many segments before its first scan.");
    const from = at;
    const read = () => nextSegment(r, from);
    const segment = segments.frame === undefined ? read() : optional(read, undefined);
    if (segment === undefined) return;
    readSegment(segment.body, segment.code, segments);
    at = segment.end;
  }
}

/** The next segment that has a body; nothing at the first scan or the end of the picture. */
function nextSegment(
  r: ByteReader,
  from: number,
): { code: number; body: ByteReader; end: number } | undefined {
  let at = from;
  for (;;) {
    at = nextMarker(r, at);
    const code = r.u8(at++);
    if (code === SOS || code === EOI) return undefined;
    if (isBare(code)) continue;
    const start = at + 2;
    const end = at + r.u16(at);
    if (end < start) throw broken("The JPEG has a segment without a length.");
    return { code, body: r.part(start, end), end };
  }
}

/** Where the next marker's code is. Garbage before it is skipped, as libjpeg does, and so are fill bytes. */
function nextMarker(r: ByteReader, from: number): number {
  let at = from;
  for (;;) {
    at = r.bytes.indexOf(0xff, at);
    if (at < 0) at = r.length;
    while (r.u8(at) === 0xff) at++;
    if (r.u8(at) !== 0) return at;
  }
}

/** TEM, RSTn and SOI stand alone, without a length. */
function isBare(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= 0xd8);
}

function readSegment(s: ByteReader, code: number, segments: Segments): void {
  if (code === DHP) throw unsupported("a hierarchical JPEG");
  if (code >= SOF0 && code <= SOF15 && code !== DHT && code !== JPG && code !== DAC) {
    if (segments.frame !== undefined) throw broken("The JPEG has two frame headers.");
    segments.frame = readFrame(s, code);
  } else if (code === 0xe0) segments.jfif ||= starts(s, "JFIF\0");
  else if (code === 0xe1 && starts(s, "Exif\0\0")) segments.exif ??= readExifOrientation(s.bytes);
  else if (code === 0xe2 && starts(s, "ICC_PROFILE\0")) readIccChunk(s, segments);
  else if (code === 0xee && s.length >= 12 && starts(s, "Adobe")) segments.adobe = s.u8(11);
}

function starts(s: ByteReader, magic: string): boolean {
  return s.has(magic.length) && s.text(0, magic.length) === magic;
}

function readFrame(s: ByteReader, code: number): Frame {
  const count = s.u8(5);
  const components = Array.from({ length: count }, (_, i) => {
    const factors = s.u8(7 + i * 3);
    return { id: s.u8(6 + i * 3), h: factors >> 4, v: factors & 15 };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) {
    throw broken("The JPEG has an impossible sampling factor.");
  }
  const bitDepth = s.u8(0);
  if (bitDepth < 2 || bitDepth > 16) throw broken(`The JPEG has ${bitDepth} bits a sample.`);
  const process = processOf(code);
  return { process, bitDepth, height: s.u16(1), width: s.u16(3), components };
}

function processOf(code: number): Frame["process"] {
  if (code >= 0xc9 && code <= 0xcb) return "arithmetic";
  const names = { 192: "baseline", 193: "extended", 194: "progressive", 195: "lossless" } as const;
  if (code in names) return names[code as keyof typeof names];
  throw unsupported("a hierarchical JPEG");
}

/** As libjpeg guesses: JFIF means YCbCr, else Adobe's word counts, else the components' names. */
function colourOf(components: readonly Component[], segments: Segments): ColourModel {
  switch (components.length) {
    case 1:
      return "gray";
    case 3: {
      if (segments.jfif) return "ycbcr";
      if (segments.adobe !== undefined) return segments.adobe === 0 ? "rgb" : "ycbcr";
      return components.map(({ id }) => String.fromCharCode(id)).join("") === "RGB"
        ? "rgb"
        : "ycbcr";
    }
    case 4:
      return segments.adobe === 2 ? "ycck" : "cmyk";
    default:
      throw unsupported(`a JPEG with ${components.length} components`);
  }
}

const SAMPLINGS: Readonly<Record<string, string>> = {
  "1x1": "444",
  "2x1": "422",
  "2x2": "420",
  "1x2": "440",
  "4x1": "411",
  "4x2": "410",
};

function samplingOf(components: readonly Component[]): string | undefined {
  if (components.length === 1) return undefined;
  const factors = components.map(({ h, v }) => `${h}x${v}`);
  if (new Set(factors).size === 1) return "444";
  const full = factors.length === 4 ? factors[0] === factors[3] : true;
  const named = full && factors[1] === "1x1" && factors[2] === "1x1" && SAMPLINGS[factors[0] ?? ""];
  return named || factors.join(",");
}

/** ICC.1:2022 annex B.4: a sequence number (from 1) and their total before each part of the profile. */
function readIccChunk(s: ByteReader, segments: Segments): void {
  if (!s.has(14)) return;
  const sequence = s.u8(12);
  segments.iccTotal = s.u8(13);
  if (!segments.icc.has(sequence)) segments.icc.set(sequence, s.bytes.subarray(14));
}

/** The whole profile, or none: with a part missing it means nothing. */
function assembleIcc({ icc, iccTotal }: Segments): ProfileFacts {
  const parts: Uint8Array[] = [];
  for (let sequence = 1; sequence <= iccTotal; sequence++) {
    const part = icc.get(sequence);
    if (part === undefined) return {};
    parts.push(part);
  }
  return readIcc(parts.length === 1 ? parts[0]! : joined(parts));
}

function unsupported(what: string): PictorError {
  return new PictorError("unsupported_format", { detail: `The source is ${what}.` });
}
