/**
 * The encoder of our own against libjpeg: sharp's JPEG without mozjpeg's extras is the same bytes, but for what JFIF
 * says of the pixels' size.
 */
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { createInstance } from "../../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import type { Output, Plan } from "../../../src/image/job.ts";
import { instanceBytes } from "../../../src/image/memory-pictor.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { planOf } from "../plans.ts";
import { module } from "./module.ts";

type Channels = 1 | 3;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly data: Buffer;
}

const CONTENTS: Readonly<Record<string, (i: number, random: () => number) => number>> = {
  flat: () => 77,
  waves: (i, random) => 128 + 90 * Math.sin(i / 50) + 30 * random(),
  specks: (_, random) => (random() < 0.01 ? 255 : 128),
  noise: (_, random) => 256 * random(),
  "black and white noise": (_, random) => (random() < 0.5 ? 0 : 255),
};

function pictureOf(content: string, width: number, height: number, channels: Channels): Picture {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) / 2 ** 23;
  };
  const value = CONTENTS[content]!;
  const data = Buffer.from(
    Array.from({ length: width * height * channels }, (_, i) => Math.floor(value(i, random))),
  );
  return { width, height, channels, data };
}

const rawOf = ({ data, ...raw }: Picture) => sharp(data, { raw });

function planFor(file: Uint8Array, output: Partial<Output>): Plan {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("no facts");
  return planOf(result.facts, { output }, file.length);
}

/** In no more memory than it is priced. */
function render(file: Uint8Array, output: Partial<Output>): Buffer {
  const plan = planFor(file, output);
  const instance = createInstance(module, instanceBytes(plan, file.length));
  instance.start(jobBytes(plan));
  expect(instance.feed(file, true)).toBe(true);
  return Buffer.from(instance.output());
}

/** From the quantisation tables on. */
const behindJfif = (jpeg: Buffer) => jpeg.subarray(jpeg.indexOf(Buffer.of(0xff, 0xdb)));

async function reference(image: Sharp, { quality, progressive, chroma }: Settings) {
  const chromaSubsampling = chroma === "420" ? "4:2:0" : "4:4:4";
  const options = { quality, progressive, chromaSubsampling, optimiseCoding: true };
  return await image.jpeg(options).toBuffer();
}

interface Settings {
  readonly quality: number;
  readonly progressive: boolean;
  readonly chroma: "420" | "444";
}

const SETTINGS: readonly Settings[] = [1, 80, 94, 100].flatMap((quality) =>
  [true, false].flatMap((progressive) =>
    (["420", "444"] as const).map((chroma) => ({ quality, progressive, chroma })),
  ),
);

const SIZES = [
  [1, 1],
  [3, 17],
  [16, 16],
  [37, 50],
  [130, 65],
] as const;

describe.each(Object.keys(CONTENTS))("JPEGs of %s", (content) => {
  it("are libjpeg's bytes when they come from pixels, and take the memory they are priced", async () => {
    for (const [width, height] of [...SIZES, [500, 401] as const]) {
      const picture = pictureOf(content, width, height, 3);
      const file = await rawOf(picture).webp({ lossless: true }).toBuffer();
      for (const settings of SETTINGS) {
        const ours = render(file, { format: "jpeg", ...settings });
        const theirs = await reference(rawOf(picture), settings);
        const isSame = behindJfif(ours).equals(behindJfif(theirs));
        expect(isSame, `${width}×${height} ${JSON.stringify(settings)}`).toBe(true);
      }
    }
  });

  it("are libjpeg's bytes when they come from the plane of a grey JPEG", async () => {
    for (const [width, height] of SIZES) {
      const picture = pictureOf(content, width, height, 1);
      const file = await rawOf(picture).toColourspace("b-w").jpeg({ quality: 95 }).toBuffer();
      const pixels = sharp(render(file, { format: "png" }))
        .toColourspace("srgb")
        .removeAlpha();
      const { data: levels, info } = await pixels.raw().toBuffer({ resolveWithObject: true });
      const data = Buffer.from(
        Array.from({ length: width * height }, (_, i) => levels[info.channels * i]!),
      );
      for (const settings of SETTINGS) {
        const ours = render(file, { format: "jpeg", ...settings });
        const grey = rawOf({ ...picture, data }).toColourspace("b-w");
        const theirs = await reference(grey, settings);
        const isSame = behindJfif(ours).equals(behindJfif(theirs));
        expect(isSame, `${width}×${height} ${JSON.stringify(settings)}`).toBe(true);
      }
    }
  });

  it("are as near to the picture as libjpeg's when they come from colour planes", async () => {
    const picture = pictureOf(content, 300, 217, 3);
    for (const settings of SETTINGS) {
      const chromaSubsampling = settings.chroma === "420" ? "4:2:0" : "4:4:4";
      const file = await rawOf(picture).jpeg({ quality: 100, chromaSubsampling }).toBuffer();
      const ours = render(file, { format: "jpeg", ...settings });
      const { data, info } = await sharp(ours).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 300, height: 217, channels: 3 });
      const theirs = await reference(sharp(file), settings).then((jpeg) =>
        sharp(jpeg).raw().toBuffer(),
      );
      const original = await sharp(file).raw().toBuffer();
      expect(error(data, original)).toBeLessThanOrEqual(1.02 * error(theirs, original) + 0.5);
    }
  });
});

/** Root of the mean square. */
function error(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / a.length);
}
