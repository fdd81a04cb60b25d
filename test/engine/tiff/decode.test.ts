import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeTiff } from "../../../src/engine/tiff/decode.ts";
import { PictorError } from "../../../src/errors.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { decodedBy, expectSound } from "../decoded.ts";
import { disc, gradient, noisePicture, picture } from "../pictures.ts";
import { type TiffWishes, tiffFile } from "./files.ts";

type Options = NonNullable<Parameters<ReturnType<typeof sharp>["tiff"]>[0]>;

/** By libtiff. */
async function written({ width, height, data }: Raster, options: Options, channels: 3 | 4 = 3) {
  const image = sharp(Buffer.from(data), { raw: { width, height, channels: 4 } });
  const shown = channels === 3 ? image.removeAlpha() : image;
  return new Uint8Array(await shown.tiff({ predictor: "none", ...options }).toBuffer());
}

async function bySharp(file: Uint8Array): Promise<number[]> {
  return [...(await sharp(file).toColourspace("srgb").ensureAlpha().raw().toBuffer())];
}

const waves = picture(150, 90, (x, y) => [x, 2 * y, (x * y) % 256, 255]);

describe("TIFF as libtiff writes it", () => {
  it.each<Options["compression"]>(["none", "lzw", "deflate", "packbits"])(
    "is read with compression %s: in strips, in tiles, of little and of much detail",
    async (compression) => {
      for (const source of [waves, gradient(257, 33), noisePicture(64, 64)])
        for (const tile of [{}, { tile: true, tileWidth: 64, tileHeight: 48 }]) {
          const file = await written(source, { compression, ...tile } as Options);
          expect([...(await decodedBy(decodeTiff, file)).data]).toEqual([...source.data]);
        }
    },
  );

  it.each<Options["compression"]>(["lzw", "deflate"])(
    "is read with differences: %s",
    async (compression) => {
      const file = await written(waves, { compression, predictor: "horizontal" });
      expect([...(await decodedBy(decodeTiff, file)).data]).toEqual([...waves.data]);
    },
  );

  it("keeps alpha", async () => {
    const soft = disc(60);
    const file = await written(soft, { compression: "lzw", predictor: "horizontal" }, 4);
    expect([...(await decodedBy(decodeTiff, file)).data]).toEqual([...soft.data]);
  });

  it.each([1, 2, 4] as const)("is read with %s bits a sample", async (bitdepth) => {
    for (const miniswhite of [false, true]) {
      const levels = 2 ** bitdepth;
      const gray = Buffer.from(
        Array.from({ length: 37 * 20 }, (_, i) => ((i % levels) * 255) / (levels - 1)),
      );
      const image = sharp(gray, { raw: { width: 37, height: 20, channels: 1 } }).toColourspace(
        "b-w",
      );
      const file = await image
        .tiff({ bitdepth, compression: "none", predictor: "none", miniswhite })
        .toBuffer();
      expect([...(await decodedBy(decodeTiff, new Uint8Array(file))).data]).toEqual(
        await bySharp(file),
      );
    }
  });

  it("is read with 16 bits a sample, gray and RGB, with differences and without", async () => {
    for (const channels of [1, 3] as const)
      for (const predictor of ["none", "horizontal"] as const) {
        const levels = Uint16Array.from(
          { length: 50 * 30 * channels },
          (_, i) => (i * 7919) % 65_536,
        );
        const image = sharp(levels, { raw: { width: 50, height: 30, channels } });
        const space = channels === 1 ? "grey16" : "rgb16";
        const file = await image
          .toColourspace(space)
          .tiff({ compression: "deflate", predictor })
          .toBuffer();
        const { data } = await decodedBy(decodeTiff, new Uint8Array(file));
        const expected = Array.from({ length: 50 * 30 }, (_, i) =>
          [0, 1, 2].map((c) => Math.round(levels[i * channels + Math.min(c, channels - 1)]! / 257)),
        );
        expect([...data].filter((_, i) => i % 4 !== 3)).toEqual(expected.flat());
      }
  });

  it("is read as BigTIFF", async () => {
    const file = await written(waves, { compression: "deflate", bigtiff: true } as Options);
    expect(file[2]).toBe(43);
    expect([...(await decodedBy(decodeTiff, file)).data]).toEqual([...waves.data]);
  });
});

const rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7];
const opaque = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 8, 7, 255];
const small: TiffWishes = { width: 2, height: 2, photometric: 2, bits: [8, 8, 8], chunks: [rgb] };

describe("TIFF made by hand", () => {
  it.each<[string, TiffWishes]>([
    ["little-endian", small],
    ["big-endian", { ...small, bigEndian: true }],
    ["in several strips", { ...small, rowsPerStrip: 1, chunks: [rgb.slice(0, 6), rgb.slice(6)] }],
    [
      "in planes",
      {
        ...small,
        planar: true,
        chunks: [
          [255, 0, 0, 9],
          [0, 255, 0, 8],
          [0, 0, 255, 7],
        ],
      },
    ],
    [
      "with a palette",
      {
        ...small,
        photometric: 3,
        bits: [8],
        chunks: [[1, 2, 3, 0]],
        palette: [
          [9, 8, 7],
          [255, 0, 0],
          [0, 255, 0],
          [0, 0, 255],
        ],
      },
    ],
    [
      "with a sample that means nothing",
      {
        ...small,
        bits: [8, 8, 8, 8],
        extra: 0,
        chunks: [[255, 0, 0, 1, 0, 255, 0, 2, 0, 0, 255, 3, 9, 8, 7, 4]],
      },
    ],
  ])("is read %s", async (_, wishes) => {
    expect([...(await decodedBy(decodeTiff, tiffFile(wishes))).data]).toEqual(opaque);
  });

  it("has the plain product of CMYK's inks", async () => {
    const file = tiffFile({
      ...small,
      photometric: 5,
      bits: [8, 8, 8, 8],
      width: 1,
      height: 2,
      chunks: [[0, 255, 55, 0, 0, 0, 0, 155]],
    });
    expect([...(await decodedBy(decodeTiff, file)).data]).toEqual([
      255, 0, 200, 255, 100, 100, 100, 255,
    ]);
  });

  it("has YCbCr with chroma of two by two samples, cut off at the edges", async () => {
    const unit = (luma: number[], cb: number, cr: number) => [...luma, cb, cr];
    const file = tiffFile({
      ...small,
      photometric: 6,
      width: 3,
      height: 2,
      subsampling: [2, 2],
      chunks: [[...unit([10, 20, 40, 50], 128, 128), ...unit([30, 0, 60, 0], 128, 228)]],
    });
    const { data } = await decodedBy(decodeTiff, file);
    const gray = (level: number) => [level, level, level, 255];
    const red = (luma: number) => [
      Math.min(255, Math.round(luma + 140.2)),
      Math.max(0, Math.round(luma - 71.4136)),
      luma,
      255,
    ];
    expect([...data]).toEqual([gray(10), gray(20), red(30), gray(40), gray(50), red(60)].flat());
  });

  it.each<[string, TiffWishes, string]>([
    ["fax", { ...small, photometric: 0, bits: [1], compression: 4 }, "CCITT"],
    ["JPEG in it", { ...small, compression: 7 }, "JPEG"],
    ["CIELab", { ...small, photometric: 8 }, "colour space 8"],
    ["floating point", { ...small, sampleFormat: 3 }, "no whole numbers"],
    ["32 bits", { ...small, bits: [32, 32, 32] }, "bits a sample"],
    [
      "LZW of before TIFF 6.0",
      { ...small, compression: 5, chunks: [[0, 1, 2, 3]] },
      "before TIFF 6.0",
    ],
  ])("is refused with %s", async (_, wishes, words) => {
    const refused = await decodedBy(decodeTiff, tiffFile(wishes)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PictorError);
    expect((refused as PictorError).code).toBe("unsupported_format");
    expect((refused as PictorError).info.detail).toContain(words);
  });

  it("is broken when a strip is missing, or ends early", async () => {
    for (const chunks of [[rgb.slice(0, 6)], [rgb.slice(0, 6), rgb.slice(6, 8)]]) {
      const file = tiffFile({ ...small, rowsPerStrip: 1, chunks });
      const refused = await decodedBy(decodeTiff, file).catch((error: unknown) => error);
      expect((refused as PictorError).code).toBe("broken_image");
    }
  });

  it("is sound: whatever is in the file, it is read or refused", async () => {
    const files = await Promise.all(
      (["none", "lzw", "deflate", "packbits"] as const).map((compression) =>
        written(gradient(40, 30), { compression, predictor: "none" }),
      ),
    );
    const tiled = await written(waves, {
      compression: "lzw",
      tile: true,
      tileWidth: 32,
      tileHeight: 32,
    });
    await expectSound(
      decodeTiff,
      [
        ...files,
        tiled,
        tiffFile(small),
        tiffFile({ ...small, photometric: 6, subsampling: [2, 2] }),
      ],
      1000,
    );
  }, 60_000);
});
