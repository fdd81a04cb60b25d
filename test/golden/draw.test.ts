/** Overlays by URL, against sharp's composite. */
import sharp, { type Gravity as SharpGravity } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { complaints, type Tolerance } from "./compare.ts";
import { SIDES } from "./oracle.ts";
import { composed, faded, fitted } from "./overlay-oracle.ts";
import {
  asJpeg,
  asPng,
  compassPicture,
  decoded,
  discPicture,
  fromSharp,
  inSharp,
  type Picture,
} from "./picture.ts";
import { each, useService } from "./service.ts";

const golden = useService();
const picture = compassPicture(97, 61);
const logo = discPicture(24);
/** A portrait that the camera stored lying on its side. */
let photo: Picture;

beforeAll(async () => {
  await golden.put("picture.png", await asPng(picture));
  await golden.put("brand/logo.png", await asPng(logo));
  await golden.put("brand/a, b & 50%.png", await asPng(logo));
  const turned = await asJpeg(compassPicture(30, 44), 6);
  await golden.put("photo.jpg", turned);
  photo = await decoded(turned);
});

/** Rounding alone. */
const EXACT: Tolerance = { psnr: 52, mean: 0.6 };
/** With a resize of the overlay by another implementation of the same filter. */
const RESIZED: Tolerance = { psnr: 38, mean: 0.8 };

async function failures(query: string, expected: Picture, tolerance = EXACT) {
  const url = `/picture.png?format=png&${query}`;
  return complaints(await golden.picture(url), expected, tolerance).map(
    (line) => `${url}: ${line}`,
  );
}

describe("place and size", () => {
  it("is the centre, at the overlay's own size, unless said", async () => {
    expect(await failures("draw=brand/logo.png", await composed(picture, logo))).toEqual([]);
  });

  it("is where gravity says", async () => {
    const lines = await each(SIDES, async (gravity) => {
      const expected = await composed(picture, logo, { gravity: gravity as SharpGravity });
      return failures(`draw=brand/logo.png,gravity:${gravity}`, expected);
    });
    expect(lines.flat()).toEqual([]);
  });

  it.each([
    ["gravity:northwest,x:5,y:7", 5, 7],
    ["gravity:southeast,x:5,y:7", 97 - 24 - 5, 61 - 24 - 7],
    ["gravity:east,x:3,y:-4", 97 - 24 - 3, 19 - 4],
    ["gravity:center,x:-10,y:6", 37 - 10, 19 + 6],
    ["gravity:southwest,x:-9,y:-11", -9, 61 - 24 + 11],
    ["gravity:northeast,x:-9,y:-11", 97 - 24 + 9, -11],
  ])("%s is inward from its edge, and what hangs over is cut", async (place, left, top) => {
    expect(
      await failures(`draw=brand/logo.png,${place}`, await composed(picture, logo, { left, top })),
    ).toEqual([]);
  });

  it("may lie outside altogether", async () => {
    expect(await failures("draw=brand/logo.png,x:300&draw=brand/logo.png,y:-300", picture)).toEqual(
      [],
    );
  });

  it.each([
    ["width:12", 12],
    ["width:0.125", 97 / 8],
    ["width:40", 40],
    ["width:1.0", 97],
    ["width:8000", 8000],
  ])("%s keeps its shape, inside of the result", async (width, px) => {
    const expected = await composed(picture, await fitted(logo, px, picture));
    const tolerance = { psnr: 36, mean: 1.2 };
    expect(await failures(`draw=brand/logo.png,${width}`, expected, tolerance)).toEqual([]);
  });

  it("grows with dpr where it is in px, and with the result where it is a part of it", async () => {
    const small = await golden.picture("/picture.png?w=48&h=30&fit=squeeze&format=png");
    const expected = await composed(small, await fitted(logo, 12, small), { left: 6, top: 4 });
    const size = "w=24&h=15&fit=squeeze&dpr=2";
    for (const width of ["width:6", "width:0.25"]) {
      const draw = `draw=brand/logo.png,gravity:northwest,x:3,y:2,${width}`;
      expect(await failures(`${size}&${draw}`, expected, RESIZED)).toEqual([]);
    }
  });

  it("never outgrows a small result, and stands upright as its EXIF says", async () => {
    const small = await golden.picture("/picture.png?w=33&format=png");
    const expected = await composed(small, await fitted(photo, photo.width, small));
    expect(await failures("w=33&draw=photo.jpg", expected, RESIZED)).toEqual([]);
  });

  it("is that of the picture after rotate and before pad", async () => {
    const turned = await fromSharp(inSharp(picture).rotate(90));
    const drawn = await composed(turned, logo, { gravity: "southeast" });
    const padded = { top: 4, bottom: 4, left: 4, right: 4, background: "#fff" };
    const expected = await fromSharp(inSharp(drawn).extend(padded));
    const query = "rotate=90&pad=4&draw=brand/logo.png,gravity:southeast";
    expect(await failures(query, expected)).toEqual([]);
  });
});

describe("how it is laid", () => {
  it.each([0.25, 0.6])("opacity:%d multiplies its alpha", async (opacity) => {
    const expected = await composed(picture, faded(logo, opacity));
    expect(await failures(`draw=brand/logo.png,opacity:${opacity}`, expected)).toEqual([]);
  });

  it("repeats everywhere, in a row and in a column, from where it stands", async () => {
    const tiled = await composed(picture, logo, { left: 0, top: 0, tile: true });
    const at = "draw=brand/logo.png,gravity:northwest";
    expect(await failures(`${at},repeat:true`, tiled)).toEqual([]);
    // The same tiles, met from another of them.
    expect(await failures(`${at},repeat:true,x:48,y:-24`, tiled)).toEqual([]);
    let row = picture;
    let column = picture;
    for (let i = 0; i < 97; i += 24) row = await composed(row, logo, { left: i, top: 10 });
    for (let i = 0; i < 61; i += 24) column = await composed(column, logo, { left: 50, top: i });
    expect(await failures(`${at},repeat:x,x:72,y:10`, row)).toEqual([]);
    expect(await failures(`${at},repeat:y,x:50,y:24`, column)).toEqual([]);
  });

  it.each(["multiply", "screen", "darken", "lighten", "hard-light", "difference"] as const)(
    "blend:%s is sharp's on opaque pictures",
    async (blend) => {
      const input = await inSharp(photo).png().toBuffer();
      const expected = await fromSharp(inSharp(picture).composite([{ input, blend }]));
      const { data } = expected;
      expect(data.length).toBe(picture.data.length);
      // libvips rounds down after each sum.
      const tolerance = { psnr: 44, mean: 1 };
      expect(await failures(`draw=photo.jpg,blend:${blend}`, expected, tolerance)).toEqual([]);
    },
  );

  it("goes one over the other, in the order of the URL", async () => {
    const small = await fitted(photo, 22, picture);
    const first = await composed(await composed(picture, small), logo);
    const second = await composed(await composed(picture, logo), small);
    const [photoDraw, logoDraw] = ["draw=photo.jpg,width:22", "draw=brand/logo.png"];
    expect(await failures(`${photoDraw}&${logoDraw}`, first, RESIZED)).toEqual([]);
    expect(await failures(`${logoDraw}&${photoDraw}`, second, RESIZED)).toEqual([]);
  });

  it("keeps a transparent picture transparent where nothing is drawn, in every format", async () => {
    const url = (format: string) =>
      `/brand/logo.png?draw=photo.jpg,width:8,gravity:north&lossless=true&format=${format}`;
    const expected = await composed(logo, await fitted(photo, 8, logo), { gravity: "north" });
    for (const format of ["png", "webp", "avif"]) {
      const made = await fromSharp(sharp(await golden.get(url(format))));
      expect(complaints(made, expected, RESIZED)).toEqual([]);
    }
  });
});

it("reads keys with commas and percent signs, encoded once more", async () => {
  const key = encodeURIComponent(encodeURIComponent("brand/a, b & 50%.png"));
  expect(
    await failures(`draw=${key},x:3`, await composed(picture, logo, { left: 40, top: 19 })),
  ).toEqual([]);
});
