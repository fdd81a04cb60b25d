/** Adjustments, blur, sharpen, alpha and colour profiles, against sharp or the formula that the docs state. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adobeRgbProfile } from "./adobe-rgb.ts";
import { blurred, gammaCorrected, luma, mapped, saturated, sharpened } from "./colour-oracle.ts";
import { complaints, difference, SAME, type Tolerance } from "./compare.ts";
import { resized } from "./oracle.ts";
import {
  asPng,
  compassPicture,
  decoded,
  discPicture,
  fromSharp,
  inSharp,
  type Picture,
  paint,
} from "./picture.ts";
import { useService } from "./service.ts";

const golden = useService();
const compass = compassPicture(97, 61);
const disc = discPicture(120);
/** Sharp edges, for what smooths them. */
const tiles = paint(96, 64, (x, y) => {
  const light = (Math.floor(x / 12) + Math.floor(y / 16)) % 2 === 0;
  return light ? [230, 200 - x, 60, 255] : [25, 40 + x, 190, 255];
});

let folder: string;

beforeAll(async () => {
  await golden.put("compass.png", await asPng(compass));
  await golden.put("disc.png", await asPng(disc));
  await golden.put("tiles.png", await asPng(tiles));
  folder = await mkdtemp(join(tmpdir(), "pictor-golden-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function check(url: string, expected: Picture, tolerance: Tolerance = SAME): Promise<void> {
  expect(complaints(await golden.picture(url), expected, tolerance)).toEqual([]);
}

/** Rounding alone: one level off at less than half of the samples (sharp's `linear` truncates). */
const EXACT: Tolerance = { psnr: 52, mean: 0.6 };

describe("adjustments", () => {
  it.each([0, 0.4, 1.3, 3])("brightness=%d multiplies, as sharp's linear does", async (factor) => {
    const expected = await fromSharp(inSharp(compass).removeAlpha().linear(factor, 0));
    await check(`/compass.png?format=png&brightness=${factor}`, expected, EXACT);
  });

  it.each([0, 0.5, 1.6])("contrast=%d is the distance from 128", async (factor) => {
    const opaque = inSharp(compass).removeAlpha();
    const expected = await fromSharp(opaque.linear(factor, 128 * (1 - factor)));
    await check(`/compass.png?format=png&contrast=${factor}`, expected, EXACT);
  });

  it.each([0, 0.5, 2])("saturation=%d is the distance from the grey of equal luma", async (s) => {
    const expected = mapped(compass, saturated(s));
    await check(`/compass.png?format=png&saturation=${s}`, expected, EXACT);
  });

  it.each([0.5, 1.4, 2.2])("gamma=%d is a power of the level", async (gamma) => {
    const expected = mapped(compass, gammaCorrected(gamma));
    await check(`/compass.png?format=png&gamma=${gamma}`, expected, EXACT);
  });

  it("go brightness, contrast, saturation, gamma, whatever order the URL has", async () => {
    const toned = (c: number) => (c * 1.1 - 128) * 0.8 + 128;
    const expected = mapped(compass, (rgb) => {
      const now = rgb.map(toned);
      const grey = luma([now[0]!, now[1]!, now[2]!]);
      return now.map((c) => 255 * (Math.max(0, grey + 1.5 * (c - grey)) / 255) ** (1 / 1.3));
    });
    const query = "gamma=1.3&saturation=1.5&contrast=0.8&brightness=1.1";
    await check(`/compass.png?format=png&${query}`, expected, EXACT);
  });

  it("keep alpha", async () => {
    const actual = await golden.picture("/disc.png?format=png&brightness=0.5");
    const alpha = ({ data }: Picture) => Array.from(data).filter((_, i) => i % 4 === 3);
    expect(alpha(actual)).toEqual(alpha(disc));
  });
});

describe("blur", () => {
  // The kernels end at 3σ and at sharp's least amplitude.
  it.each([0.5, 1, 5, 9])("blur=%d is sharp's Gaussian", async (sigma) => {
    const tolerance = { psnr: 45, mean: 1 };
    await check(`/tiles.png?format=png&blur=${sigma}`, await blurred(tiles, sigma), tolerance);
  });

  // Three boxes stand for a wide Gaussian: within 3% of a step's height by Filter Effects Level 1.
  it.each([12, 40])("blur=%d is near it, also at the edges", async (sigma) => {
    const [url, expected] = [`/tiles.png?format=png&blur=${sigma}`, await blurred(tiles, sigma)];
    await check(url, expected, { psnr: 45, mean: 1.5 });
    expect(difference(await golden.picture(url), expected).most).toBeLessThan(0.03 * 205);
  });

  it("is of the result's pixels, after resizing", async () => {
    const small = await resized(tiles, { width: 48, height: 32 });
    const tolerance = { psnr: 42, mean: 1.5 };
    await check("/tiles.png?format=png&w=48&blur=2", await blurred(small, 2), tolerance);
  });

  it("does not let the colour of transparent pixels in", async () => {
    const { data } = await golden.picture("/disc.png?format=png&blur=4");
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3]! > 16) expect(data[i + 1]!).toBeLessThan(45);
    }
  });
});

describe("sharpen", () => {
  it.each([0.5, 1, 4])("sharpen=%d adds half of it times luma's detail", async (strength) => {
    const expected = await sharpened(tiles, strength);
    // Luma and its blur are whole levels here, and half of the strength multiplies what that loses.
    const tolerance = { psnr: 50 - 2.5 * strength, mean: 0.4 + strength / 4 };
    await check(`/tiles.png?format=png&sharpen=${strength}`, expected, tolerance);
    expect(difference(expected, tiles).mean).toBeGreaterThan(2 * tolerance.mean);
  });
});

describe("alpha", () => {
  it.each(["png", "webp&lossless=true", "avif&lossless=true"])(
    "is premultiplied while resizing, and kept by format=%s",
    async (format) => {
      const expected = await resized(disc, { width: 40, height: 40 });
      const actual = await golden.picture(`/disc.png?format=${format}&w=40`);
      expect(complaints(actual, expected, SAME)).toEqual([]);
      for (let i = 0; i < actual.data.length; i += 4) {
        if (actual.data[i + 3]! > 16) expect(actual.data[i + 1]!).toBeLessThan(45);
      }
    },
  );

  it("lies over the background that was asked for", async () => {
    const small = await resized(disc, { width: 40, height: 40 });
    const over = (background: string) => fromSharp(inSharp(small).flatten({ background }));
    await check("/disc.png?format=png&w=40&background=0044cc", await over("#0044cc"));
    const frame = { top: 4, right: 4, bottom: 4, left: 4, background: "#0044cc" };
    const framed = await fromSharp(inSharp(await over("#0044cc")).extend(frame));
    await check("/disc.png?format=png&w=40&background=0044cc&pad=4", framed);
  });

  it("keeps a translucent background translucent, under the picture and in the margin", async () => {
    const { data } = await golden.picture("/disc.png?format=png&background=0044cc80&pad=4");
    const corner = [...data.subarray(0, 4)];
    const inside = [...data.subarray((8 * 128 + 8) * 4, (8 * 128 + 8) * 4 + 4)];
    expect([corner, inside]).toEqual([
      [0, 0x44, 0xcc, 0x80],
      [0, 0x44, 0xcc, 0x80],
    ]);
  });

  it("is white in a JPEG, and over white where the background itself is translucent", async () => {
    const small = await resized(disc, { width: 40, height: 40 });
    const tolerance = { psnr: 30, mean: 4 };
    const white = await fromSharp(inSharp(small).flatten({ background: "white" }));
    await check("/disc.png?format=jpeg&chroma=444&quality=95&w=40", white, tolerance);
    const half = await fromSharp(inSharp(small).flatten({ background: "#80a2e6" }));
    await check("/disc.png?format=jpeg&chroma=444&q=95&w=40&background=0044cc80", half, tolerance);
  });
});

describe("colour profiles", () => {
  const profiles = {
    "Display P3": async () => "p3",
    "Adobe RGB": async () => {
      const path = join(folder, "adobe.icc");
      await writeFile(path, adobeRgbProfile());
      return path;
    },
  } as const;

  it.each(Object.keys(profiles) as (keyof typeof profiles)[])(
    "%s is converted to sRGB, as sharp does it",
    async (name) => {
      const file = await inSharp(compass)
        .removeAlpha()
        .withIccProfile(await profiles[name]())
        .png()
        .toBuffer();
      const key = `${name.replace(" ", "-")}.png`;
      await golden.put(key, file);
      const expected = await decoded(file);
      const unconverted = await fromSharp(sharp(file, { ignoreIcc: true }));
      // The two table lookups of 8-bit values may differ by a level each.
      await check(`/${key}?format=png`, expected, { psnr: 46, mean: 1 });
      expect(difference(unconverted, expected).mean).toBeGreaterThan(3);
    },
  );
});
