/**
 * ICC profiles as ICC.1:2022 lays them out, made here: nothing of `src/` is used. Numbers are what a test says, so that
 * a conversion that mixes something up cannot pass.
 */

/** A tone curve: a gamma, a table, or a parametric one of type 0–4 with its parameters. */
export type Trc =
  | { readonly gamma: number }
  | { readonly table: readonly number[] }
  | { readonly type: number; readonly parameters: readonly number[] };

type Xyz = readonly [number, number, number];

const D50: Xyz = [0.9642, 1, 0.8249];
/** sRGB's, relative to D50. */
export const SRGB_COLORANTS: readonly [Xyz, Xyz, Xyz] = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];

export function matrixProfile({
  colorants = SRGB_COLORANTS,
  curves,
}: {
  readonly colorants?: readonly [Xyz, Xyz, Xyz];
  /** Of red, green, blue; the last one counts for those that are missing. */
  readonly curves: readonly Trc[];
}): Uint8Array {
  const trc = (i: number) => curve(curves[Math.min(i, curves.length - 1)]!);
  return profile("mntr", "RGB ", "XYZ ", [
    ["rXYZ", xyz(colorants[0])],
    ["gXYZ", xyz(colorants[1])],
    ["bXYZ", xyz(colorants[2])],
    ["rTRC", trc(0)],
    ["gTRC", trc(1)],
    ["bTRC", trc(2)],
  ]);
}

export function grayProfile(trc: Trc, pcs: "XYZ " | "Lab " = "XYZ "): Uint8Array {
  return profile("mntr", "GRAY", pcs, [["kTRC", curve(trc)]]);
}

type Lab = readonly [l: number, a: number, b: number];

/** A table of 8 or 16 bits (`mft1`, `mft2`) or the newer `mAB `, from a colour of 0–1 a channel to Lab. */
export function tableProfile(
  space: "RGB " | "CMYK",
  grid: number,
  labOf: (colour: readonly number[]) => Lab,
  kind: "mft1" | "mft2" | "mAB " = "mft2",
): Uint8Array {
  const channels = space === "CMYK" ? 4 : 3;
  const points = Array.from({ length: grid ** channels }, (_, i) =>
    Array.from(
      { length: channels },
      (_, channel) => (Math.floor(i / grid ** (channels - 1 - channel)) % grid) / (grid - 1),
    ),
  );
  const values = points.map(labOf);
  const content = { mft1, mft2, "mAB ": mab }[kind](channels, grid, values);
  return profile("prtr", space, "Lab ", [["A2B0", content]], kind === "mAB " ? 4 : 2);
}

/** 8 bits: L* 0–100 is 0–255, a* and b* are at 128. */
function mft1(channels: number, grid: number, values: readonly Lab[]): Buffer {
  const identity = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const clut = Buffer.from(
    values.flatMap(([l, a, b]) => [(l * 255) / 100, a + 128, b + 128].map(clamped(255))),
  );
  return Buffer.concat([
    lutHead("mft1", channels, grid),
    ...Array(channels).fill(identity),
    clut,
    ...Array(3).fill(identity),
  ]);
}

/** 16 bits in the older way: L* 100 is 0xff00, a* and b* of 0 are 0x8000. */
function mft2(channels: number, grid: number, values: readonly Lab[]): Buffer {
  const line = words([0, 65535]);
  const clut = words(
    values.flatMap(([l, a, b]) =>
      [(l * 65280) / 100, (a + 128) * 256, (b + 128) * 256].map(clamped(65535)),
    ),
  );
  return Buffer.concat([
    lutHead("mft2", channels, grid),
    words([2, 2]),
    ...Array(channels).fill(line),
    clut,
    ...Array(3).fill(line),
  ]);
}

function lutHead(type: string, channels: number, grid: number): Buffer {
  const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1].map((n) => n * 65536);
  return Buffer.concat([bytes(type, 0), Buffer.from([channels, 3, grid, 0]), bytes(...matrix)]);
}

/** lutAToBType: curves A, a table of 16 bits, curves B; L* 100 is 0xffff, a* and b* of 0 are 0x8080. */
function mab(channels: number, grid: number, values: readonly Lab[]): Buffer {
  const line = bytes("curv", 0, 0);
  const clut = Buffer.concat([
    Buffer.from([...Array(channels).fill(grid), ...Array(16 - channels).fill(0), 2, 0, 0, 0]),
    words(
      values.flatMap(([l, a, b]) =>
        [(l * 65535) / 100, (a + 128) * 257, (b + 128) * 257].map(clamped(65535)),
      ),
    ),
  ]);
  const b = Buffer.concat(Array(3).fill(line));
  const a = Buffer.concat(Array(channels).fill(line));
  const padded = Buffer.concat([clut], Math.ceil(clut.length / 4) * 4);
  const start = 32;
  const offsets = [start, 0, 0, start + b.length, start + b.length + padded.length];
  return Buffer.concat([
    bytes("mAB ", 0),
    Buffer.from([channels, 3, 0, 0]),
    bytes(...offsets),
    b,
    padded,
    a,
  ]);
}

function clamped(most: number) {
  return (value: number) => Math.min(Math.max(Math.round(value), 0), most);
}

function curve(trc: Trc): Buffer {
  if ("gamma" in trc) return bytes("curv", 0, 1, Math.round(trc.gamma * 256) << 16);
  if ("table" in trc) {
    return Buffer.concat([bytes("curv", 0, trc.table.length), words(trc.table)]);
  }
  return bytes("para", 0, trc.type << 16, ...trc.parameters.map(fixed));
}

function xyz(value: Xyz): Buffer {
  return bytes("XYZ ", 0, ...value.map(fixed));
}

function fixed(value: number): number {
  return Math.round(value * 65536);
}

/** Header (section 7.2), tag table (7.3), tags at multiples of four. */
function profile(
  device: string,
  space: string,
  pcs: string,
  own: readonly (readonly [string, Buffer])[],
  version = 2,
): Uint8Array {
  const text = Buffer.from("none\0");
  const name =
    version === 4
      ? Buffer.concat([bytes("mluc", 0, 1, 12, "enUS", 8, 28), Buffer.from("\0T\0e\0s\0t")])
      : Buffer.concat([bytes("desc", 0, 5), Buffer.from("Test\0"), Buffer.alloc(78)]);
  const tags = [
    ["desc", name],
    ["cprt", version === 4 ? name : Buffer.concat([bytes("text", 0), text])],
    ["wtpt", xyz(D50)],
    ...own,
  ] as const;
  let at = 128 + 4 + 12 * tags.length;
  const table = [bytes(tags.length)];
  const contents: Buffer[] = [];
  for (const [tag, content] of tags) {
    table.push(bytes(tag, at, content.length));
    contents.push(Buffer.concat([content], Math.ceil(content.length / 4) * 4));
    at += contents.at(-1)!.length;
  }
  const start = bytes(at, 0, version << 24, device, space, pcs, 0, 0, 0, "acsp");
  const rest = bytes(0, 0, 0, 0, 0, 0, 0, ...D50.map(fixed));
  const header = Buffer.concat([start, rest], 128);
  return new Uint8Array(Buffer.concat([header, ...table, ...contents]));
}

/** Four bytes each: text as it is, numbers big-endian. */
function bytes(...parts: readonly (string | number)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part, "latin1");
      const four = Buffer.alloc(4);
      four.writeUInt32BE(part >>> 0);
      return four;
    }),
  );
}

function words(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    buffer.writeUInt16BE(value, i * 2);
  });
  return buffer;
}
