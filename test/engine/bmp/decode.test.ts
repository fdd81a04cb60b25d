import { describe, expect, it } from "vitest";
import { decodeBmp } from "../../../src/engine/bmp/decode.ts";
import { PictorError } from "../../../src/errors.ts";
import { decodedBy, expectSound, planFor } from "../decoded.ts";
import { type BmpWishes, bmpFile } from "./files.ts";

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const BLUE = [0, 0, 255, 255];
const WHITE = [255, 255, 255, 255];
const BLACK = [0, 0, 0, 255];
const PALETTE = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const;

/** Three across, two down: red, green, blue over white, black, red. */
const ROWS = [RED, GREEN, BLUE, WHITE, BLACK, RED].flat();

async function read(wishes: BmpWishes): Promise<number[]> {
  return [...(await decodedBy(decodeBmp, bmpFile(wishes))).data];
}

const size = { width: 3, height: 2 };

describe("BMP", () => {
  it.each<[string, BmpWishes]>([
    [
      "24 bits",
      {
        ...size,
        bits: 24,
        pixels: [
          255, 255, 255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0,
        ],
      },
    ],
    [
      "24 bits from the top",
      {
        ...size,
        height: -2,
        bits: 24,
        pixels: [
          0, 0, 255, 0, 255, 0, 255, 0, 0, 9, 9, 9, 255, 255, 255, 0, 0, 0, 0, 0, 255, 9, 9, 9,
        ],
      },
    ],
    [
      "32 bits, whose fourth byte is padding",
      {
        ...size,
        bits: 32,
        pixels: [
          255, 255, 255, 7, 0, 0, 0, 7, 0, 0, 255, 7, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0,
        ],
      },
    ],
    ["8 bits", { ...size, bits: 8, palette: PALETTE, pixels: [4, 0, 1, 99, 1, 2, 3, 99] }],
    [
      "4 bits",
      { ...size, bits: 4, palette: PALETTE, pixels: [0x40, 0x10, 0, 0, 0x12, 0x30, 0, 0] },
    ],
    [
      "2 bits, two colours short",
      {
        ...size,
        bits: 2,
        palette: [
          [255, 255, 255],
          [255, 0, 0],
          [0, 255, 0],
          [0, 0, 255],
        ],
        pixels: [0b00_00_01_00, 0, 0, 0, 0b01_10_11_00, 0, 0, 0],
      },
    ],
    [
      "8 bits with the oldest header",
      { ...size, header: 12, bits: 8, palette: PALETTE, pixels: [4, 0, 1, 0, 1, 2, 3, 0] },
    ],
    [
      "16 bits of 5-5-5",
      { ...size, bits: 16, pixels: words(0x7fff, 0, 0x7c00, 0, 0x7c00, 0x3e0, 0x1f, 0) },
    ],
    [
      "16 bits of 5-6-5",
      {
        ...size,
        bits: 16,
        compression: 3,
        masks: [0xf800, 0x7e0, 0x1f],
        pixels: words(0xffff, 0, 0xf800, 0, 0xf800, 0x7e0, 0x1f, 0),
      },
    ],
  ])("reads %s", async (name, wishes) => {
    const expected = name.startsWith("2 bits")
      ? [RED, GREEN, BLUE, WHITE, WHITE, RED].flat()
      : ROWS;
    expect(await read(wishes)).toEqual(expected);
  });

  it("reads one bit, from its own palette", async () => {
    const pixels = [0b1010_0000, 0, 0, 0, 0b0100_0000, 0, 0, 0];
    const palette = [
      [9, 8, 7],
      [250, 251, 252],
    ] as const;
    const [dark, light] = [
      [9, 8, 7, 255],
      [250, 251, 252, 255],
    ];
    const expected = [dark, light, dark, light, dark, light].flat();
    expect(await read({ ...size, bits: 1, palette, pixels })).toEqual(expected);
  });

  it("takes masks of any place and length, and alpha where there is a mask for it", async () => {
    const masks = [0x3ff00000, 0x000ffc00, 0x3ff, 0xc0000000];
    const value = (r: number, g: number, b: number, a: number) => {
      const word = ((a << 30) | (r << 20) | (g << 10) | b) >>> 0;
      return [word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24];
    };
    const pixels = [...value(1023, 512, 0, 3), ...value(0, 1023, 4, 1)];
    const read10 = await read({
      width: 2,
      height: 1,
      bits: 32,
      header: 108,
      compression: 3,
      masks,
      pixels,
    });
    expect(read10).toEqual([255, 128, 0, 255, 0, 255, 1, 85]);
  });

  it("reads RLE8: runs, literals, jumps, rows that nothing is said of", async () => {
    const pixels = [
      ...[2, 1, 0, 3, 2, 3, 4, 0, 0, 0], // lowest row: two red, three literal
      ...[0, 2, 1, 1], // a jump: one to the right, one up, over a row
      ...[3, 2, 0, 0], // three green
      ...[200, 4, 0, 1], // a run beyond the end; the end
    ];
    const rows = await read({
      width: 5,
      height: 4,
      bits: 8,
      compression: 1,
      palette: PALETTE,
      pixels,
    });
    const row = (...colours: number[][]) => colours.flat();
    expect(rows).toEqual(
      [
        row(WHITE, WHITE, WHITE, WHITE, WHITE),
        row(BLACK, GREEN, GREEN, GREEN, BLACK),
        row(BLACK, BLACK, BLACK, BLACK, BLACK),
        row(RED, RED, GREEN, BLUE, WHITE),
      ].flat(),
    );
  });

  it("reads RLE4: two colours by turns, literals of odd length", async () => {
    const pixels = [5, 0x12, 0, 0, 0, 5, 0x34, 0x01, 0x20, 0, 0, 1];
    const rows = await read({
      width: 5,
      height: 2,
      bits: 4,
      compression: 2,
      palette: PALETTE,
      pixels,
    });
    expect(rows).toEqual([BLUE, WHITE, BLACK, RED, GREEN, RED, GREEN, RED, GREEN, RED].flat());
  });

  it.each<[string, BmpWishes, string]>([
    ["pixels that end early", { ...size, bits: 24, pixels: [1, 2, 3] }, "broken_image"],
    [
      "RLE from the top",
      { ...size, height: -2, bits: 8, compression: 1, palette: PALETTE, pixels: [3, 1, 0, 1] },
      "broken_image",
    ],
    [
      "a JPEG in it",
      { ...size, bits: 0, compression: 4, header: 124, pixels: [0xff, 0xd8] },
      "unsupported_format",
    ],
    [
      "Huffman of OS/2",
      { ...size, bits: 1, compression: 3, header: 64, palette: [], pixels: [0, 0, 0, 0] },
      "unsupported_format",
    ],
  ])("refuses %s", async (_, wishes, code) => {
    const refused = await read(wishes).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PictorError);
    expect((refused as PictorError).code).toBe(code);
  });

  it("reads a row at a time: as much as it was asked for", () => {
    const file = bmpFile({
      width: 4,
      height: 64,
      bits: 8,
      palette: PALETTE,
      pixels: Array(256).fill(1),
    });
    const bands = decodeBmp(file, planFor(file)).bands()[Symbol.iterator]();
    expect(bands.next().value).toHaveLength(4 * 16 * 3);
  });

  it("is sound: whatever is in the file, it is read or refused", async () => {
    await expectSound(
      decodeBmp,
      [
        bmpFile({ ...size, bits: 24, pixels: Array(24).fill(9) }),
        bmpFile({
          ...size,
          bits: 16,
          compression: 3,
          masks: [0xf800, 0x7e0, 0x1f],
          pixels: Array(16).fill(77),
        }),
        bmpFile({
          width: 9,
          height: 5,
          bits: 8,
          compression: 1,
          palette: PALETTE,
          pixels: [9, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 2, 1, 2, 4, 4, 0, 1],
        }),
        bmpFile({
          width: 9,
          height: 3,
          bits: 4,
          compression: 2,
          palette: PALETTE,
          pixels: [9, 0x12, 0, 0, 0, 5, 1, 2, 3, 0, 0, 1],
        }),
      ],
      1000,
    );
  });
});

function words(...values: number[]): number[] {
  return values.flatMap((value) => [value & 255, value >> 8]);
}
