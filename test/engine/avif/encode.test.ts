import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { avifEncoding, createAvifEncoders } from "../../../src/engine/avif/encode.ts";
import { BT601, createAvifEncoder } from "../../../src/engine/avif/encoder.ts";
import { colourOptions } from "../../../src/engine/avif/options.ts";
import { PictorError } from "../../../src/errors.ts";
import type { Output } from "../../../src/image/job.ts";
import { avifEncoderBytes } from "../../../src/image/memory-avif-encode.ts";
import { probe } from "../../../src/image/probe/index.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { disc, gradient, noisePicture, picture } from "../pictures.ts";
import { encoderModule } from "./modules.ts";
import { outputOf, planesOf } from "./planes.ts";

const encode = avifEncoding(encoderModule);
const MIB = 2 ** 20;

function avifOf(from: Raster, wishes: Partial<Output> = {}): Promise<Uint8Array> {
  const output = outputOf(from, wishes);
  return encode(planesOf(from, output), output, 128 * MIB);
}

/** RGBA, as sharp (libheif, dav1d or libaom) sees it. */
async function decoded(file: Uint8Array): Promise<Raster> {
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** Of colour, weighted by how much of it is seen. */
function psnr(a: Raster, b: Raster): number {
  return decibels(
    a,
    (i, channel) => (a.data[i + channel]! - b.data[i + channel]!) * (a.data[i + 3]! / 255),
    3,
  );
}

function alphaPsnr(a: Raster, b: Raster): number {
  return decibels(a, (i) => a.data[i + 3]! - b.data[i + 3]!, 1);
}

function decibels(
  { data }: Raster,
  difference: (i: number, channel: number) => number,
  channels: number,
) {
  let squares = 0;
  for (let i = 0; i < data.length; i += 4) {
    for (let channel = 0; channel < channels; channel++) squares += difference(i, channel) ** 2;
  }
  return 10 * Math.log10((255 ** 2 * (data.length / 4) * channels) / squares);
}

/** Waves, edges, a flat corner: something of everything. */
const scene = (width: number, height: number) =>
  picture(width, height, (x, y) => [
    128 + 90 * Math.sin(x / 9) * Math.cos(y / 13),
    (x >> 4) % 2 === 0 ? 200 - (y % 64) : 60 + (x % 32),
    x < width / 4 && y < height / 4 ? 30 : 128 + 60 * Math.cos((x + y) / 21),
    255,
  ]);

describe("an AVIF file of ours", () => {
  it.each([
    ["420", 60, 33],
    ["420", 90, 38],
    ["444", 60, 34],
    ["444", 90, 41],
  ] as const)(
    "with chroma %s at quality %i is the picture, to %i dB",
    async (chroma, quality, least) => {
      const from = scene(200, 150);
      const result = await decoded(await avifOf(from, { chroma, quality }));
      expect([result.width, result.height]).toEqual([200, 150]);
      expect(psnr(from, result)).toBeGreaterThan(least);
    },
  );

  it.each([
    [1, 1],
    [1, 9],
    [7, 1],
    [3, 2],
    [17, 33],
    [65, 129],
    [131, 67],
  ])("of %i×%i has that size and is the picture", async (width, height) => {
    const from = gradient(width, height);
    for (const chroma of ["420", "444"] as const) {
      const result = await decoded(await avifOf(from, { quality: 97, chroma }));
      expect([result.width, result.height]).toEqual([width, height]);
      // One chroma sample for colours as far apart as a tiny gradient's is no more than this.
      expect(psnr(from, result)).toBeGreaterThan(chroma === "444" || width * height > 99 ? 36 : 15);
    }
  });

  it("keeps alpha", async () => {
    const from = disc(96);
    const result = await decoded(await avifOf(from, { alpha: true, quality: 80 }));
    expect(alphaPsnr(from, result)).toBeGreaterThan(40);
    expect(psnr(from, result)).toBeGreaterThan(33);
  });

  it.each([
    ["noise", noisePicture(70, 45)],
    ["a gradient", gradient(129, 64)],
    ["one pixel", gradient(1, 1)],
  ])("that is lossless is %s to the bit", async (_, from) => {
    const result = await decoded(await avifOf(from, { lossless: true }));
    expect(Buffer.compare(Buffer.from(result.data), Buffer.from(from.data))).toBe(0);
  });

  it("that is lossless with alpha is the picture to the bit", async () => {
    const from = noisePicture(33, 41, false);
    const result = await decoded(await avifOf(from, { lossless: true, alpha: true }));
    expect(Buffer.compare(Buffer.from(result.data), Buffer.from(from.data))).toBe(0);
  });

  it.each([
    [{}, "420"],
    [{ chroma: "444" }, "444"],
    [{ alpha: true }, "420"],
    [{ lossless: true, alpha: true }, "444"],
  ] as const)("with %o says in its header what it is", async (wishes, sampling) => {
    const file = await avifOf(noisePicture(61, 40, false), wishes);
    const { facts } = probe(file, true) as Extract<ReturnType<typeof probe>, { kind: "facts" }>;
    expect(facts).toMatchObject({
      format: "avif",
      width: 61,
      height: 40,
      alpha: "alpha" in wishes,
      bitDepth: 8,
      orientation: 1,
      animated: false,
    });
    const metadata = await sharp(file).metadata();
    expect(metadata.chromaSubsampling?.replaceAll(":", "") ?? sampling).toBe(sampling);
    expect(metadata).toMatchObject({ format: "heif", compression: "av1", bitsPerSample: 8 });
  });

  it("is smaller for a lower quality", async () => {
    const from = scene(320, 240);
    const sizes: number[] = [];
    for (const quality of [1, 20, 40, 60, 80, 100])
      sizes.push((await avifOf(from, { quality })).length);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes.at(-1)! / sizes[0]!).toBeGreaterThan(5);
  });

  it("is the same every time", async () => {
    const from = scene(150, 90);
    expect(Buffer.compare(await avifOf(from), await avifOf(from))).toBe(0);
  });
});

describe("an AVIF of luma alone", () => {
  const { width, height } = { width: 61, height: 40 };
  const luma = Uint8Array.from(
    { length: width * height },
    (_, i) => 128 + 90 * Math.sin((i % width) / 9) * Math.cos(i / width / 7),
  );
  const grey = (wishes: Partial<Output>) => {
    const output = outputOf({ width, height } as never, wishes);
    const planes = { width, height, chroma: "400", bytes: luma, alpha: false } as const;
    return encode(planes, output, 128 * MIB);
  };
  const greyOf = async (file: Uint8Array) => {
    const { data } = await decoded(file);
    return Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]!);
  };

  it("is grey, as near to the picture as quality says", async () => {
    const { data } = await decoded(await grey({ quality: 90 }));
    for (let i = 0; i < width * height; i++) {
      const at = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
      expect(Math.max(...at) - Math.min(...at)).toBe(0);
      expect(Math.abs(at[0]! - luma[i]!)).toBeLessThan(10);
    }
  });

  it("that is lossless is the picture to the bit", async () => {
    expect(await greyOf(await grey({ lossless: true }))).toEqual(luma);
  });

  it("says so: one channel in `pixi`, monochrome in `av1C`", async () => {
    for (const lossless of [false, true]) {
      const file = Buffer.from(await grey({ lossless }));
      expect(file[file.indexOf("pixi") + 8]).toBe(1);
      expect(file[file.indexOf("av1C") + 6]! & 0x10).toBe(0x10);
      const colour = file.indexOf("nclx");
      expect(file.readUInt16BE(colour + 8)).toBe(6);
    }
  });
});

describe("encoders that are kept", () => {
  it("make the next picture of their size, and the same of it as a new one", async () => {
    const encoders = createAvifEncoders(encoderModule, { maxIdleBytes: 24 * MIB });
    const kept = avifEncoding(encoderModule, encoders);
    const [first, second] = [noisePicture(70, 45), scene(70, 45)];
    const output = outputOf(first);
    await kept(planesOf(first, output), output, 128 * MIB);
    const again = await kept(planesOf(second, output), output, 128 * MIB);
    expect(encoders.counts).toMatchObject({ made: 1, reused: 1, busyBytes: 0 });
    expect(Buffer.compare(again, await avifOf(second))).toBe(0);
    encoders.clear();
    expect(encoders.counts.idleBytes).toBe(0);
  });

  it("hold nothing of the picture before", async () => {
    const encoder = createAvifEncoder(encoderModule, 3 * MIB);
    const item = { ...colourOptions(outputOf(gradient(9, 9))), matrix: BT601 } as const;
    encoder.encode(
      { ...item, width: 9, height: 9, layout: "monochrome" },
      new Uint8Array(81).fill(201),
    );
    encoder.scrub();
    const fresh = createAvifEncoder(encoderModule, 3 * MIB);
    expect(
      Buffer.compare(Buffer.from(encoder.memory.buffer), Buffer.from(fresh.memory.buffer)),
    ).toBe(0);
  });
});

describe("an AVIF that takes too much memory", () => {
  it("is refused before work", async () => {
    const from = gradient(64, 64);
    const output = outputOf(from);
    const least = avifEncoderBytes(output);
    await encode(planesOf(from, output), output, least);
    const error = await encode(planesOf(from, output), output, least - 1).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PictorError);
    expect((error as PictorError).code).toBe("output_too_large");
  });
});
