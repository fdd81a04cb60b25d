import fc from "fast-check";
import sharp, { type Blend as SharpBlend } from "sharp";
import { describe, expect, it } from "vitest";
import type { Drawn } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import type { Blend } from "../../../src/params/kinds-draw.ts";
import { BLENDS } from "../../../src/params/kinds-draw.ts";
import type { HeldSource } from "../../../src/ports.ts";
import { difference, fromSharp, inSharp, noise, picture } from "../pictures.ts";
import { drawn, factsOf, planOf, streamOf } from "../plans.ts";
import { draw } from "../reference/draw.ts";
import { openEngine } from "./engines.ts";

/** Noise that is often fully opaque or fully transparent, and often black, white or grey. */
function mixedNoise(width: number, height: number, seed: number): Raster {
  const next = noise(seed);
  const ends = (value: number) => (value < 40 ? 0 : value > 215 ? 255 : next());
  return picture(width, height, () => {
    const grey = next();
    const pick = () => (grey < 30 ? grey * 8 : ends(next()));
    return [pick(), pick(), pick(), ends(next())];
  });
}

async function pngOf(raster: Raster): Promise<Uint8Array> {
  return new Uint8Array(await inSharp(raster).png({ compressionLevel: 0 }).toBuffer());
}

/** As the engine's caller holds an overlay. */
function heldFile(bytes: Uint8Array): HeldSource {
  const refuse = () => Promise.reject(new Error("nobody looks at it"));
  const open = () => streamOf(bytes);
  return { size: bytes.length, open, look: refuse, render: refuse, release: () => undefined };
}

const { engine } = openEngine();

type Placed = readonly [overlay: Raster, how: Partial<Omit<Drawn, "plan">>];

async function made(backdrop: Raster, overlays: readonly Placed[]): Promise<Raster> {
  const { width, height } = backdrop;
  const file = await pngOf(backdrop);
  const plan = planOf(factsOf({ format: "png", width, height, alpha: true }), {
    draw: overlays.map(([overlay, how]) => drawn(overlay, how)),
    output: { format: "png" },
  });
  const held = await Promise.all(overlays.map(async ([o]) => heldFile(await pngOf(o))));
  const { bytes } = await engine.render(plan, streamOf(file), held);
  return fromSharp(sharp(bytes));
}

/** The picture as the module has it: colours of transparent pixels have lost some levels to premultiplied alpha. */
async function seen(raster: Raster): Promise<Raster> {
  const { width, height } = raster;
  const facts = factsOf({ format: "png", width, height, alpha: true });
  return engine.look(
    planOf(facts, { output: { format: "raster" } }),
    streamOf(await pngOf(raster)),
  );
}

const PLAIN = {
  x: 0,
  y: 0,
  repeatX: false,
  repeatY: false,
  opacity: 1,
  blend: "normal",
} as const;

/**
 * libvips' names; it has no mode that takes hue, saturation and luminosity apart. Between opaque and transparent it
 * blends colours that are multiplied by alpha, which the specification does not: so only `over` has overlays in between.
 */
const IN_SHARP: Partial<Record<Blend, SharpBlend>> = {
  normal: "over",
  multiply: "multiply",
  screen: "screen",
  overlay: "overlay",
  darken: "darken",
  lighten: "lighten",
  "hard-light": "hard-light",
  difference: "difference",
  exclusion: "exclusion",
};

/** Every pixel opaque or transparent. */
function solid({ width, height, data }: Raster): Raster {
  return { width, height, data: data.map((value, i) => (i % 4 === 3 && value < 255 ? 0 : value)) };
}

describe("draw", () => {
  const backdrop = mixedNoise(48, 40, 3);
  const overlay = mixedNoise(48, 40, 11);

  it.each(BLENDS)("blends %s as the specification's formula", async (blend) => {
    for (const opacity of [1, 0.35]) {
      const how = { ...PLAIN, blend, opacity };
      const result = await made(backdrop, [[overlay, how]]);
      const expected = draw(await seen(backdrop), await seen(overlay), how);
      expect(difference(result, expected).most).toBeLessThanOrEqual(1);
    }
  });

  it.each(["hue", "saturation", "color", "luminosity"] as const)(
    "leaves every grey under a grey as %s has it",
    async (blend) => {
      const under = picture(256, 16, (x) => [x, x, x, 255]);
      const over = picture(256, 16, (_, y) => [y * 17, y * 17, y * 17, 255]);
      const expected = blend === "luminosity" ? over : under;
      const { most } = difference(await made(under, [[over, { blend }]]), expected);
      expect(most).toBe(0);
    },
  );

  it.each(Object.entries(IN_SHARP))("blends %s as sharp does", async (mode, blend) => {
    const under = solid(backdrop);
    const over = blend === "over" ? overlay : solid(overlay);
    const result = await made(under, [[over, { blend: mode as Blend }]]);
    const input = await inSharp(over).png().toBuffer();
    const expected = await fromSharp(inSharp(under).composite([{ input, blend: blend! }]));
    expect(difference(result, expected).most).toBeLessThanOrEqual(2);
  });

  it("leaves what is under transparent pixels of the overlay as it is", async () => {
    const clear = picture(48, 40, () => [9, 99, 199, 0]);
    expect(await made(backdrop, [[clear, {}]])).toEqual(await seen(backdrop));
  });

  it("shows what is over transparent pixels of the picture, whatever the mode", async () => {
    const clear = picture(48, 40, () => [0, 0, 0, 0]);
    const opaque = picture(48, 40, (x, y) => [x * 5, y * 6, 77, 255]);
    for (const blend of BLENDS) expect(await made(clear, [[opaque, { blend }]])).toEqual(opaque);
  });

  const place = fc.record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    x: fc.oneof(fc.integer({ min: -30, max: 60 }), fc.constantFrom(-8192, 16_384)),
    y: fc.oneof(fc.integer({ min: -30, max: 60 }), fc.constantFrom(-8192, 16_384)),
    repeatX: fc.boolean(),
    repeatY: fc.boolean(),
    opacity: fc.constantFrom(1, 0.5),
    blend: fc.constantFrom<Blend>("normal", "multiply"),
  });

  it("places, cuts and repeats any overlay as asked, one over the other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 4 }), async (places) => {
        const overlays = places.map(
          ({ width, height, ...how }, i) => [mixedNoise(width, height, 20 + i), how] as const,
        );
        let expected = await seen(backdrop);
        for (const [o, how] of overlays) expected = draw(expected, await seen(o), how);
        const { most } = difference(await made(backdrop, overlays), expected);
        // A level for each that is rounded.
        expect(most).toBeLessThanOrEqual(overlays.length);
      }),
      { numRuns: 60 },
    );
  });

  it("names the overlay that is broken", async () => {
    const files = [await pngOf(overlay), (await pngOf(overlay)).slice(0, 700)].map(heldFile);
    const plan = planOf(factsOf({ format: "png", width: 48, height: 40, alpha: true }), {
      draw: [drawn(overlay), drawn(overlay)],
    });
    const refused = engine.render(plan, streamOf(await pngOf(backdrop)), files);
    await expect(refused).rejects.toMatchObject({
      code: "broken_image",
      info: { param: "draw", detail: expect.stringContaining("Overlay 2") },
    });
  });
});
