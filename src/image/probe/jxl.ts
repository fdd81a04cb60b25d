import type { ColourModel, ColourProfile, Facts } from "../facts.ts";
import { BitReader } from "./bits.ts";
import { readBox } from "./bmff.ts";
import { factsOf } from "./facts.ts";
import { orientationOf } from "./orientation.ts";
import { type ByteReader, broken } from "./reader.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** JPEG XL, a bare codestream or in its container (ISO/IEC 18181-1 and 18181-2). */
export function probeJxl(r: ByteReader): Facts {
  const start = r.u16(0) === 0xff0a ? 0 : findCodestream(r);
  if (r.u16(start) !== 0xff0a) throw broken("The JPEG XL has no codestream.");
  const bits = new BitReader(r, start + 2);
  const size = readSize(bits);
  return factsOf({ format: "jxl", ...size, ...readMetadata(bits) });
}

/** Its orientation and not the Exif box's is the picture's, as 18181-2 has it. */
function findCodestream(r: ByteReader): number {
  let at = 0;
  for (;;) {
    const box = readBox(r, at);
    if (box.type === "jxlc") return box.start;
    // A partial codestream begins with its index; the first part comes first.
    if (box.type === "jxlp") return box.start + 4;
    if (box.end === Number.POSITIVE_INFINITY) throw broken("The JPEG XL has no codestream.");
    at = box.end;
  }
}

const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function readSize(b: BitReader): Size {
  const small = b.bool();
  const side = () => (small ? (b.u(5) + 1) * 8 : b.u32([1, 9], [1, 13], [1, 18], [1, 30]));
  const height = side();
  const ratio = RATIOS[b.u(3) - 1];
  return { width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side(), height };
}

type Metadata = Pick<Facts, "alpha" | "animated" | "bitDepth" | "colour" | "orientation"> & {
  readonly profile?: ColourProfile;
};

/** Only the header is read, and frames are entropy-coded, so that an animation's are not counted. */
function readMetadata(b: BitReader): Metadata {
  if (b.bool())
    return { orientation: 1, animated: false, bitDepth: 8, alpha: false, colour: "rgb" };
  const extra = b.bool();
  const orientation = extra ? orientationOf(1 + b.u(3)) : 1;
  if (extra && b.bool()) readSize(b);
  if (extra && b.bool()) skipPreview(b);
  const animated = extra && b.bool();
  if (animated) skipAnimation(b);
  const bitDepth = readBitDepth(b);
  b.skip(1); // modular_16bit_buffers
  const channels = b.u32([0, 0], [1, 0], [2, 4], [1, 12]);
  let alpha = false;
  for (let i = 0; i < channels; i++) alpha = readChannelIsAlpha(b) || alpha;
  b.skip(1); // xyb_encoded
  return { orientation, animated, bitDepth, alpha, ...readColour(b) };
}

function skipPreview(b: BitReader): void {
  const blocks = b.bool();
  const side = () =>
    blocks
      ? b.u32([16, 0], [32, 0], [1, 5], [33, 9])
      : b.u32([1, 6], [65, 8], [321, 10], [1345, 12]);
  side();
  if (b.u(3) === 0) side();
}

function skipAnimation(b: BitReader): void {
  b.u32([100, 0], [1000, 0], [1, 10], [1, 30]);
  b.u32([1, 0], [1001, 0], [1, 8], [1, 10]);
  b.u32([0, 0], [0, 3], [0, 16], [0, 32]);
  b.skip(1); // have_timecodes
}

function readBitDepth(b: BitReader): number {
  if (!b.bool()) return b.u32([8, 0], [10, 0], [12, 0], [1, 6]);
  const bits = b.u32([32, 0], [16, 0], [24, 0], [1, 6]);
  b.skip(4); // exponent bits
  return bits;
}

const ALPHA = 0;
const SPOT_COLOUR = 2;
const COLOUR_FILTER = 5;

function readChannelIsAlpha(b: BitReader): boolean {
  if (b.bool()) return true;
  const type = b.enumValue();
  readBitDepth(b);
  b.u32([0, 0], [3, 0], [4, 0], [1, 3]);
  b.skip(8 * b.u32([0, 0], [0, 4], [16, 5], [48, 10])); // the name
  if (type === ALPHA) b.skip(1); // alpha_associated
  if (type === SPOT_COLOUR) b.skip(4 * 16); // four half floats
  if (type === COLOUR_FILTER) b.u32([1, 0], [0, 2], [3, 4], [19, 8]);
  return type === ALPHA;
}

const RGB = 0;
const GRAY = 1;
const XYB = 2;
const CUSTOM = 2;
const D65 = 1;

/** An embedded ICC profile is itself compressed in the codestream, hence `unknown`. */
function readColour(b: BitReader): { colour: ColourModel; profile?: ColourProfile } {
  if (b.bool()) return { colour: "rgb", profile: "srgb" };
  const icc = b.bool();
  const space = b.enumValue();
  const colour = space === GRAY ? "gray" : "rgb";
  if (icc) return { colour, profile: "unknown" };
  if (space === XYB) return { colour, profile: "unknown" };
  const white = b.enumValue();
  if (white === CUSTOM) skipPoint(b);
  if (space === GRAY) return { colour, profile: "gray" };
  const primaries = b.enumValue();
  if (primaries === CUSTOM) for (let i = 0; i < 3; i++) skipPoint(b);
  const sound = space === RGB && white === D65 && transferIsNearSrgb(b);
  return { colour, profile: sound ? (PRIMARIES[primaries] ?? "unknown") : "unknown" };
}

function skipPoint(b: BitReader): void {
  for (let i = 0; i < 2; i++) b.u32([0, 19], [524288, 19], [1048576, 20], [2097152, 21]);
}

const PRIMARIES: Readonly<Record<number, ColourProfile>> = { 1: "srgb", 11: "display-p3" };

/** A gamma in units of 1e-7, or BT.709 (1) or sRGB (13). */
function transferIsNearSrgb(b: BitReader): boolean {
  if (b.bool()) {
    const gamma = b.u(24) / 1e7;
    return gamma > 0.4 && gamma < 0.5;
  }
  const transfer = b.enumValue();
  return transfer === 1 || transfer === 13;
}
