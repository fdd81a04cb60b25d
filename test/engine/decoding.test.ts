import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { createPictorEngine } from "../../src/engine/pictor/engine.ts";
import { PictorError } from "../../src/errors.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Plan } from "../../src/image/job.ts";
import { others } from "./modules.ts";
import { openEngine } from "./pictor/engines.ts";
import { difference, disc, fromSharp, gradient, inSharp, noisePicture } from "./pictures.ts";
import { factsOf, planOf, streamOf } from "./plans.ts";

const { engine, pool } = openEngine();
const SIZE = { width: 120, height: 90 };

async function render(bytes: Uint8Array, facts: Facts, wishes: Parameters<typeof planOf>[1] = {}) {
  const plan = planOf(facts, wishes, bytes.length);
  return { plan, ...(await engine.render(plan, streamOf(bytes))) };
}

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "ok",
    (error: unknown) => (error instanceof PictorError ? error.code : error),
  );
}

describe("decoding", () => {
  const opaque = gradient(120, 90);
  const clear = disc(120);
  const soft = { width: 120, height: 120 };
  const rgb = () => inSharp(opaque).removeAlpha();
  const cases: readonly [string, () => Sharp, Facts][] = [
    ["jpeg 4:2:0", () => rgb().jpeg({ quality: 92 }), factsOf({ format: "jpeg", ...SIZE })],
    [
      "jpeg progressive",
      () => rgb().jpeg({ progressive: true }),
      factsOf({ format: "jpeg", ...SIZE, progressive: true }),
    ],
    [
      "jpeg grey",
      () => rgb().greyscale().jpeg(),
      factsOf({ format: "jpeg", ...SIZE, colour: "gray" }),
    ],
    ["webp lossy", () => rgb().webp({ quality: 90 }), factsOf({ format: "webp", ...SIZE })],
    [
      "webp lossless with alpha",
      () => inSharp(clear).webp({ lossless: true }),
      factsOf({ format: "webp", ...soft, alpha: true }),
    ],
    [
      "avif 4:2:0",
      () => rgb().avif({ quality: 70, chromaSubsampling: "4:2:0", effort: 0 }),
      factsOf({ format: "avif", ...SIZE }),
    ],
    [
      "avif with alpha",
      () => inSharp(clear).avif({ quality: 80, effort: 0 }),
      factsOf({ format: "avif", ...soft, alpha: true }),
    ],
    ["png rgb", () => rgb().png(), factsOf({ format: "png", ...SIZE })],
    ["png rgba", () => inSharp(clear).png(), factsOf({ format: "png", ...soft, alpha: true })],
    [
      "png 16 bit",
      () => rgb().toColourspace("rgb16").png(),
      factsOf({ format: "png", ...SIZE, bitDepth: 16 }),
    ],
    [
      "png 16 bit interlaced",
      () => rgb().toColourspace("rgb16").png({ progressive: true }),
      factsOf({ format: "png", ...SIZE, bitDepth: 16, progressive: true }),
    ],
    [
      "png palette",
      () => inSharp(clear).png({ palette: true }),
      factsOf({ format: "png", ...soft, alpha: true, colour: "palette" }),
    ],
    [
      "png grey",
      () => rgb().greyscale().png(),
      factsOf({ format: "png", ...SIZE, colour: "gray" }),
    ],
    [
      "gif",
      () => inSharp(clear).gif(),
      factsOf({ format: "gif", ...soft, alpha: true, colour: "palette" }),
    ],
  ];
  it.each(cases)("reads %s as sharp does", async (_, make, facts) => {
    const bytes = await make().toBuffer();
    const { bytes: out } = await render(bytes, facts);
    const wanted = await fromSharp(sharp(bytes));
    expect(difference(await fromSharp(sharp(out)), wanted).psnr).toBeGreaterThan(36);
  });

  it("reads the first frame of an animated WebP, on its canvas", async () => {
    const frames = [disc(64), gradient(64, 64)];
    const pages = Buffer.concat(frames.map(({ data }) => Buffer.from(data.buffer)));
    const bytes = await sharp(pages, {
      raw: { width: 64, height: 128, channels: 4, pageHeight: 64 },
    })
      .webp({ lossless: true, exact: false })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const facts = factsOf({
      format: "webp",
      width: 64,
      height: 64,
      alpha: true,
      animated: true,
      frames: 2,
    });
    const { bytes: out } = await render(bytes, facts);
    expect(difference(await fromSharp(sharp(out)), frames[0]!).most).toBeLessThanOrEqual(1.1);
  });

  it.each([
    [{ jpegProcess: "lossless" as const }, "ossless"],
    [{ bitDepth: 12 }, "12 bits"],
  ])(
    "says beforehand that it cannot read a JPEG with %o, and refuses it",
    async (which, reason) => {
      const facts = factsOf({ format: "jpeg", ...SIZE, ...which });
      expect(engine.reads(facts)).toMatchObject({ reason: expect.stringContaining(reason) });
      expect(await codeOf(render(new Uint8Array(9), facts))).toBe("unsupported_format");
    },
  );

  it("refuses HEIC with a reason, and with what to do about it", async () => {
    const facts = factsOf({ format: "heic", ...SIZE });
    expect(engine.reads(facts)).toMatchObject({
      reason: expect.any(String),
      fix: expect.any(String),
    });
    expect(await codeOf(render(new Uint8Array(9), facts))).toBe("unsupported_format");
  });

  it.each(["svg", "jxl", "tiff", "bmp", "avif"] as const)(
    "says that a deployment without its module does not read %s",
    async (format) => {
      const bare = createPictorEngine({ pool, others: { ...others, decoders: {} } });
      const plan = planOf(factsOf({ format, ...SIZE }));
      const refused = bare.render(plan, streamOf(new Uint8Array(9)));
      await expect(refused).rejects.toMatchObject({ code: "unsupported_format" });
    },
  );
});

describe("broken files", () => {
  const opaque = noisePicture(120, 90);
  const rgb = () => inSharp(opaque).removeAlpha();
  const kinds: readonly [Facts["format"], () => Promise<Buffer>][] = [
    ["jpeg", () => rgb().jpeg().toBuffer()],
    ["png", () => rgb().png().toBuffer()],
    ["webp", () => rgb().webp().toBuffer()],
    ["avif", () => rgb().avif({ effort: 0 }).toBuffer()],
    ["gif", () => rgb().gif().toBuffer()],
  ];
  it.each(kinds)(
    "a %s that ends early is a broken image, at every length",
    async (format, make) => {
      const bytes = await make();
      for (const part of [0, 0.02, 0.3, 0.6, 0.95]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(await codeOf(render(cut, factsOf({ format, ...SIZE })))).toBe("broken_image");
      }
    },
  );

  it("a JPEG that lacks nothing but its end marker is answered", async () => {
    const bytes = await rgb().jpeg().toBuffer();
    expect(await codeOf(render(bytes.subarray(0, -2), factsOf({ format: "jpeg", ...SIZE })))).toBe(
      "ok",
    );
  });

  it.each(kinds)(
    "a %s whose pixels differ from its header is a broken image",
    async (format, make) => {
      const facts = factsOf({ format, width: 121, height: 90 });
      expect(await codeOf(render(await make(), facts))).toBe("broken_image");
    },
  );

  it("a GIF whose LZW codes form a circle ends", async () => {
    const bytes = await rgb().gif().toBuffer();
    const next = noisePicture(64, 64).data;
    for (let round = 0; round < 60; round++) {
      const bad = Uint8Array.from(bytes);
      for (let i = 0; i < 40; i++)
        bad[bytes.length - 1 - ((next[round * 40 + i]! * 37 + i * 101) % 6000)] = next[i + round]!;
      expect(["ok", "broken_image"]).toContain(
        await codeOf(render(bad, factsOf({ format: "gif", ...SIZE }))),
      );
    }
  });

  it("refuses a source that is too long, and cancels it", async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)),
      cancel() {
        cancelled = true;
      },
    });
    const plan = planOf(factsOf({ format: "avif", ...SIZE }));
    expect(await codeOf(engine.render(plan, endless))).toBe("source_too_large");
    expect(cancelled).toBe(true);
  });
});

describe("encoding", () => {
  const source = () => inSharp(gradient(160, 120)).removeAlpha().png().toBuffer();
  const facts = factsOf({ format: "png", width: 160, height: 120 });
  const outputs: readonly [string, Partial<Plan["output"]>, number][] = [
    ["jpeg", { format: "jpeg", quality: 90 }, 38],
    [
      "jpeg progressive 4:4:4",
      { format: "jpeg", quality: 90, progressive: true, chroma: "444" },
      40,
    ],
    ["webp", { format: "webp", quality: 90 }, 36],
    ["webp lossless", { format: "webp", lossless: true }, Number.MAX_VALUE],
    ["avif", { format: "avif", quality: 80 }, 36],
    ["avif lossless", { format: "avif", lossless: true }, Number.MAX_VALUE],
    ["png", { format: "png" }, Number.MAX_VALUE],
  ];
  it.each(outputs)("%s comes back in sharp as it went in", async (_, output, least) => {
    const bytes = await source();
    const { bytes: out, plan, facts: made } = await render(bytes, facts, { output });
    const { format, width, height, isProgressive, chromaSubsampling, hasAlpha } =
      await sharp(out).metadata();
    expect({ width, height }).toEqual({ width: 160, height: 120 });
    expect(format).toBe(plan.output.format === "avif" ? "heif" : plan.output.format);
    if (plan.output.format === "jpeg") {
      expect(isProgressive).toBe(plan.output.progressive);
      expect(chromaSubsampling).toBe(plan.output.chroma === "444" ? "4:4:4" : "4:2:0");
    }
    if (plan.output.format === "webp") expect(hasAlpha).toBe(false);
    expect(difference(await fromSharp(sharp(out)), gradient(160, 120)).psnr).toBeGreaterThanOrEqual(
      least,
    );
    expect(made.counts).toMatchObject({ decode: 1, encode: 1 });
  });

  it.each(["webp", "avif", "png"] as const)(
    "%s keeps alpha when the plan says so, and drops it when not",
    async (format) => {
      const bytes = await inSharp(disc(100)).png().toBuffer();
      const alphaFacts = factsOf({ format: "png", width: 100, height: 100, alpha: true });
      const kept = await render(bytes, alphaFacts, {
        output: { format, alpha: true, quality: 90 },
      });
      expect(difference(await fromSharp(sharp(kept.bytes)), disc(100)).psnr).toBeGreaterThan(30);
      const dropped = await render(bytes, alphaFacts, { output: { format, alpha: false } });
      const { isOpaque } = await sharp(dropped.bytes).stats();
      expect(isOpaque).toBe(true);
    },
  );

  it("carries out every step of a plan in order", async () => {
    const bytes = await source();
    const wishes = {
      crop: { x: 10, y: 10, width: 120, height: 90 },
      resize: { width: 60, height: 45 },
      extract: { x: 5, y: 0, width: 50, height: 45 },
      flip: true,
      rotate: 90 as const,
      adjust: { brightness: 1.1, contrast: 1, saturation: 1, gamma: 1 },
      hue: 10,
      effect: { kind: "sepia" as const },
      blur: 1,
      sharpen: 1,
      pixelate: 2,
      canvas: { width: 50, height: 60, x: 2, y: 5, colour: { r: 1, g: 2, b: 3, a: 255 } },
      border: { width: 2, colour: { r: 3, g: 2, b: 1, a: 255 } },
      radius: 6,
      pad: { top: 1, right: 2, bottom: 3, left: 4, colour: { r: 9, g: 9, b: 9, a: 255 } },
      flatten: { r: 0, g: 0, b: 0, a: 255 },
      output: { width: 60, height: 68 },
    };
    const { facts: made } = await render(bytes, facts, wishes);
    expect(made.width).toBe(60);
    const once = [
      "crop",
      "resize",
      "flip",
      "rotate",
      "adjust",
      "hue",
      "effect",
      "blur",
      "sharpen",
      "pixelate",
      "canvas",
      "border",
      "radius",
      "pad",
      "flatten",
    ];
    for (const step of once) expect(made.counts[step]).toBe(1);
  });

  it("converts Display P3 to sRGB", async () => {
    const p3 = await inSharp(noisePicture(64, 64))
      .removeAlpha()
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const p3Facts = factsOf({ format: "png", width: 64, height: 64, profile: "display-p3" });
    const { bytes: out } = await render(p3, p3Facts);
    expect(difference(await fromSharp(sharp(out)), await fromSharp(sharp(p3))).mean).toBeLessThan(
      0.5,
    );
  });
});

it("makes the same bytes twice", async () => {
  const bytes = await inSharp(noisePicture(90, 70)).removeAlpha().jpeg().toBuffer();
  const facts = factsOf({ format: "jpeg", width: 90, height: 70 });
  for (const format of ["avif", "webp", "jpeg", "png"] as const) {
    const [a, b] = [
      await render(bytes, facts, { to: 50, output: { format } }),
      await render(bytes, facts, { to: 50, output: { format } }),
    ];
    expect(a.bytes).toEqual(b.bytes);
  }
});
