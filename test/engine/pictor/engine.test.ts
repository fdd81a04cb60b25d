import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../../src/errors.ts";
import type { Facts } from "../../../src/image/facts.ts";
import type { Plan } from "../../../src/image/job.ts";
import { probe } from "../../../src/image/probe/index.ts";
import {
  difference,
  disc,
  fromSharp,
  gradient,
  inSharp,
  noisePicture,
  picture,
} from "../pictures.ts";
import { planOf, streamOf } from "../plans.ts";
import { referenceOf } from "../reference/render.ts";
import { openEngine } from "./engines.ts";

const { engine, pool } = openEngine();
type Wishes = NonNullable<Parameters<typeof planOf>[1]>;

function factsIn(file: Uint8Array, more: Partial<Facts> = {}): Facts {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("The picture has no header.");
  return { ...result.facts, ...more };
}

/** A plan with the price of our own engine. */
function planned(facts: Facts, wishes: Wishes, bytes: number): Plan {
  const plan = planOf(facts, wishes, bytes);
  return { ...plan, peakBytes: engine.peakBytes(plan, bytes) };
}

async function render(file: Uint8Array, wishes: Wishes = {}, more: Partial<Facts> = {}) {
  const plan = planned(factsIn(file, more), wishes, file.length);
  return engine.render(plan, streamOf(file));
}

/** Waves of three colours, with edges: neither flat nor noise. */
const scene = picture(320, 240, (x, y) => [
  128 + 100 * Math.sin(x / 9) * Math.cos(y / 14),
  (x * 255) / 320,
  Math.hypot(x - 200, y - 100) < 60 ? 220 : 40 + (y * 100) / 240,
  255,
]);
const rgb = () => inSharp(scene).removeAlpha();
const jpeg = new Uint8Array(await rgb().jpeg({ quality: 95 }).toBuffer());
const webp = new Uint8Array(await rgb().webp({ quality: 95 }).toBuffer());
const clear = new Uint8Array(await inSharp(disc(200)).webp({ lossless: true }).toBuffer());

const GREEN = { r: 0, g: 160, b: 60, a: 255 };
const BLUE = { r: 30, g: 50, b: 140, a: 255 };
const CLEAR = { r: 0, g: 0, b: 0, a: 0 };
const whole = { crop: { x: 0, y: 0, width: 320, height: 240 } };
const at = (width: number, height: number) => ({
  resize: { width, height },
  extract: { x: 0, y: 0, width, height },
  output: { width, height },
});
/** dB. The two differ in chroma: ours is resized as it is stored, theirs is first brought to full size. */
const AGREEMENT = 45;
/** Steps on the result come after a halving, where the two resizes hardly differ. */
const half = at(160, 120);
const jobs: readonly [string, Wishes][] = [
  ["left as it is", {}],
  ["at a third", { to: 107 }],
  ["enlarged", at(500, 375)],
  ["squeezed", at(90, 200)],
  ["cropped", { crop: { x: 33, y: 21, width: 200, height: 150 }, ...at(100, 75) }],
  [
    "cut to cover",
    {
      ...half,
      extract: { x: 20, y: 0, width: 120, height: 120 },
      output: { width: 120, height: 120 },
    },
  ],
  [
    "on a canvas",
    {
      ...half,
      canvas: { width: 200, height: 180, x: 20, y: 30, colour: GREEN },
      output: { width: 200, height: 180 },
    },
  ],
  ["mirrored", { ...half, flip: true }],
  ["turned by 90°", { ...half, rotate: 90, output: { width: 120, height: 160 } }],
  ["turned by 180°", { ...half, rotate: 180 }],
  [
    "mirrored, turned by 270°",
    { ...half, flip: true, rotate: 270, output: { width: 120, height: 160 } },
  ],
  [
    "adjusted",
    { ...half, adjust: { brightness: 1.1, contrast: 1.2, saturation: 0.6, gamma: 1.3 } },
  ],
  ["blurred", { ...half, blur: 3 }],
  ["blurred widely", { ...half, blur: 30 }],
  ["sharpened", { ...half, sharpen: 2 }],
  ["of other hues", { ...half, hue: 75 }],
  ["in grey", { ...half, effect: { kind: "grayscale" } }],
  ["in sepia", { ...half, effect: { kind: "sepia" } }],
  ["inverted", { ...half, effect: { kind: "invert" } }],
  ["in two tones", { ...half, effect: { kind: "duotone", shadows: BLUE, highlights: GREEN } }],
  ["tinted", { ...half, effect: { kind: "tint", colour: BLUE } }],
  ["in blocks", { ...half, pixelate: 7 }],
  ["in blocks larger than itself", { ...half, pixelate: 256 }],
  [
    "with a border",
    { ...half, border: { width: 6, colour: GREEN }, output: { width: 172, height: 132 } },
  ],
  ["with round corners", { ...half, radius: 25, output: { ...half.output, alpha: true } }],
  [
    "with round corners, a border and a margin",
    {
      ...half,
      border: { width: 6, colour: BLUE },
      radius: 25,
      pad: { top: 3, right: 5, bottom: 7, left: 9, colour: GREEN },
      output: { width: 186, height: 142, alpha: true },
    },
  ],
  ["as a disc", { ...at(91, 91), radius: 45.5, output: { width: 91, height: 91, alpha: true } }],
  [
    "with a margin",
    {
      ...half,
      pad: { top: 3, right: 5, bottom: 7, left: 9, colour: GREEN },
      output: { width: 174, height: 130 },
    },
  ],
];

describe.each([
  ["JPEG", jpeg],
  ["WebP", webp],
])("a %s", (_, file) => {
  it.each(jobs)("%s looks as the reference makes it", async (_, wishes) => {
    const plan = planOf(
      factsIn(file),
      { ...whole, ...wishes, output: { format: "png", ...wishes.output } },
      file.length,
    );
    const { bytes } = await engine.render(plan, streamOf(file));
    const ours = await fromSharp(sharp(bytes));
    expect(difference(ours, await referenceOf(plan, file)).psnr).toBeGreaterThanOrEqual(AGREEMENT);
  });

  it("is laid over a blurred copy of itself, which is near a Gaussian", async () => {
    const wishes: Wishes = {
      ...whole,
      ...half,
      canvas: { width: 200, height: 130, x: 20, y: 5, colour: CLEAR },
      backdrop: true,
      output: { width: 200, height: 130 },
    };
    const plan = planOf(factsIn(file), wishes, file.length);
    const { bytes } = await engine.render(plan, streamOf(file));
    const ours = await fromSharp(sharp(bytes));
    expect(difference(ours, await referenceOf(plan, file)).psnr).toBeGreaterThanOrEqual(43);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)(
    "of orientation %i is set upright",
    async (orientation) => {
      const facts = factsIn(file, { orientation });
      const plan = planOf(facts, { to: 80, output: { format: "png" } }, file.length);
      const { bytes } = await engine.render(plan, streamOf(file));
      const ours = await fromSharp(sharp(bytes));
      expect(difference(ours, await referenceOf(plan, file)).psnr).toBeGreaterThanOrEqual(
        AGREEMENT,
      );
    },
  );
});

describe("what it makes", () => {
  const outputs: readonly [string, Wishes["output"] & object, number][] = [
    ["jpeg", { format: "jpeg", quality: 90 }, 38.5],
    [
      "progressive jpeg 4:4:4",
      { format: "jpeg", quality: 90, progressive: true, chroma: "444" },
      39.5,
    ],
    ["webp", { format: "webp", quality: 90 }, 38.5],
    ["webp 4:4:4", { format: "webp", quality: 90, chroma: "444" }, 38.5],
    ["webp lossless", { format: "webp", lossless: true }, 40.5],
    ["avif", { format: "avif", quality: 80 }, 37],
    ["png", { format: "png" }, 40.5],
  ];
  it.each(outputs)("%s comes back in sharp as it went in", async (_, output, least) => {
    const { bytes, facts } = await render(jpeg, { output });
    expect(facts).toMatchObject({ width: 320, height: 240, counts: { decode: 1, encode: 1 } });
    const meta = await sharp(bytes).metadata();
    if (output.format === "jpeg") {
      expect(meta.isProgressive).toBe(output.progressive ?? false);
      expect(meta.chromaSubsampling).toBe(output.chroma === "444" ? "4:4:4" : "4:2:0");
    }
    expect(difference(await fromSharp(sharp(bytes)), scene).psnr).toBeGreaterThanOrEqual(least);
  });

  it.each(["webp", "avif", "png"] as const)("%s keeps alpha, or drops it", async (format) => {
    const kept = await render(clear, { output: { format, quality: 90, alpha: true } });
    expect(difference(await fromSharp(sharp(kept.bytes)), disc(200)).psnr).toBeGreaterThan(30);
    const dropped = await render(clear, { flatten: GREEN, output: { format, alpha: false } });
    expect((await sharp(dropped.bytes).stats()).isOpaque).toBe(true);
  });

  it("converts Display P3 and Adobe RGB to sRGB as the reference does", async () => {
    for (const profile of ["display-p3", "adobe-rgb"] as const) {
      const plan = planOf(factsIn(jpeg, { profile }), { to: 100 }, jpeg.length);
      const { bytes } = await engine.render(plan, streamOf(jpeg));
      const ours = await fromSharp(sharp(bytes));
      expect(difference(ours, await referenceOf(plan, jpeg)).psnr).toBeGreaterThan(33);
    }
  });

  it("is the same however the source comes", async () => {
    for (const file of [jpeg, webp, clear]) {
      for (const format of ["jpeg", "webp"] as const) {
        const plan = planned(factsIn(file), { to: 90, output: { format } }, file.length);
        const once = await engine.render(plan, streamOf(file, file.length));
        for (const chunk of [1, 13, 1000, 16_384, 65_536]) {
          const again = await engine.render(plan, streamOf(file, chunk));
          expect(Buffer.compare(again.bytes, once.bytes)).toBe(0);
        }
      }
    }
  });

  it("leaves what it does not need of a source unread", async () => {
    let cancelled = false;
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? jpeg : new Uint8Array(1000));
        sent++;
      },
      cancel() {
        cancelled = true;
      },
    });
    const top = { crop: { x: 0, y: 0, width: 320, height: 40 }, ...at(160, 20) };
    const plan = planned(
      factsIn(jpeg),
      { ...top, output: { format: "jpeg", width: 160, height: 20 } },
      1e6,
    );
    await engine.render(plan, endless);
    expect(cancelled).toBe(true);
    expect(sent).toBeLessThan(5);
  });
});

describe("its memory", () => {
  it("never gives one picture's bytes to another", async () => {
    const secret = new Uint8Array(
      await inSharp(noisePicture(320, 240)).removeAlpha().jpeg({ quality: 95 }).toBuffer(),
    );
    const broken = jpeg.slice(0, jpeg.length >> 1);
    const fresh = openEngine();
    const plan = planned(factsIn(jpeg), { to: 160, output: { format: "png" } }, jpeg.length);
    const alone = await fresh.engine.render(plan, streamOf(jpeg));
    const shared = openEngine();
    for (let round = 0; round < 3; round++) {
      await shared.engine.render(plan, streamOf(secret));
      await expect(shared.engine.render(plan, streamOf(broken))).rejects.toBeInstanceOf(
        PictorError,
      );
      await shared.engine.render(plan, streamOf(secret));
      const after = await shared.engine.render(plan, streamOf(jpeg));
      expect(Buffer.compare(after.bytes, alone.bytes)).toBe(0);
    }
    expect(shared.pool.counts.reused).toBeGreaterThan(5);
    expect(shared.pool.counts.discarded).toBe(3);
  });

  it("stays as it is over 5,000 jobs of all kinds, one in seven of them broken", {
    timeout: 120_000,
  }, async () => {
    const own = openEngine();
    const progressive = await rgb().jpeg({ progressive: true }).toBuffer();
    const jobs = [jpeg, webp, clear, new Uint8Array(progressive)].flatMap((file) =>
      (["webp", "jpeg", "png"] as const).map((format, i) => {
        const wishes = { to: 40 + 20 * i, output: { format, alpha: false }, flatten: GREEN };
        return { file, plan: planned(factsIn(file), wishes, file.length) };
      }),
    );
    const run = async (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        const { file, plan } = jobs[i % jobs.length]!;
        const sent = i % 7 === 6 ? file.slice(0, file.length >> 1) : file;
        await own.engine.render(plan, streamOf(sent)).catch((error) => {
          if (!(error instanceof PictorError)) throw error;
        });
      }
    };
    await run(0, 500);
    const before = process.memoryUsage().rss;
    await run(500, 5_000);
    const { counts } = own.pool;
    expect(counts.discarded).toBe(714);
    expect(counts).toMatchObject({ busyBytes: 0 });
    expect(counts.idleBytes).toBeLessThanOrEqual(24 * 2 ** 20);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 2 ** 20);
  });

  it("is no more than was planned: what was priced for less is refused", async () => {
    const facts = factsIn(jpeg, { width: 320, height: 240 });
    const plan = {
      ...planned(facts, { output: { format: "webp" } }, jpeg.length),
      peakBytes: 2 ** 18,
    };
    await expect(engine.render(plan, streamOf(jpeg))).rejects.toMatchObject({
      code: "picture_too_large",
    });
  });
});

describe("refusals", () => {
  it.each([
    [{ jpegProcess: "lossless" as const }, "ossless"],
    [{ bitDepth: 12 }, "12 bits"],
  ])("of %o are told beforehand", async (which, reason) => {
    const facts = factsIn(jpeg, which);
    expect(engine.reads(facts)).toMatchObject({ reason: expect.stringContaining(reason) });
    const refused = engine.render(planOf(facts), streamOf(jpeg));
    await expect(refused).rejects.toMatchObject({ code: "unsupported_format" });
  });

  it("of CMYK there are none", () => {
    expect(engine.reads(factsIn(jpeg, { colour: "cmyk" }))).toBe(true);
  });

  it.each([
    ["JPEG", jpeg],
    ["WebP", webp],
  ])("of a %s that ends early are 422, wherever it ends", async (_, file) => {
    const plan = planned(factsIn(file), { to: 100, output: { format: "jpeg" } }, file.length);
    for (const part of [0, 0.02, 0.3, 0.6, 0.9]) {
      const cut = file.subarray(0, Math.floor(file.length * part));
      await expect(engine.render(plan, streamOf(cut))).rejects.toMatchObject({
        code: "broken_image",
      });
    }
    expect(pool.counts.busyBytes).toBe(0);
  });

  it("of damaged files are PictorErrors, and the next good file is done", {
    timeout: 60_000,
  }, async () => {
    const random = noisePicture(64, 64).data;
    const outcomes: Record<string, number> = {};
    for (const file of [jpeg, webp, clear]) {
      const plan = planned(factsIn(file), { to: 100, output: { format: "webp" } }, file.length);
      for (let round = 0; round < 80; round++) {
        const bad = file.slice();
        for (let i = 0; i < 1 + (round % 20); i++) {
          const place = (random[round * 60 + i * 3]! << 8) | random[round * 60 + i * 3 + 1]!;
          bad[20 + (place % (bad.length - 20))] = random[round * 60 + i * 3 + 2]!;
        }
        const outcome = await engine.render(plan, streamOf(bad)).then(
          () => "ok",
          (error) => (error instanceof PictorError ? error.code : String(error)),
        );
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    }
    expect(Object.keys(outcomes).sort()).toEqual(["broken_image", "ok"]);
    await render(jpeg, { to: 50, output: { format: "jpeg" } });
  });
});

it("gradients stay smooth", async () => {
  const file = new Uint8Array(
    await inSharp(gradient(400, 300)).removeAlpha().jpeg({ quality: 100 }).toBuffer(),
  );
  const { bytes } = await render(file, { to: 100, output: { format: "png" } });
  expect(difference(await fromSharp(sharp(bytes)), gradient(100, 75)).psnr).toBeGreaterThan(38);
});
