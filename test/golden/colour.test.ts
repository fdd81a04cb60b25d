/** Colours, by URL: profiles of every kind become sRGB, or stay wide where that is asked for. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  cmykJpeg,
  hues,
  huesImage,
  jpegWithProfile,
  pngWithProfile,
} from "../engine/colour/files.ts";
import { distance, pixelsOf } from "../engine/colour/render.ts";
import { matrixProfile, SRGB_COLORANTS, tableProfile } from "../image/probe/profiles.ts";
import { useService } from "./service.ts";

const golden = useService();
const [red, green, blue] = SRGB_COLORANTS;
const files: Record<string, Buffer> = {};

beforeAll(async () => {
  const plain = await huesImage().png().toBuffer();
  const p3 = await sharp(plain).withIccProfile("p3").png().toBuffer();
  files["p3.png"] = pngWithProfile(plain, (await sharp(p3).metadata()).icc!);
  files["swapped.png"] = pngWithProfile(
    plain,
    matrixProfile({ colorants: [green, blue, red], curves: [{ gamma: 2.2 }] }),
  );
  const inks = tableProfile("CMYK", 5, ([c = 0, m = 0, y = 0, k = 0]) => [
    (100 - 30 * c - 35 * m - 20 * y) * (1 - k),
    60 * (m - c) * (1 - k),
    60 * (y - (c + m) / 2) * (1 - k),
  ]);
  files["inks.jpg"] = jpegWithProfile(await cmykJpeg(), inks);
  for (const [key, file] of Object.entries(files)) await golden.put(key, file);
});

describe("a profile", () => {
  it.each(["p3.png", "swapped.png", "inks.jpg"])(
    "in %s is converted as sharp does it",
    async (key) => {
      const shown = await pixelsOf(await golden.get(`/${key}?format=png`));
      expect(distance(shown, await pixelsOf(files[key]!)).mean).toBeLessThan(1);
    },
  );
});

describe("gamut=keep", () => {
  it("keeps Display P3's own numbers, and says so", async () => {
    const wide = await golden.get("/p3.png?format=png&gamut=keep");
    expect(distance(await pixelsOf(wide, true), hues()).most).toBe(0);
    expect((await sharp(wide).metadata()).hasProfile).toBe(true);
    const narrow = await golden.get("/p3.png?format=png");
    expect((await sharp(narrow).metadata()).hasProfile).toBe(false);
  });

  it("draws overlays in the gamut of the picture", async () => {
    const dot = { create: { width: 4, height: 4, channels: 3 as const, background: "#f00" } };
    await golden.put("dot.png", await sharp(dot).png().toBuffer());
    const query = "format=png&draw=dot.png,gravity:northwest";
    const wide = await pixelsOf(await golden.get(`/p3.png?gamut=keep&${query}`), true);
    const narrow = await pixelsOf(await golden.get(`/p3.png?${query}`), true);
    // sRGB's red is color(display-p3 0.9175 0.2003 0.1386) (CSS Color 4).
    expect([...wide.subarray(0, 3)]).toEqual([234, 51, 35]);
    expect([...narrow.subarray(0, 3)]).toEqual([255, 0, 0]);
  });

  it("is told by explain=1", async () => {
    const told = async (query: string) => {
      const text = Buffer.from(await golden.get(`/swapped.png?${query}&explain=1`)).toString();
      return JSON.parse(text) as { work: { source: object; steps: string[] } };
    };
    const { work } = await told("format=png");
    expect(work.source).toMatchObject({ profile: "unknown", profileName: "Test" });
    expect(work.source).not.toHaveProperty("colours");
    expect(work.steps).toContain("colours Test → srgb");
  });
});
