/** Animations: composed as readers do it, and written with the same frames, delays and loop. Sharp reads the results. */
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../../src/errors.ts";
import { MAX_ANIMATION_FRAMES } from "../../../src/image/budget.ts";
import { peakBytes } from "../../../src/image/memory.ts";
import { neededBytes } from "../../../src/image/memory-pictor.ts";
import { animationFileBytes } from "../../../src/image/memory-pictor-frames.ts";
import { planOf, type WantedFormat } from "../../../src/image/plan.ts";
import { probe } from "../../../src/image/probe/index.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";
import { difference, fromSharp, noise } from "../pictures.ts";
import { streamOf } from "../plans.ts";
import {
  apngFile,
  composed,
  gifFile,
  type Moving,
  type MovingFrame,
  scene,
  WRITERS,
} from "./animation-files.ts";
import { openEngine } from "./engines.ts";
import { colourOf, u16 } from "./gif-files.ts";

const { engine } = openEngine();

function planned(file: Uint8Array, query: string, format: WantedFormat) {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("no header");
  const pairs = [...new URLSearchParams(query)];
  return planOf(resolve(parse(pairs)), format, result.facts, file.length, peakBytes);
}

/** As a service would make it; `chunk`: bytes that arrive together. */
async function made(file: Uint8Array, query: string, format: WantedFormat, chunk = 1 << 16) {
  return (await engine.render(planned(file, query, format), streamOf(file, chunk))).bytes;
}

async function refusal(work: Promise<unknown>): Promise<PictorError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PictorError) return error;
  throw error ?? new Error("not refused");
}

/** All frames as sharp composes them, with their delays and loop. */
async function readBack(file: Uint8Array) {
  const image = sharp(file, { animated: true });
  const { pages = 1, delay, loop } = await image.metadata();
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const size = data.length / pages;
  const frames = Array.from({ length: pages }, (_, i): Raster => {
    const part = new Uint8ClampedArray(data.subarray(i * size, (i + 1) * size));
    return { width: info.width, height: info.height / pages, data: part };
  });
  return { frames, delay, loop };
}

const mosts = (got: readonly Raster[], wanted: readonly Raster[]) =>
  got.map((frame, i) => difference(frame, wanted[i]!).most);

const formats = ["gif", "webp", "png"] as const;

describe.each(formats)("an animated %s", (format) => {
  it.each(["webp", "gif"] as const)(
    "is composed as readers do it, and keeps its frames, delays and loop as %s",
    async (output) => {
      const moving = scene(format);
      const file = await WRITERS[format](moving);
      // What half-transparent frames show, a GIF cannot.
      const background = output === "gif" && format !== "gif" ? "background=white" : "";
      const lossless = output === "webp" ? "lossless=true" : background;
      const got = await readBack(await made(file, lossless, output));
      expect(got.delay).toEqual(moving.frames.map(({ delay }) => delay));
      expect(got.loop).toBe(4);
      if (background === "") {
        expect(Math.max(...mosts(got.frames, composed(moving)))).toBeLessThanOrEqual(
          format === "gif" ? 0 : 2,
        );
      }
      if (format !== "png") {
        const flattened = await readBack(file);
        if (background === "")
          expect(Math.max(...mosts(got.frames, flattened.frames))).toBeLessThanOrEqual(2);
      }
    },
  );

  it("has the same result however its bytes come", async () => {
    const file = await WRITERS[format](scene(format));
    const whole = await made(file, "w=20", "webp");
    for (const chunk of [1, 7, 100]) {
      expect(Buffer.compare(await made(file, "w=20", "webp", chunk), whole)).toBe(0);
    }
  });

  it("shows one frame as it is composed", async () => {
    const moving = scene(format);
    const file = await WRITERS[format](moving);
    const wanted = composed(moving);
    for (const [i, frame] of wanted.entries()) {
      const { frames } = await readBack(await made(file, `frame=${i + 1}`, "png"));
      expect(difference(frames[0]!, frame).most).toBeLessThanOrEqual(2);
    }
  });

  it("says how many frames there are when another one is asked for", async () => {
    const file = await WRITERS[format](scene(format));
    const error = await refusal(made(file, "frame=8", "png"));
    expect([error.status, error.info.param]).toEqual([400, "frame"]);
    expect(error.info.expected).toMatch(/1 to 7/);
  });

  it("is resized, cropped, turned and padded in every frame", async () => {
    const moving = scene(format);
    const file = await WRITERS[format](moving);
    const query = "w=20&crop=10,5,30,20&rotate=90&pad=3&background=ff0000&brightness=0.5";
    const all = await readBack(await made(file, `${query}&lossless=true`, "webp"));
    expect(all.frames.map(({ width, height }) => [width, height])).toEqual(
      moving.frames.map(() => [26, 36]),
    );
    for (let i = 1; i < moving.frames.length; i++) {
      const still = await readBack(await made(file, `${query}&frame=${i + 1}`, "png"));
      expect(difference(all.frames[i]!, still.frames[0]!).most).toBe(0);
    }
  });

  it("is refused, or ends with a whole frame, wherever it is cut", async () => {
    const moving = scene(format);
    const file = await WRITERS[format](moving);
    const wanted = composed(moving);
    const counts = new Set<number>();
    for (let end = 60; end < file.length; end += 13) {
      const cut = file.slice(0, end);
      let plan: ReturnType<typeof planned>;
      try {
        plan = planned(cut, "lossless=true", "webp");
      } catch (error) {
        expect((error as PictorError).code).toBe("broken_image");
        continue;
      }
      if (plan.frames === undefined) continue;
      const result = await engine.render(plan, streamOf(cut)).catch((error: PictorError) => error);
      if (result instanceof Error) {
        expect(result.code).toBe("broken_image");
        continue;
      }
      const { frames } = await readBack(result.bytes);
      counts.add(frames.length);
      expect(Math.max(...mosts(frames, wanted))).toBeLessThanOrEqual(2);
    }
    expect(Math.max(0, ...counts)).toBeLessThanOrEqual(moving.frames.length);
  });

  it("takes the same memory whatever the number of its frames", async () => {
    const one = scene(format);
    const many = { ...one, frames: Array.from({ length: 20 }, () => one.frames).flat() };
    const [few, long] = [await WRITERS[format](one), await WRITERS[format](many)];
    const plans = [few, long].map((file) => planned(file, "w=30", "gif"));
    // Of WebP, the file itself is held.
    const held = format === "webp" ? long.length - few.length : 0;
    const [first, second] = plans.map((plan, i) => neededBytes(plan, [few, long][i]!.length));
    expect(second! - first!).toBeLessThanOrEqual(2 * held);
    // What is made of them leaves in parts, and is joined.
    const files = plans.map((plan) => 2 * animationFileBytes(plan));
    expect(plans[1]!.peakBytes - plans[0]!.peakBytes).toBeLessThanOrEqual(
      2 * held + files[1]! - files[0]!,
    );
    const { frames, delay } = await readBack(
      (await engine.render(plans[1]!, streamOf(long))).bytes,
    );
    expect(frames.length).toBe(140);
    expect(delay).toEqual(many.frames.map((frame) => frame.delay));
  });
});

const still = (frame: Partial<MovingFrame>): MovingFrame => ({
  ...{ x: 0, y: 0, width: 8, height: 8, index: () => 1, delay: 50 },
  ...frame,
});

describe("a GIF", () => {
  it("may have frames that hang out of the canvas, or have no pixels", async () => {
    const frames = [
      still({}),
      still({ x: 6, y: 6, width: 200, height: 3, index: (x) => x % 5 }),
      still({ x: 9, y: 20, index: () => 4 }),
      still({ width: 0 }),
      still({ x: 4, width: 2, height: 2, index: () => 6, disposal: "previous" }),
      still({ height: 0 }),
    ];
    const moving = { width: 8, height: 8, plays: 0, frames };
    const got = await readBack(await made(gifFile(moving), "lossless=true", "webp"));
    expect(mosts(got.frames, composed(moving))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(got.loop).toBe(0);
  });

  it("without a word on it is played once", async () => {
    const moving = {
      width: 8,
      height: 8,
      plays: 1,
      frames: [still({}), still({ index: () => 2 })],
    };
    for (const output of ["webp", "gif"] as const) {
      expect((await readBack(await made(gifFile(moving), "", output))).loop).toBe(1);
    }
  });
});

describe("an APNG", () => {
  it("does not show the picture that is for readers without animation", async () => {
    const moving = scene("png");
    const file = apngFile(moving, true);
    const got = await readBack(await made(file, "lossless=true", "webp"));
    expect(Math.max(...mosts(got.frames, composed(moving)))).toBeLessThanOrEqual(2);
    const { frames } = await readBack(await made(file, "anim=false", "webp"));
    expect(frames.length).toBe(1);
  });

  it("is refused when its frames are out of order, or lie outside the canvas", async () => {
    const broken = [still({}), still({ x: 4 })];
    const file = apngFile({ width: 8, height: 8, plays: 0, frames: broken });
    expect((await refusal(made(file, "", "webp"))).code).toBe("broken_image");
    const [first, second] = [still({}), still({})];
    const swapped = apngFile({ width: 8, height: 8, plays: 0, frames: [first, second] });
    const at = Buffer.from(swapped).lastIndexOf("fcTL") + 7;
    swapped[at] = 7;
    expect((await refusal(made(swapped, "", "webp"))).code).toBe("broken_image");
  });
});

describe("the limits of animations", () => {
  const tiny = (count: number): Moving => ({
    width: 1,
    height: 1,
    plays: 0,
    frames: Array.from({ length: count }, (_, i) =>
      still({ width: 1, height: 1, index: () => i % 9 }),
    ),
  });

  it("are told where the number of frames shows as they come", async () => {
    const head = gifFile(tiny(MAX_ANIMATION_FRAMES + 1));
    // All that is there when it is planned.
    const plan = planned(head.slice(0, 5000), "", "gif");
    const error = await refusal(engine.render(plan, streamOf(head)));
    expect([error.code, error.info.fix]).toEqual([
      "picture_too_large",
      "anim=false shows the first frame.",
    ]);
    expect(error.info.expected).toContain("2000 frames");
  });

  const beyond = (frame: Partial<MovingFrame>): Uint8Array => {
    const first = still({ width: 1, height: 1 });
    return gifFile({ width: 1, height: 1, plays: 0, frames: [first, still(frame)] });
  };

  it("count the pixels of a GIF that hang out of its canvas", async () => {
    const fits = { width: MAX_ANIMATION_FRAMES - 1, height: 1 };
    expect((await readBack(await made(beyond(fits), "", "gif"))).frames.length).toBe(2);
    const over = beyond({ ...fits, width: MAX_ANIMATION_FRAMES });
    for (const query of ["", "frame=2"]) {
      const error = await refusal(made(over, query, "gif"));
      expect([error.code, error.info.fix]).toEqual([
        "picture_too_large",
        "anim=false shows the first frame.",
      ]);
    }
    for (const query of ["anim=false", "frame=1"]) {
      expect((await readBack(await made(over, query, "gif"))).frames.length).toBe(1);
    }
  });

  it("count them frame after frame", async () => {
    const wide = still({ width: MAX_ANIMATION_FRAMES / 2, height: 1 });
    const first = still({ width: 1, height: 1 });
    const file = gifFile({ width: 1, height: 1, plays: 0, frames: [first, wide, wide] });
    expect((await refusal(made(file, "", "gif"))).code).toBe("picture_too_large");
    expect((await readBack(await made(file, "frame=2", "png"))).frames.length).toBe(1);
  });

  it("do not count rows below the canvas of a GIF, which are not decoded", async () => {
    // Their codes mean nothing: the row that is seen is all that there is.
    const low = beyond({ width: 1, height: 1, index: () => 3 });
    const at = Buffer.from(low).lastIndexOf(Uint8Array.of(0x2c, 0, 0, 0, 0, 1, 0, 1, 0));
    const tall = Uint8Array.from(low);
    tall.set(u16(65_535), at + 7);
    const { frames } = await readBack(await made(tall, "lossless=true", "webp"));
    expect([...frames[1]!.data]).toEqual([...colourOf(3), 255]);
    // Interlaced ones lie between those that are seen.
    const interlaced = Uint8Array.from(tall);
    interlaced[at + 9] = 0x40;
    expect((await refusal(made(interlaced, "", "webp"))).code).toBe("picture_too_large");
    // Nothing of it is seen.
    for (const place of [{ x: 1 }, { y: 1 }]) {
      const unseen = beyond({ ...place, width: 3000, height: 1, interlaced: true });
      expect((await readBack(await made(unseen, "", "gif"))).frames.length).toBe(2);
    }
  });

  it("count what the result has, too", () => {
    const file = gifFile(tiny(3));
    expect(planned(file, "", "gif").frames?.most).toBe(MAX_ANIMATION_FRAMES);
    expect(planned(file, "w=1000&fit=contain", "gif").frames?.most).toBe(50);
  });

  it("count as often as an animation may be made for max-bytes", () => {
    const wishes = "w=1000&fit=contain&max-bytes=5000";
    expect(planned(gifFile(tiny(3)), wishes, "webp").frames?.most).toBe(10);
    // A GIF has no quality to lower.
    expect(planned(gifFile(tiny(3)), wishes, "gif").frames?.most).toBe(50);
  });
});

describe("a GIF that is written", () => {
  const raster = (width: number, height: number, seed: number, colours: number): Raster => {
    const next = noise(seed);
    const palette = Array.from({ length: colours }, () => [next(), next(), next(), 255]);
    const data = new Uint8ClampedArray(width * height * 4);
    for (let i = 0; i < data.length; i += 4)
      data.set(palette[(next() * 256 + next()) % colours]!, i);
    return { width, height, data };
  };
  const png = (picture: Raster) =>
    sharp(Buffer.from(picture.data), {
      raw: { width: picture.width, height: picture.height, channels: 4 },
    })
      .png()
      .toBuffer();

  it("has the very pixels of a picture of up to 256 colours", async () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 90 }),
      height: fc.integer({ min: 1, max: 90 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      colours: fc.integer({ min: 1, max: 256 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ width, height, seed, colours }) => {
        const picture = raster(width, height, seed, colours);
        const { frames } = await readBack(
          await made(new Uint8Array(await png(picture)), "", "gif"),
        );
        expect(difference(frames[0]!, picture).most).toBe(0);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it("is as near as sharp's to a picture of more colours, also as the eye blurs it, and no longer", async () => {
    const { width, height } = { width: 300, height: 200 };
    const data = new Uint8ClampedArray(width * height * 4);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i += 4) {
        const wave = 40 * Math.sin(x / 17) * Math.cos(y / 23);
        data.set([(200 * x) / width + wave, 220 - (200 * y) / height, 128 + wave * 2, 255], i);
      }
    }
    const picture = { width, height, data };
    const file = new Uint8Array(await png(picture));
    const ours = await made(file, "", "gif");
    const theirs = await sharp(file).gif({ effort: 7 }).toBuffer();
    expect(ours.length).toBeLessThanOrEqual(theirs.length);
    const seen = (image: Uint8Array, sigma: number) =>
      fromSharp(sigma > 0 ? sharp(image).blur(sigma) : sharp(image));
    for (const [sigma, least] of [
      [0, 0],
      [1.5, 1.5],
    ] as const) {
      const wanted = await seen(file, sigma);
      const psnr = difference(await seen(ours, sigma), wanted).psnr;
      expect(psnr).toBeGreaterThan(difference(await seen(theirs, sigma), wanted).psnr - least);
    }
  });

  it("does not flicker: where the picture rests, its pixels stay as they are", async () => {
    const grain = Buffer.from(Array.from({ length: 64 * 48 * 3 }, noise(9)));
    const other = Buffer.from(grain);
    other.fill(200, 0, 64 * 3 * 10);
    const two = Buffer.concat([grain, other]);
    const moving = await sharp(two, { raw: { width: 64, height: 96, channels: 3, pageHeight: 48 } })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    const { frames } = await readBack(await made(new Uint8Array(moving), "", "gif"));
    expect(frames.length).toBe(2);
    const below = frames.map(({ data }) => Buffer.from(data.slice(64 * 4 * 10)));
    expect(Buffer.compare(below[0]!, below[1]!)).toBe(0);
  });

  it.each([
    ["gif", ""],
    ["webp", "q=100"],
    ["webp", "lossless=true"],
  ] as const)("as %s (%s) keeps within its memory for noise with alpha", async (output, query) => {
    const next = noise(4);
    const frames = Array.from({ length: 4 }, () => {
      const grain = Array.from({ length: 4001 }, next);
      return still({
        width: 420,
        height: 310,
        index: (x, y) => (grain[(x * 13 + y * 97) % 4001]! % 20) - 4,
        disposal: "previous",
        alpha: 200,
      });
    });
    const file = apngFile({ width: 420, height: 310, plays: 0, frames });
    const got = await readBack(await made(file, `${query}&w=600&fit=contain`, output));
    expect(got.frames.length).toBe(4);
  });
});

describe("a lossy WebP", () => {
  it("leaves no traces of what has moved on", async () => {
    // A square of hard edges, first here, then there, on plain grey.
    const grey = { x: 0, y: 0, width: 96, height: 96, delay: 50 };
    const square = (left: number) => (x: number, y: number) =>
      x >= left && x < left + 21 && y >= 37 && y < 58 ? 1 + ((x + y) % 5) : 9;
    const frames = [3, 7, 60].map((left) => ({ ...grey, index: square(left) }));
    const file = gifFile({ width: 96, height: 96, plays: 0, frames });
    const { frames: got } = await readBack(await made(file, "q=50", "webp"));
    const clean = await readBack(await made(file, "q=50&frame=3", "webp"));
    const left = ({ data }: Raster) =>
      Array.from({ length: 96 }, (_, y) => [...data.subarray(y * 384, y * 384 + 40 * 4)]).flat();
    const [moved, still] = [left(got[2]!), left(clean.frames[0]!)];
    const most = Math.max(...moved.map((level, i) => Math.abs(level - still[i]!)));
    expect(most).toBeLessThanOrEqual(10);
  });
});
