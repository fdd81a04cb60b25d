import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readLayout } from "../../../src/engine/tiff/layout.ts";
import { sampleRows } from "../../../src/engine/tiff/planes.ts";
import { PictorError } from "../../../src/errors.ts";
import { ByteReader } from "../../../src/image/probe/reader.ts";
import { type TiffWishes, tiffFile } from "./files.ts";

const NONE = 1;
const LZW = 5;
const DEFLATE = 8;
const PACKBITS = 32_773;

const gray: TiffWishes = { width: 1, height: 1, photometric: 1, bits: [8], chunks: [] };

/** One pixel, or as many as the codes make, of a value of 7. */
function codes(all: readonly number[]): readonly number[] {
  const bits = all.map((code) => code.toString(2).padStart(9, "0")).join("");
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte, 2));
}

function zlib(bytes: Uint8Array): readonly number[] {
  return [...deflateSync(bytes)];
}

/** A strip a row, of 1 px, all of them the same bytes. */
function rowsOf(height: number, compression: number, strip: readonly number[], more = {}) {
  const chunks = new Array<readonly number[]>(height).fill(strip);
  return tiffFile({ ...gray, height, rowsPerStrip: 1, compression, chunks, ...more });
}

/** How many rows come, and why no more do. */
function read(file: Uint8Array): { readonly rows: number; readonly refusal?: string } {
  let rows = 0;
  try {
    for (const _ of sampleRows(file, readLayout(new ByteReader(file)))) rows++;
    return { rows };
  } catch (error) {
    expect(error).toBeInstanceOf(PictorError);
    return {
      rows,
      refusal: `${(error as PictorError).code}: ${(error as PictorError).info.detail}`,
    };
  }
}

const OVERLAP = "broken_image: The TIFF's strips or tiles overlap, or hold more than the picture.";
const IDLE = 20_000;
/** zlib's header, then stored blocks without bytes (RFC 1951 section 3.2.4), then one pixel. */
const emptyBlocks = [
  ...[0x78, 0x9c],
  ...Array.from({ length: IDLE / 5 }, () => [0, 0, 0, 0xff, 0xff]).flat(),
  ...zlib(Uint8Array.of(7)).slice(2),
];

describe("work of a TIFF", () => {
  it.each<[string, number, readonly number[], number]>([
    ["PackBits' no-ops", PACKBITS, [...Array<number>(IDLE).fill(0x80), 0, 7], IDLE],
    ["LZW's clear codes", LZW, codes([...Array<number>(IDLE).fill(256), 7, 257]), IDLE],
    ["deflate's empty blocks", DEFLATE, emptyBlocks, IDLE],
    ["pixels that are not in the picture", DEFLATE, zlib(new Uint8Array(200_000)), 200_000],
  ])("ends where strips upon each other are full of %s", (_, compression, strip, idle) => {
    for (const noLengths of [false, true]) {
      const file = rowsOf(1000, compression, strip, { noLengths });
      const { rows, refusal } = read(file);
      expect(refusal).toBe(OVERLAP);
      // Each strip costs so much; all of them no more than the file has bytes and the picture has.
      expect(rows * idle).toBeLessThanOrEqual(file.length + 1000);
      const alone = rowsOf(1, compression, strip, { noLengths });
      if (idle < alone.length) expect(read(alone)).toEqual({ rows: 1 });
    }
  });

  it("is shared by the planes", () => {
    const strip = [...Array<number>(IDLE).fill(0x80), 0, 7];
    const planes = { photometric: 2, bits: [8, 8, 8], planar: true };
    const file = rowsOf(1, PACKBITS, strip, { ...planes, chunks: [strip, strip, strip] });
    expect(read(file)).toEqual({ rows: 0, refusal: OVERLAP });
    const apart = [strip, [...strip], [...strip]];
    expect(read(rowsOf(1, PACKBITS, strip, { ...planes, chunks: apart }))).toEqual({ rows: 1 });
  });

  it.each<[string, number, readonly number[]]>([
    ["plain", NONE, Array<number>(64).fill(7)],
    ["PackBits", PACKBITS, [193, 7]],
    ["LZW", LZW, codes([256, ...Array<number>(64).fill(7), 257])],
    ["deflate", DEFLATE, zlib(new Uint8Array(64).fill(7))],
  ])("is no more where equal strips are stored once: %s", (_, compression, strip) => {
    expect(read(rowsOf(1000, compression, strip, { width: 64 }))).toEqual({ rows: 1000 });
  });

  it("has a strip for each row of a high picture, but no more than 65,536 of them", () => {
    expect(read(rowsOf(40_000, NONE, [7]))).toEqual({ rows: 40_000 });
    expect(read(rowsOf(65_536, LZW, codes([256, 7, 257])))).toEqual({ rows: 65_536 });
    const refusal = "unsupported_format: TIFF of more than 65536 strips or tiles is not read.";
    expect(read(rowsOf(65_537, NONE, [7]))).toEqual({ rows: 0, refusal });
    const planes = { photometric: 2, bits: [8, 8, 8], planar: true };
    expect(read(rowsOf(30_000, NONE, [7], planes))).toEqual({ rows: 0, refusal });
  });

  it("is refused where tiles are far larger than the picture", () => {
    const tile = (side: number) => ({ height: 1, tile: [side, 1] as const, chunks: [[7]] });
    const refusal =
      "unsupported_format: TIFF of tiles that are far larger than the picture is not read.";
    const file = tiffFile({ ...gray, ...tile(80_000_001) });
    expect(read(file)).toEqual({ rows: 0, refusal });
    const fitting = tiffFile({ ...gray, ...tile(16), chunks: [Array<number>(16).fill(7)] });
    expect(read(fitting)).toEqual({ rows: 1 });
  });
});
