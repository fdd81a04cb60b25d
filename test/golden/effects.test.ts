/** Hue, effects, blocks, borders, corners and backgrounds, against sharp or the formula of a specification. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { duotone, gammaCorrected, grey, hueRotated, mapped, sepia } from "./colour-oracle.ts";
import { complaints, difference, SAME, type Tolerance } from "./compare.ts";
import { resized } from "./oracle.ts";
import {
  asPng,
  compassPicture,
  discPicture,
  fromSharp,
  inSharp,
  type Picture,
  paint,
} from "./picture.ts";
import { useService } from "./service.ts";
import { blocks, cutOut, extended, rounded } from "./shape-oracle.ts";

const golden = useService();
const compass = compassPicture(97, 61);
const disc = discPicture(120);
/** A plain wall around something else. */
const framed = paint(90, 70, (x, y) => {
  const isInside = x > 20 && x < 70 && y > 15 && y < 55;
  return isInside ? [200, 30, 40, 255] : [36, 99, 180, 255];
});

beforeAll(async () => {
  await golden.put("compass.png", await asPng(compass));
  await golden.put("disc.png", await asPng(disc));
  await golden.put("framed.png", await asPng(framed));
  await golden.put("framed.jpg", await inSharp(framed).removeAlpha().jpeg().toBuffer());
});

/** Rounding alone: a level at less than half of the samples. */
const EXACT: Tolerance = { psnr: 52, mean: 0.6 };

async function check(url: string, expected: Picture, tolerance: Tolerance = SAME): Promise<void> {
  expect(complaints(await golden.picture(url), expected, tolerance)).toEqual([]);
}

const alphaOf = ({ data }: Picture) => Array.from(data).filter((_, i) => i % 4 === 3);

describe("hue", () => {
  it.each([30, 90, 180, 275.5, -45])("%d° is CSS's hue-rotate", async (degrees) => {
    const expected = mapped(compass, hueRotated(degrees));
    expect(difference(expected, compass).mean).toBeGreaterThan(5);
    await check(`/compass.png?format=png&hue=${degrees}`, expected, EXACT);
  });

  it.each([0, 360, -360])("%d° changes nothing", async (degrees) => {
    const plain = await golden.get("/compass.png?format=png");
    expect(await golden.get(`/compass.png?format=png&hue=${degrees}`)).toEqual(plain);
  });

  it("comes after gamma and before the effect", async () => {
    const lit = mapped(compass, gammaCorrected(1.5));
    const turned = mapped(lit, hueRotated(60));
    const expected = mapped(turned, (rgb) => rgb.map((c) => 255 - c));
    const query = "effect=invert&hue=60&gamma=1.5";
    await check(`/compass.png?format=png&${query}`, expected, { psnr: 50, mean: 0.8 });
  });
});

describe("effect", () => {
  it("grayscale is luma, as CSS has it", async () => {
    const expected = mapped(compass, grey);
    await check("/compass.png?format=png&effect=grayscale", expected, EXACT);
  });

  it("sepia is CSS's", async () => {
    const expected = mapped(compass, sepia);
    await check("/compass.png?format=png&effect=sepia", expected, EXACT);
  });

  it("invert is sharp's negate, and twice is nothing", async () => {
    const negative = await fromSharp(inSharp(compass).negate({ alpha: false }));
    const once = await golden.get("/compass.png?format=png&effect=invert");
    expect(complaints(await fromSharp(sharp(once)), negative, { psnr: 99, mean: 0 })).toEqual([]);
    await golden.put("negative.png", once);
    const twice = await golden.picture("/negative.png?format=png&effect=invert");
    expect(Array.from(twice.data)).toEqual(Array.from(compass.data));
  });

  it("duotone runs from the shadows' colour to the highlights' by luma", async () => {
    const expected = mapped(compass, duotone([0x1b, 0x2a, 0x6b], [0xff, 0xd9, 0xa0]));
    await check("/compass.png?format=png&effect=duotone:1b2a6b:ffd9a0", expected, EXACT);
  });

  it.each(["ff8800", "1060c0", "00ff00", "777777"])("tint:%s is sharp's tint", async (tint) => {
    const expected = await fromSharp(inSharp(compass).removeAlpha().tint(`#${tint}`));
    expect(difference(expected, compass).mean).toBeGreaterThan(5);
    await check(`/compass.png?format=png&effect=tint:${tint}`, expected, { psnr: 46, mean: 1 });
  });

  it.each(["grayscale", "sepia", "invert", "duotone:001122:ffeedd", "tint:ff8800"])(
    "%s keeps alpha",
    async (effect) => {
      const actual = await golden.picture(`/disc.png?format=png&effect=${effect}`);
      expect(alphaOf(actual)).toEqual(alphaOf(disc));
    },
  );

  it.each([
    ["effect=blue", "effect"],
    ["effect=duotone:000:fff", "effect"],
    ["effect=tint", "effect"],
    ["hue=361", "hue"],
    ["pixelate=257", "pixelate"],
    ["border=3", "border"],
    ["border=-1,red", "border"],
    ["radius=-1", "radius"],
    ["radius=50%25", "radius"],
    ["background=automatic", "background"],
  ])("%s is a 400 that says what is read", async (query, param) => {
    await expect(golden.get(`/compass.png?${query}`)).rejects.toThrow(
      new RegExp(`400 .*"param":"${param}"`),
    );
  });
});

describe("pixelate", () => {
  it.each([2, 7, 16, 64, 256])("blocks of %d px are means, cut off at the edges", async (side) => {
    await check(`/compass.png?format=png&pixelate=${side}`, blocks(compass, side), EXACT);
    await check(`/disc.png?format=png&pixelate=${side}`, blocks(disc, side), EXACT);
  });

  it.each([0, 1])("%d changes nothing", async (side) => {
    const plain = await golden.get("/compass.png?format=png");
    expect(await golden.get(`/compass.png?format=png&pixelate=${side}`)).toEqual(plain);
  });

  it("is of the result's pixels", async () => {
    const small = await resized(compass, { width: 48, height: 30 });
    await check("/compass.png?format=png&w=48&pixelate=6", blocks(small, 6));
  });
});

/** Two ways to measure the part of a pixel that an arc covers. */
const ARCS: Tolerance = { psnr: 44, mean: 1 };

describe("radius", () => {
  it.each([1, 3, 10, 30])("radius=%d is an SVG's rounded rectangle", async (radius) => {
    const expected = await rounded(compass, radius);
    await check(`/compass.png?format=png&radius=${radius}`, expected, ARCS);
  });

  it("max is half of the shorter side, and so is anything larger", async () => {
    const expected = await rounded(compass, 30.5);
    for (const radius of ["max", "31", "4000"]) {
      await check(`/compass.png?format=png&radius=${radius}`, expected, ARCS);
    }
    const circle = '<circle cx="60" cy="60" r="60"/>';
    await check("/disc.png?format=png&radius=max", await cutOut(disc, circle), ARCS);
  });

  it("is multiplied by dpr", async () => {
    const small = await resized(compass, { width: 40, height: 25 });
    await check("/compass.png?format=png&w=20&dpr=2&radius=5", await rounded(small, 10), ARCS);
  });

  it("gives a JPEG that is not named alpha, as PNG; a named one is white beyond it", async () => {
    const own = await sharp(await golden.get("/framed.jpg?radius=20")).metadata();
    expect([own.format, own.hasAlpha]).toEqual(["png", true]);
    const { data } = await golden.picture("/framed.jpg?radius=20&format=jpeg");
    expect(Math.min(...data.subarray(0, 3))).toBeGreaterThan(245);
  });

  it("shows the background that was asked for", async () => {
    const expected = await fromSharp(
      inSharp(await rounded(compass, 20)).flatten({ background: "#0044cc" }),
    );
    await check("/compass.png?format=png&radius=20&background=0044cc", expected, ARCS);
  });
});

describe("border", () => {
  it.each(["black", "ff8800", "#0044cc80"])("in %s lies around the picture", async (colour) => {
    const expected = await extended(compass, 5, colour.startsWith("ff") ? `#${colour}` : colour);
    const query = `border=5,${encodeURIComponent(colour)}`;
    await check(`/compass.png?format=png&${query}`, expected, EXACT);
  });

  it("is multiplied by dpr, outside of width and height, inside of pad", async () => {
    const small = await resized(compass, { width: 40, height: 25 });
    const expected = await extended(await extended(small, 4, "red"), 6, "lime");
    const query = "w=20&dpr=2&border=2,red&pad=3&background=lime";
    await check(`/compass.png?format=png&${query}`, expected);
  });

  it("keeps its width around a corner, as in CSS", async () => {
    const inner = await rounded(compass, 20 - 6);
    const border = await fromSharp(
      sharp({ create: { width: 109, height: 73, channels: 4, background: "black" } }),
    );
    const filled = await fromSharp(
      inSharp(border).composite([
        {
          input: await sharp(await asPng(inner))
            .png()
            .toBuffer(),
        },
      ]),
    );
    const expected = await rounded(filled, 20);
    await check("/compass.png?format=png&border=6,black&radius=20", expected, ARCS);
  });

  it("lies around the box of fit=pad, and shows the background where it is translucent", async () => {
    const { data, width } = await golden.picture(
      "/compass.png?format=png&w=60&h=60&fit=pad&border=4,00000080&background=ffffff",
    );
    expect([...data.subarray((2 * width + 2) * 4, (2 * width + 2) * 4 + 4)]).toEqual([
      127, 127, 127, 255,
    ]);
    expect([...data.subarray((6 * width + 6) * 4, (6 * width + 6) * 4 + 4)]).toEqual([
      255, 255, 255, 255,
    ]);
  });
});

describe("background", () => {
  const at = ({ data, width }: Picture, x: number, y: number) => [
    ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
  ];

  it.each(["brightness=0.3", "effect=invert", "blur=9", "hue=180", "pixelate=16", "sharpen=5"])(
    "is the very colour that was asked for, whatever %s does to the picture",
    async (query) => {
      const picture = await golden.picture(
        `/compass.png?format=png&w=60&h=60&fit=pad&pad=5&background=336699&${query}`,
      );
      for (const y of [0, 8, 15]) expect(at(picture, 30, y)).toEqual([0x33, 0x66, 0x99, 255]);
    },
  );

  it("auto is the colour that the picture's edges have", async () => {
    for (const [key, near] of [
      ["framed.png", 0],
      ["framed.jpg", 2],
    ] as const) {
      const url = `/${key}?format=png&w=90&h=90&fit=pad&background=auto`;
      const [r = 0, g = 0, b = 0, a] = at(await golden.picture(url), 45, 2);
      expect(Math.max(Math.abs(r - 36), Math.abs(g - 99), Math.abs(b - 180))).toBeLessThanOrEqual(
        near,
      );
      expect(a).toBe(255);
    }
  });

  it("auto is white where the edges are transparent", async () => {
    const picture = await golden.picture("/disc.png?format=png&background=auto&pad=4");
    expect([at(picture, 1, 1), at(picture, 8, 8)]).toEqual([
      [255, 255, 255, 255],
      [255, 255, 255, 255],
    ]);
  });

  it("auto is looked at upright, of the part that crop keeps", async () => {
    const inside = "crop=25,20,40,30&format=png&pad=4&background=auto";
    expect(at(await golden.picture(`/framed.png?${inside}`), 1, 1)).toEqual([200, 30, 40, 255]);
  });

  it("blur is an enlarged copy, blurred, that covers everything behind the picture", async () => {
    const picture = await golden.picture(
      "/compass.png?format=png&w=97&h=97&fit=pad&pad=10&background=blur",
    );
    const side = 117;
    const cover = await resized(compass, { width: Math.round((side * 97) / 61), height: side });
    const left = Math.floor((cover.width - side) / 2);
    // σ is 3.7% of the picture's longer side, enlarged with it.
    const sigma = ((Math.sqrt(1 + 1 / 3 + 1 / 12) / 32) * 97 * side) / 61;
    const soft = await fromSharp(inSharp(cover).blur(sigma));
    const behind = await fromSharp(
      inSharp(soft).extract({ left, top: 0, width: side, height: side }),
    );
    const expected = await fromSharp(
      inSharp(behind).composite([{ input: Buffer.from(await asPng(compass)), left: 10, top: 28 }]),
    );
    expect(complaints(picture, expected, { psnr: 36, mean: 3 })).toEqual([]);
    expect(difference(behind, expected).mean).toBeGreaterThan(6);
  });

  it("blur fills what is transparent, too; the result is opaque, also in the corners", async () => {
    const url = "/disc.png?format=png&background=blur&radius=max&pad=3";
    const picture = await golden.picture(url);
    expect(Math.min(...alphaOf(picture))).toBe(255);
    // Red from the disc, and white from the rest.
    const [r = 0, g = 0, b = 0] = at(picture, 63, 20);
    expect(r).toBeGreaterThan(g);
    expect(g).toBeGreaterThan(20);
    expect(Math.abs(g - b)).toBeLessThan(20);
  });

  it("without one, margins outside of a radius are transparent", async () => {
    const picture = await golden.picture("/compass.png?format=png&radius=20&pad=5");
    expect([at(picture, 0, 0)[3], at(picture, 50, 2)[3], at(picture, 5, 5)[3]]).toEqual([0, 0, 0]);
    const square = await golden.picture("/compass.png?format=png&pad=5");
    expect(at(square, 0, 0)).toEqual([255, 255, 255, 255]);
  });
});
