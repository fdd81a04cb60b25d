import type { ColourModel, Facts } from "../facts.ts";
import { readExifOrientation } from "./exif.ts";
import { factsOf } from "./facts.ts";
import { MAX_PROFILE_BYTES, type ProfileFacts, readIcc } from "./icc.ts";
import { inflateStart } from "./inflate.ts";
import { nclxProfile } from "./nclx.ts";
import { readChromaticities } from "./png-chromaticities.ts";
import { ByteReader, broken, optional } from "./reader.ts";

interface ColourType {
  readonly colour: ColourModel;
  readonly alpha: boolean;
  readonly depths: readonly number[];
}

/** PNG third edition, table 8. */
const COLOUR_TYPES: Readonly<Record<number, ColourType>> = {
  0: { colour: "gray", alpha: false, depths: [1, 2, 4, 8, 16] },
  2: { colour: "rgb", alpha: false, depths: [8, 16] },
  3: { colour: "palette", alpha: false, depths: [1, 2, 4, 8] },
  4: { colour: "gray", alpha: true, depths: [8, 16] },
  6: { colour: "rgb", alpha: true, depths: [8, 16] },
};

/** The chunks before the pixels that matter here, each at its first appearance. */
type Chunks = ReadonlyMap<string, { readonly start: number; readonly end: number }>;
const WANTED = new Set(["tRNS", "eXIf", "iCCP", "sRGB", "cICP", "acTL", "gAMA", "cHRM"]);

/** PNG and APNG (PNG third edition, W3C). Checksums are the decoder's to verify. */
export function probePng(r: ByteReader): Facts {
  if (r.u32(8) !== 13 || r.text(12, 4) !== "IHDR")
    throw broken("The PNG does not begin with IHDR.");
  const bitDepth = r.u8(24);
  const type = COLOUR_TYPES[r.u8(25)];
  if (type === undefined || !type.depths.includes(bitDepth)) {
    throw broken(
      `The PNG has colour type ${r.u8(25)} with ${bitDepth} bits, which does not exist.`,
    );
  }
  const known = {
    format: "png",
    width: r.u32(16),
    height: r.u32(20),
    bitDepth,
    colour: type.colour,
    progressive: r.u8(28) === 1,
  } as const;
  // A broken size is answered before any more bytes are asked for.
  factsOf(known);
  const chunks = readChunks(r);
  const exif = chunks.get("eXIf");
  return factsOf({
    ...known,
    alpha: type.alpha || chunks.has("tRNS"),
    orientation: exif ? optional(() => readExifOrientation(r.slice(exif.start, exif.end)), 1) : 1,
    frames: optional(() => readFrameCount(r, chunks), 1),
    ...optional(() => readColour(r, chunks), {}),
  });
}

/** Walks to the first IDAT. When that is out of reach, what was found counts. */
function readChunks(r: ByteReader): Chunks {
  const chunks = new Map<string, { start: number; end: number }>();
  let at = 33;
  for (;;) {
    const start = at + 8;
    if (!r.reach(start)) return chunks;
    const type = r.text(at + 4, 4);
    if (type === "IDAT") return chunks;
    if (type === "IEND") throw broken("The PNG has no pixels.");
    const end = start + r.u32(at);
    if (WANTED.has(type) && !chunks.has(type)) {
      if (!r.reach(end)) return chunks;
      chunks.set(type, { start, end });
    }
    at = end + 4;
  }
}

/** Bytes of a frame's control chunk, without which there is no frame. */
const FRAME_CONTROL_BYTES = 38;

function readFrameCount(r: ByteReader, chunks: Chunks): number {
  const control = chunks.get("acTL");
  if (control === undefined) return 1;
  const declared = r.u32(control.start);
  return r.complete ? Math.min(declared, Math.floor(r.length / FRAME_CONTROL_BYTES)) : declared;
}

/**
 * In the order of PNG third edition section 4.3: cICP, iCCP, sRGB, then cHRM with gAMA. Of gAMA alone, nothing is told:
 * the decoder applies it where none of the others is there, as browsers do.
 */
function readColour(r: ByteReader, chunks: Chunks): ProfileFacts {
  const cicp = chunks.get("cICP");
  if (cicp !== undefined) {
    return nclxProfile(r.u8(cicp.start), r.u8(cicp.start + 1));
  }
  const iccp = chunks.get("iCCP");
  if (iccp !== undefined) {
    const data = r.slice(iccp.start, iccp.end);
    // A name of at most 79 bytes, NUL, the compression method (0 is zlib).
    const nul = data.subarray(0, 80).indexOf(0);
    if (nul < 0) return {};
    return readIcc(inflatedProfile(data.subarray(nul + 2)));
  }
  if (chunks.has("sRGB")) return { profile: "srgb" };
  const [chrm, gama] = [chunks.get("cHRM"), chunks.get("gAMA")];
  return chrm ? readChromaticities(r, chrm.start, gama?.start) : {};
}

/** What is inflated of a profile that does not say how long it is. */
const UNSAID_BYTES = 256 * 1024;

/** A profile begins with its length (ICC.1:2022 section 7.2.2); no more than that is inflated. */
function inflatedProfile(zlib: Uint8Array): Uint8Array {
  const start = inflateStart(zlib, 4);
  const length = optional(() => new ByteReader(start).u32(0), 0) || UNSAID_BYTES;
  return inflateStart(zlib, Math.min(length, MAX_PROFILE_BYTES));
}
