/** What is refused for its header is refused before a look at its pixels, which would take seconds. */
import { expect, it } from "vitest";
import { PictorError } from "../src/errors.ts";
import { peakBytes } from "../src/image/memory.ts";
import type { Job, TransformerTools } from "../src/job.ts";
import type { OutputClass } from "../src/params/output.ts";
import type { Engine } from "../src/ports.ts";
import { plannedSource } from "../src/render.ts";
import { transformOf } from "./image/facts.ts";
import {
  bmp,
  chunk,
  gif,
  le16,
  png,
  riff,
  riffChunk,
  tiff,
  u32,
  vp8,
  vp8x,
  zeros,
} from "./image/probe/bytes.ts";

const ANIMATION = 2;
const u24 = (n: number) => [...le16(n & 0xffff), n >>> 16];

/** An animated WebP; each frame fills so much of its canvas. */
function webp(side: number, frames: number, frameSide = side): Uint8Array {
  const size = [...u24(frameSide - 1), ...u24(frameSide - 1)];
  const frame = riffChunk("ANMF", zeros(6), size, zeros(4), vp8(frameSide, frameSide));
  const all = Array.from({ length: frames }, () => frame);
  return riff(vp8x(ANIMATION, side, side), riffChunk("ANIM", zeros(6)), ...all);
}

/** Its header says how many frames an APNG has; more than its length has room for are not believed. */
const apng = (side: number, frames: number) =>
  png(
    { width: side, height: side },
    chunk("acTL", u32(frames), u32(0)),
    chunk("tEXt", zeros(frames * 40)),
  );

const tif = (side: number) =>
  tiff([
    [256, 4, side],
    [257, 4, side],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 4, 8],
    [279, 4, 8 * side],
  ]);

/** Plans a picture of that file for those wishes; says how often it was held, and looked at. */
async function planned(file: Uint8Array, query: string, output: OutputClass) {
  const seen = { held: 0, looked: 0 };
  const raster = { width: 2, height: 1, data: Uint8ClampedArray.of(0, 0, 0, 255, 9, 99, 9, 255) };
  const engine = {
    peakBytes,
    reads: () => true,
    async hold() {
      seen.held++;
      const look = async () => {
        seen.looked++;
        return raster;
      };
      return { look, release: () => {} };
    },
  } as unknown as Engine;
  const origin = {
    open: async () => ({
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(file);
          controller.close();
        },
      }),
      size: file.length,
      validator: {},
    }),
  };
  const sights = { recall: async () => undefined, remember: async () => {} };
  const transform = transformOf(query);
  const job = { transform, output, origin, name: "a", path: "/a", overlays: [] };
  const tools = { engine, sights, defer: () => {} };
  const made = await plannedSource(
    job as unknown as Job,
    tools as unknown as TransformerTools,
  ).catch((error: unknown) => error);
  return { ...seen, code: made instanceof PictorError ? made.code : "planned", made };
}

const TRIM = "trim=border&w=100";
const SEEN = "w=100&h=100&fit=cover&gravity=auto";
const FACE = "w=100&h=100&fit=cover&gravity=face&zoom=0.5";
const COLOUR = "w=100&h=200&fit=pad&background=auto";

it.each<[string, Uint8Array, OutputClass]>([
  ["a PNG of 900 megapixels", png({ width: 30_000, height: 30_000, depth: 1, type: 0 }), "webp"],
  ["the same, of which only sizes are told", png({ width: 30_000, height: 30_000 }), "json"],
  ["the same, as a placeholder", png({ width: 30_000, height: 30_000 }), "blurhash"],
  ["a GIF of 4.3 gigapixels", gif({ width: 65_535, height: 65_535 }), "png"],
  ["a BMP of 41 megapixels", bmp({ width: 6500, height: 6400 }), "webp"],
  ["a TIFF of 41 megapixels", tif(6410), "webp"],
])("%s is refused before it is looked at", async (_, file, output) => {
  // Nothing of a picture's colours shows in its sizes.
  const queries = output === "json" ? [TRIM, SEEN, FACE] : [TRIM, SEEN, FACE, COLOUR];
  for (const query of queries) {
    const { held, looked, code } = await planned(file, query, output);
    expect([query, held, looked, code]).toEqual([query, 0, 0, "picture_too_large"]);
  }
});

it.each<[string, Uint8Array]>([
  ["WebP", webp(1000, 60)],
  ["APNG", apng(1000, 60)],
  ["GIF", gif({ width: 1000, height: 1000, frames: 60 })],
])(
  "an animated %s of too many frames is refused before, its first frame is not",
  async (_, file) => {
    for (const query of [TRIM, SEEN, FACE]) {
      const all = await planned(file, query, "webp");
      expect([all.held, all.looked, all.code]).toEqual([0, 0, "picture_too_large"]);
      const still = await planned(file, `${query}&anim=false`, "webp");
      expect([still.looked, still.code]).toEqual([1, "planned"]);
    }
  },
);

it("an animation is not looked at for a format that cannot move", async () => {
  const { looked, code } = await planned(webp(300, 4), `${TRIM}&format=auto`, "avif");
  expect([looked, code]).toEqual([0, "still_only"]);
});

it("a result that is too large wherever it is cut is refused before", async () => {
  const file = png({ width: 9000, height: 9000 });
  const { looked, code } = await planned(file, "w=8000&h=8000&fit=cover&gravity=auto", "webp");
  expect([looked, code]).toEqual([0, "output_too_large"]);
});

it("what fits is looked at once", async () => {
  const file = png({ width: 3000, height: 2000 });
  for (const query of [TRIM, SEEN, FACE, COLOUR]) {
    const { looked, code } = await planned(file, query, "webp");
    expect([query, looked, code]).toEqual([query, 1, "planned"]);
  }
});

it("a small part of a picture that is decoded whole is refused for the picture's size", async () => {
  const whole = riff(vp8(10_000, 10_000));
  const { code, made } = await planned(whole, "crop=0,0,20,20&w=100", "png");
  expect(code).toBe("picture_too_large");
  const { info } = made as PictorError;
  expect(info.detail).toMatch(
    /^Decoding this WEBP takes \d+\.\d MiB; a request may take 80\.0 MiB\.$/,
  );
  expect(info.received).toBe("10000 × 10000 (100.0 megapixels)");
  expect(info.fix).toMatch(/^width=\d+, or store the picture in a smaller size\.$/);
  // A larger part, in fewer pixels, is made from less.
  const { code: whenSmall } = await planned(whole, "w=100", "png");
  expect(whenSmall).toBe("planned");
});
