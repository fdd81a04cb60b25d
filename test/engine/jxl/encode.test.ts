import { describe, expect, it } from "vitest";
import { createCounts } from "../../../src/engine/emscripten/instance.ts";
import { jxlCodec } from "../../../src/engine/jxl/codec.ts";
import { createJxlEncoder, encodeJxl } from "../../../src/engine/jxl/encode.ts";
import type { Output } from "../../../src/image/job.ts";
import { jxlLimit } from "../../../src/image/memory.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { type Raster, rasterBytes } from "../../../src/image/raster.ts";
import { modules } from "../modules.ts";
import { difference, disc, gradient, noisePicture, picture } from "../pictures.ts";
import { factsOf, planOf } from "../plans.ts";
import { decodeJxl } from "./decoder.ts";

const encoder = createJxlEncoder(modules.jxlEncode);
const MIB = 2 ** 20;

function planned({ width, height }: Raster, wishes: Partial<Output> = {}) {
  const facts = factsOf({ format: "png", width, height, alpha: true });
  return planOf(facts, { output: { format: "jxl", alpha: false, ...wishes } });
}

const copied = (raster: Raster): Raster => ({ ...raster, data: raster.data.slice() });

const encode = (raster: Raster, wishes: Partial<Output> = {}) =>
  encoder(copied(raster), planned(raster, wishes).output, 120 * MIB);

/** Edges, waves and a slope. */
const scene = picture(300, 200, (x, y) => [
  128 + 100 * Math.sin(x / 9) * Math.cos(y / 14),
  (x * 255) / 300,
  Math.hypot(x - 200, y - 100) < 60 ? 220 : 40 + (y * 100) / 200,
  255,
]);

describe("a JPEG XL that was made", () => {
  it.each([
    [1, 1],
    [7, 300],
    [257, 3],
    [300, 200],
  ])("has the picture's size: %i × %i", async (width, height) => {
    const bytes = await encode(gradient(width, height));
    const header = { format: "jxl", width, height, bitDepth: 8, profile: "srgb", orientation: 1 };
    expect(probe(bytes, true)).toMatchObject({ kind: "facts", facts: header });
    const back = await decodeJxl(bytes);
    expect([back.width, back.height]).toEqual([width, height]);
  });

  it("looks like the picture, the better the higher the quality, in more bytes", async () => {
    const least: readonly (readonly [number, number])[] = [
      [1, 12],
      [15, 15],
      [29, 17],
      [50, 26],
      [80, 32],
      [95, 38],
      [100, 44],
    ];
    let [shorter, worse] = [0, 0];
    for (const [quality, psnr] of least) {
      const bytes = await encode(scene, { quality });
      const measured = difference(await decodeJxl(bytes), scene).psnr;
      expect(measured, `quality ${quality}`).toBeGreaterThan(Math.max(psnr, worse));
      expect(bytes.length, `quality ${quality}`).toBeGreaterThan(shorter);
      [shorter, worse] = [bytes.length, measured];
    }
  });

  /** libjxl's `djxl` gives every value back; the package's decoder is off by one in some, as it works in floats. */
  it("has every value as it was where lossless, also under clear pixels", async () => {
    for (const raster of [scene, disc(120), noisePicture(90, 70, false)]) {
      const { data } = await decodeJxl(await encode(raster, { lossless: true, alpha: true }));
      const off = raster.data.map((value, i) => Math.abs(value - data[i]!)).filter((by) => by > 0);
      expect(Math.max(0, ...off)).toBeLessThanOrEqual(1);
      expect(off.length).toBeLessThan(raster.data.length / 200);
    }
  });

  it("keeps alpha, or drops it", async () => {
    const kept = await decodeJxl(await encode(disc(200), { quality: 90, alpha: true }));
    expect(difference(kept, disc(200)).psnr).toBeGreaterThan(35);
    const dropped = await decodeJxl(await encode(disc(200), { quality: 90, alpha: false }));
    expect(dropped.data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  });

  it("is the same again, and after another picture", async () => {
    const first = await encode(scene);
    await encode(noisePicture(300, 200));
    expect(Buffer.compare(await encode(scene), first)).toBe(0);
  });
});

describe("the memory of the encoder", () => {
  const outputs: readonly (readonly [string, Partial<Output>])[] = [
    ["quality 80", { quality: 80 }],
    ["quality 100 with alpha", { quality: 100, alpha: true }],
    ["lossless", { lossless: true, alpha: true }],
  ];
  const sizes = [
    [700, 700],
    [513, 513],
    [1700, 100],
  ] as const;

  it.each(
    outputs.flatMap(([name, output]) =>
      sizes.map(([width, height]) => [name, width, height, output] as const),
    ),
  )(
    "is enough for noise of %s, %i × %i, and two thirds of it are not",
    async (_, width, height, output) => {
      const raster = noisePicture(width, height, output.alpha !== true);
      const plan = planned(raster, output);
      const limit = jxlLimit(plan);
      const bytes = await encoder(copied(raster), plan.output, limit);
      expect(limit + rasterBytes(raster) + bytes.length).toBeLessThanOrEqual(plan.peakBytes);
      await expect(encoder(raster, plan.output, (limit * 2) / 3)).rejects.toMatchObject({
        code: "output_too_large",
      });
    },
  );

  it("has a limit: what needs more is refused, and the next picture is made", async () => {
    const large = noisePicture(500, 500);
    const refused = encoder(copied(large), planned(large).output, 20 * MIB);
    await expect(refused).rejects.toMatchObject({
      code: "output_too_large",
      status: 413,
      info: { fix: "a smaller width, or format=webp" },
    });
    expect((await encode(scene)).length).toBeGreaterThan(100);
  });

  it("is given up after every call, failed or not", async () => {
    const counts = createCounts();
    const codec = jxlCodec(modules.jxlEncode);
    const { output } = planned(scene);
    await encodeJxl(copied(scene), { codec, counts, output, limit: 60 * MIB });
    const large = noisePicture(500, 500);
    const failing = { codec, counts, output: planned(large).output, limit: 20 * MIB };
    await expect(encodeJxl(large, failing)).rejects.toThrow();
    expect(counts).toMatchObject({ made: 2, failed: 1, dropped: 2 });
  });
});
