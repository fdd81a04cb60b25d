/**
 * The PNG encoder of our own: what sharp reads is what went in, in the leanest form that holds it, and files are about
 * as long as sharp's or shorter.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createInstance } from "../../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import type { Output, Plan } from "../../../src/image/job.ts";
import { instanceBytes, neededBytes } from "../../../src/image/memory-pictor.ts";
import { pngFileBytes } from "../../../src/image/memory-pictor-png-out.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { planOf } from "../plans.ts";
import { module } from "./module.ts";

interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Buffer;
}
type Rgba = readonly [number, number, number, number];

function pictureOf(width: number, height: number, at: (i: number) => Rgba): Picture {
  const data = Buffer.from(Array.from({ length: width * height }, (_, i) => at(i)).flat());
  return { width, height, data };
}

async function webpOf({ data, width, height }: Picture): Promise<Buffer> {
  const raw = { width, height, channels: 4 as const };
  return await sharp(data, { raw }).webp({ lossless: true, exact: true, effort: 0 }).toBuffer();
}

function planFor(file: Uint8Array, output: Partial<Output>): Plan {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("no facts");
  return planOf(result.facts, { output }, file.length);
}

function run(file: Uint8Array, plan: Plan, memory: number): Buffer {
  const instance = createInstance(module, memory);
  instance.start(jobBytes(plan));
  expect(instance.feed(file, true)).toBe(true);
  return Buffer.from(instance.output());
}

/** In no more memory than it is priced. */
function render(file: Uint8Array, output: Partial<Output> = {}): Buffer {
  const plan = planFor(file, { format: "png", ...output });
  const png = run(file, plan, instanceBytes(plan, file.length));
  expect(png.length).toBeLessThanOrEqual(pngFileBytes(plan.output));
  return png;
}

/** The very pixels that the encoder gets: what the module leaves to encoders elsewhere. */
function rasterOf(file: Uint8Array): Buffer {
  const plan = planFor(file, { format: "jxl" });
  return run(file, plan, instanceBytes(plan, file.length));
}

async function pixelsOf(png: Buffer): Promise<Buffer> {
  return await sharp(png).toColourspace("srgb").ensureAlpha().raw().toBuffer();
}

async function expectSame(picture: Picture): Promise<Buffer> {
  const file = await webpOf(picture);
  const png = render(file);
  expect(await sharp(png).metadata()).toMatchObject({
    format: "png",
    width: picture.width,
    height: picture.height,
  });
  expect((await pixelsOf(png)).equals(rasterOf(file))).toBe(true);
  return png;
}

/** Linear congruential, so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state >>> 8;
  };
}

const FORMS: Readonly<Record<number, string>> = {
  0: "gray",
  2: "rgb",
  3: "palette",
  4: "gray with alpha",
  6: "rgba",
};
/** As IHDR says: `palette 4` has four bits an index. */
const formOf = (png: Buffer) => `${FORMS[png[25]!]} ${png[24]}`;
const chunkAt = (png: Buffer, type: string) => png.indexOf(type, 8, "latin1");

const gray = (v: number, a = 255): Rgba => [v, v, v, a];
const colourOf = (i: number): Rgba => [
  (i * 37) & 255,
  ((i >> 8) * 91 + i * 59) & 255,
  i & 255,
  255,
];

describe("the form of a PNG", () => {
  const noise = randomOf(5);
  const photo = (a: () => number) => () =>
    [noise() & 127, noise() & 255, noise() & 63, a()] as const;
  const forms: readonly [string, string, (i: number) => Rgba][] = [
    ["photo", "rgb 8", photo(() => 255)],
    ["photo with alpha", "rgba 8", photo(() => 128 + (noise() & 127))],
    ["gray photo", "gray 8", () => gray(noise() & 255)],
    [
      "gray photo with alpha",
      "gray with alpha 8",
      () => gray(noise() & 255, 128 + (noise() & 127)),
    ],
    ["black and white", "gray 1", (i) => gray(i % 3 === 0 ? 255 : 0)],
    ["four levels", "gray 2", () => gray((noise() & 3) * 85)],
    ["sixteen levels", "gray 4", () => gray((noise() & 15) * 17)],
    ["two levels that are no sixteenths", "palette 1", () => gray(noise() & 1 ? 100 : 201)],
    ["two colours", "palette 1", () => colourOf(noise() & 1)],
    ["three colours", "palette 2", () => colourOf(noise() % 3)],
    ["16 colours", "palette 4", () => colourOf(noise() & 15)],
    ["17 colours", "palette 8", (i) => colourOf(i < 17 ? i : noise() % 17)],
    ["256 colours", "palette 8", (i) => colourOf(i < 256 ? i : noise() & 255)],
    ["257 colours", "rgb 8", (i) => colourOf(i < 257 ? i : noise() % 257)],
  ];
  it.each(forms)("of %s is %s", async (_, form, at) => {
    const png = await expectSame(pictureOf(61, 47, at));
    expect(formOf(png)).toBe(form);
  });

  it("is a palette only where it pays: few pixels of many colours have none", async () => {
    expect(formOf(await expectSame(pictureOf(5, 4, colourOf)))).toBe("rgb 8");
  });

  it("lists transparent colours first, so that tRNS ends with them", async () => {
    const alphas = [255, 0, 255, 128, 255, 255, 40];
    const at = (i: number): Rgba => [(i % 7) * 30, 200, (i % 7) * 9, alphas[i % 7]!];
    const png = await expectSame(pictureOf(40, 40, at));
    expect(formOf(png)).toBe("palette 4");
    expect(png.readUInt32BE(chunkAt(png, "tRNS") - 4)).toBe(3);
    expect(png.readUInt32BE(chunkAt(png, "PLTE") - 4)).toBe(21);
  });

  it("has no alpha where the job wants none", async () => {
    const file = await webpOf(pictureOf(40, 30, (i) => [i & 255, (i * 7) & 255, i % 91, i & 255]));
    const png = render(file, { alpha: false });
    expect(formOf(png)).toBe("rgb 8");
    const opaque = rasterOf(file).map((v, i) => (i % 4 === 3 ? 255 : v));
    expect((await pixelsOf(png)).equals(Buffer.from(opaque))).toBe(true);
  });

  it("has nothing but IHDR, PLTE, tRNS, IDAT and IEND, and is the same every time", async () => {
    const file = await webpOf(
      pictureOf(
        30,
        30,
        photo(() => 255),
      ),
    );
    const png = render(file);
    const types: string[] = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
      types.push(png.toString("latin1", at + 4, at + 8));
    expect(types).toEqual(["IHDR", "IDAT", "IEND"]);
    expect(render(file, { quality: 10 }).equals(png)).toBe(true);
  });
});

describe("the pixels of a PNG", () => {
  const widths = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(1, 15, 16, 17, 300));
  const arbitrary = fc.record({
    width: widths,
    height: fc.integer({ min: 1, max: 60 }),
    colours: fc.constantFrom(1, 2, 3, 4, 5, 16, 17, 255, 256, 257, 100_000),
    isGray: fc.boolean(),
    alpha: fc.constantFrom("opaque", "cut out", "any"),
    /** Pixels that are as the one before, of eight. */
    runs: fc.integer({ min: 0, max: 7 }),
    seed: fc.integer(),
  });

  it("are those of the raster, whatever they are", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(arbitrary, async (wishes) => {
      const random = randomOf(wishes.seed);
      const alphaOf = {
        opaque: () => 255,
        "cut out": () => (random() & 1) * 255,
        any: () => random() & 255,
      };
      const colour = (): Rgba => {
        const a = alphaOf[wishes.alpha as keyof typeof alphaOf]();
        const v = random() & 255;
        return wishes.isGray ? gray(v, a) : [v, random() & 255, random() & 255, a];
      };
      const few =
        wishes.colours <= 257 ? Array.from({ length: wishes.colours }, colour) : undefined;
      let last = few?.[0] ?? colour();
      const at = () => {
        if ((random() & 7) >= wishes.runs) last = few?.[random() % few.length] ?? colour();
        return last;
      };
      await expectSame(pictureOf(wishes.width, wishes.height, at));
    });
    await fc.assert(property, { numRuns: 120 });
  });

  it("are those of the raster where the file takes its place", { timeout: 60_000 }, async () => {
    for (const mask of [255, 15, 1]) {
      const random = randomOf(mask);
      const level = () => random() & mask;
      await expectSame(pictureOf(500, 400, () => [level(), level(), level(), 255]));
      await expectSame(pictureOf(500, 400, () => [level(), level(), level(), 255 - level()]));
    }
  });
});

describe("the memory of a PNG", () => {
  it.each([
    ["noise", 255],
    ["a flat picture", 0],
  ])("is priced near what %s takes", async (_, mask) => {
    const random = randomOf(3);
    const size = { width: 900, height: 700 };
    const raw = { ...size, channels: 3 as const };
    const data = Buffer.from(Array.from({ length: 900 * 700 * 3 }, () => random() & mask));
    const file = await sharp(data, { raw }).jpeg().toBuffer();
    const plan = planFor(file, { format: "png" });
    const needed = neededBytes(plan, file.length);
    run(file, plan, Math.ceil(needed / 65_536) * 65_536);
    expect(() => run(file, plan, Math.floor(needed / 1.5 / 65_536) * 65_536)).toThrow();
  });
});

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

describe.skipIf(!exists)("the corpus' pictures as PNG", () => {
  /** What decodes, at most 400 px wide: as lossless WebP, which this engine reads. */
  async function picturesOf(folder: string): Promise<readonly Buffer[]> {
    const names = readdirSync(new URL(`${folder}/`, CORPUS)).filter((name) => name.includes("."));
    const pictures = names.map(async (name) => {
      const file = readFileSync(new URL(`${folder}/${name}`, CORPUS));
      const image = sharp(file, { failOn: "error" }).rotate();
      const small = image.resize(400, null, { withoutEnlargement: true }).toColourspace("srgb");
      return await small
        .webp({ lossless: true, effort: 0 })
        .toBuffer()
        .then(
          (webp) => [webp],
          () => [], // Broken, or what sharp does not read.
        );
    });
    return (await Promise.all(pictures)).flat();
  }

  /** Our length for each of sharp's default. */
  async function ratioOf(file: Buffer): Promise<number> {
    const png = render(file);
    const raster = rasterOf(file);
    expect((await pixelsOf(png)).equals(raster)).toBe(true);
    const { width = 0, height = 0 } = await sharp(file).metadata();
    const image = sharp(raster, { raw: { width, height, channels: 4 } });
    const { isOpaque } = await image.clone().stats();
    const theirs = await (isOpaque ? image.removeAlpha() : image).png().toBuffer();
    return png.length / theirs.length;
  }

  it.each(["photo", "png", "gif", "webp"])(
    "from %s are seldom longer than sharp's, and never by a tenth",
    { timeout: 300_000 },
    async (folder) => {
      const ratios: number[] = [];
      for (const file of await picturesOf(folder)) ratios.push(await ratioOf(file));
      ratios.sort((a, b) => a - b);
      const median = ratios[ratios.length >> 1]!;
      const worst = ratios.at(-1)!;
      console.log(
        `${folder}: ${ratios.length} pictures, median ${median.toFixed(3)}, worst ${worst.toFixed(3)} of sharp's bytes`,
      );
      expect(ratios.length).toBeGreaterThan(2);
      expect(median).toBeLessThanOrEqual(0.9);
      expect(worst).toBeLessThanOrEqual(1.1);
    },
  );
});
