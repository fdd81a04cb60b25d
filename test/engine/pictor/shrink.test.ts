/** Shrink on load: every size of the inverse DCT against sharp, which decodes the whole picture. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/image/facts.ts";
import { jobMap } from "../../../src/image/memory-pictor-map.ts";
import { jpegScale } from "../../../src/image/memory-pictor-shrink.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { difference, fromSharp, inSharp, picture } from "../pictures.ts";
import { planOf, streamOf } from "../plans.ts";
import { openEngine } from "./engines.ts";

const { engine } = openEngine();
type Wishes = NonNullable<Parameters<typeof planOf>[1]>;
/** No multiple of 16, so that no size ends with a block. */
const WIDTH = 1205;
const HEIGHT = 803;

/** Waves of growing frequency and an edge; the colours change slowly, as 4:2:0 is brought to full size in many ways. */
const scene = picture(WIDTH, HEIGHT, (x, y) => {
  const light = 50 * Math.sin((x * x) / 1500) * Math.cos(y / 14);
  const grey = light + (Math.hypot(x - 700, y - 400) < 260 ? 40 : 0);
  return [60 + grey + (x * 100) / WIDTH, 80 + grey + (y * 60) / HEIGHT, 110 + grey, 255];
});
const colour = () => inSharp(scene).removeAlpha();
const files: readonly [string, Promise<Buffer>][] = [
  ["4:2:0", colour().jpeg({ quality: 95 }).toBuffer()],
  ["4:4:4", colour().jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer()],
  ["4:2:0, progressive", colour().jpeg({ quality: 95, progressive: true }).toBuffer()],
  ["grey", colour().greyscale().jpeg({ quality: 95 }).toBuffer()],
];

function factsIn(file: Uint8Array): Facts {
  const found = probe(file, true);
  if (found.kind !== "facts") throw new Error("The picture has no header.");
  return found.facts;
}

async function render(file: Uint8Array, wishes: Wishes) {
  const plan = planOf(factsIn(file), wishes, file.length);
  const priced = { ...plan, peakBytes: engine.peakBytes(plan, file.length) };
  const { bytes } = await engine.render(priced, streamOf(file));
  return { plan, raster: await fromSharp(sharp(bytes)) };
}

describe("a JPEG shrunk while it is decoded", () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map((eighths) => [eighths] as const);
  describe.each(files)("%s", (_, file) => {
    it.each(sizes)("to %i eighths looks as if it had been decoded in full", async (eighths) => {
      const source = new Uint8Array(await file);
      const { plan, raster } = await render(source, { to: Math.floor((WIDTH * eighths) / 16) - 1 });
      expect(jpegScale(plan.source, jobMap(plan).least)).toBe(eighths);
      const { width, height } = plan.output;
      const full = await fromSharp(sharp(source).toColourspace("srgb"));
      const expected = await fromSharp(inSharp(full).resize(width, height, { fit: "fill" }));
      expect(difference(raster, expected).psnr).toBeGreaterThan(42);
    });

    const corners = [
      { x: 0, y: 0 },
      { x: 301, y: 203 },
      { x: WIDTH - 400, y: HEIGHT - 300 },
    ].map((corner) => [corner, { ...corner, width: 400, height: 300 }] as const);
    it.each(corners)("is cut out at %o as if it had been decoded in full", async (_, crop) => {
      const source = new Uint8Array(await file);
      const full = await fromSharp(sharp(source).toColourspace("srgb"));
      const { x: left, y: top, width, height } = crop;
      const part = await fromSharp(inSharp(full).extract({ left, top, width, height }));
      for (const resize of [
        { width: 400, height: 300 },
        { width: 97, height: 73 },
      ]) {
        const { raster } = await render(source, {
          crop,
          resize,
          extract: { x: 0, y: 0, ...resize },
          output: resize,
        });
        const expected = inSharp(part).resize(resize.width, resize.height, { fit: "fill" });
        expect(difference(raster, await fromSharp(expected)).psnr).toBeGreaterThan(42);
      }
    });
  });
});

describe("a progressive JPEG that is too large to be kept as twice its result", () => {
  it("is kept smaller, and still fits and looks right", { timeout: 60_000 }, async () => {
    const [width, height] = [8660, 5774];
    const bands = picture(40, 30, (x, y) => [x * 6, y * 8, (x + y) * 3, 255]);
    const large = () => inSharp(bands).removeAlpha().resize(width, height, { fit: "fill" });
    const chroma = { chromaSubsampling: "4:4:4" };
    const file = new Uint8Array(
      await large()
        .jpeg({ progressive: true, ...chroma })
        .toBuffer(),
    );
    const { plan, raster } = await render(file, { to: 1600 });
    expect(jobMap(plan).margin).toBe(1);
    const expected = await fromSharp(sharp(file).resize(1600, raster.height, { fit: "fill" }));
    expect(difference(raster, expected).psnr).toBeGreaterThan(45);
  });
});
