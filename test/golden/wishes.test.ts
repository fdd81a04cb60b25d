/** What stands around a fit: one side, `ar`, `enlarge`, `crop`, `pad`, `background`, `rotate`, `flip`, `dpr`. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { complaints, SAME } from "./compare.ts";
import { type Box, boxed, FITS, type Gravity, resized, SIDES } from "./oracle.ts";
import {
  asJpeg,
  asPng,
  compassPicture,
  decoded,
  fromSharp,
  inSharp,
  type Picture,
} from "./picture.ts";
import { each, useService } from "./service.ts";
import { margined, mirrored, turned } from "./shape-oracle.ts";

const golden = useService();

/** A landscape PNG, and a portrait that the camera stored lying on its side. */
const sources: { key: string; picture: Picture }[] = [];

beforeAll(async () => {
  const landscape = compassPicture(97, 61);
  await golden.put("landscape.png", await asPng(landscape));
  const file = await asJpeg(compassPicture(64, 90), 6);
  await golden.put("portrait.jpg", file);
  sources.push({ key: "landscape.png", picture: landscape });
  sources.push({ key: "portrait.jpg", picture: await decoded(file) });
});

type Made = (picture: Picture) => Promise<Picture>;

/** Lines for each of the two sources that does not come out as expected. */
async function failures(query: string, made: Made): Promise<readonly string[]> {
  const lines = await each(sources, async ({ key, picture }) => {
    const url = `/${key}?format=png&${query}`;
    const found = complaints(await golden.picture(url), await made(picture), SAME);
    return found.map((complaint) => `${url}: ${complaint}`);
  });
  return lines.flat();
}

function check(cases: readonly (readonly [query: string, made: Made])[]): void {
  it.each(cases)("%s", async (query, made) => {
    expect(await failures(query, made)).toEqual([]);
  });
}

const inBox =
  (box: Box): Made =>
  (picture) =>
    boxed(picture, box);
const same: Made = async (picture) => picture;
const UNBOUNDED = 1e6;

describe("one side only follows the picture's shape", () => {
  const shrinking = FITS.flatMap((fit) => [
    [`fit=${fit}&width=41`, inBox({ fit: "contain", width: 41, height: UNBOUNDED })] as const,
    [`fit=${fit}&height=33`, inBox({ fit: "contain", width: UNBOUNDED, height: 33 })] as const,
  ]);
  check(shrinking);

  const larger = inBox({ fit: "contain", width: 150, height: UNBOUNDED });
  check([
    ...(["scale-down", "crop", "aspect-crop"] as const).map(
      (fit) => [`fit=${fit}&width=150`, same] as const,
    ),
    ...(["contain", "cover", "pad", "squeeze"] as const).map(
      (fit) => [`fit=${fit}&width=150`, larger] as const,
    ),
  ]);
});

describe("ar", () => {
  const square: Made = (picture) => {
    const side = Math.min(picture.width, picture.height);
    return boxed(picture, { fit: "cover", gravity: "west", width: side, height: side });
  };
  check([
    ["ar=3:2&width=60&fit=cover", inBox({ fit: "cover", width: 60, height: 40 })],
    ["ar=1.5&height=40&fit=squeeze", inBox({ fit: "squeeze", width: 60, height: 40 })],
    [
      "ar=2:3&width=30&fit=pad&g=south",
      inBox({ fit: "pad", width: 30, height: 45, gravity: "south" }),
    ],
    ["ar=4:1&width=400&fit=crop", inBox({ fit: "crop", width: 400, height: 100 })],
    ["ar=4:1&width=400&fit=aspect-crop", inBox({ fit: "aspect-crop", width: 400, height: 100 })],
    ["ar=1:1&fit=cover&g=west", square],
    [
      "ar=2:1&width=40&fit=cover&rotate=90",
      async (picture) => turned(await boxed(picture, { fit: "cover", width: 20, height: 40 }), 90),
    ],
  ]);
});

describe("enlarge", () => {
  const large = { width: 150, height: 120 };
  const small = { width: 30, height: 44 };
  check([
    ["fit=scale-down&enlarge=true&w=150&h=120", inBox({ fit: "contain", ...large })],
    [
      "fit=crop&enlarge=true&w=150&h=120&g=east",
      inBox({ fit: "cover", ...large, gravity: "east" }),
    ],
    ["fit=aspect-crop&enlarge=true&w=150&h=120", inBox({ fit: "cover", ...large })],
    ["fit=contain&enlarge=false&w=150&h=120", inBox({ fit: "scale-down", ...large })],
    ["fit=contain&enlarge=false&w=30&h=44", inBox({ fit: "contain", ...small })],
    ["fit=cover&enlarge=false&w=150&h=40", inBox({ fit: "crop", width: 150, height: 40 })],
    [
      "fit=squeeze&enlarge=false&w=150&h=40",
      (picture) => resized(picture, { width: picture.width, height: 40 }),
    ],
    ["fit=pad&enlarge=false&w=30&h=44&g=north", inBox({ fit: "pad", ...small, gravity: "north" })],
    [
      "fit=pad&enlarge=false&w=150&h=120&g=southeast&background=0044cc",
      (picture) => {
        const left = 150 - picture.width;
        const top = 120 - picture.height;
        return fromSharp(inSharp(picture).extend({ left, top, background: "#0044cc" }));
      },
    ],
  ]);
});

describe("crop", () => {
  const part = (picture: Picture, left: number, top: number, width: number, height: number) =>
    fromSharp(inSharp(picture).extract({ left, top, width, height }));
  const fraction = (picture: Picture, x: number, y: number, right: number, bottom: number) => {
    const left = Math.round(x * picture.width);
    const top = Math.round(y * picture.height);
    const width = Math.round(right * picture.width) - left;
    return part(picture, left, top, width, Math.round(bottom * picture.height) - top);
  };
  check([
    ["crop=10,5,40,30", (picture) => part(picture, 10, 5, 40, 30)],
    ["crop=63,60,1,1", (picture) => part(picture, 63, 60, 1, 1)],
    ["crop=0.25,0.5,0.5,0.5", (picture) => fraction(picture, 0.25, 0.5, 0.75, 1)],
    ["crop=0,0,0.5,1", (picture) => fraction(picture, 0, 0, 0.5, 1)],
    ["crop=0.5,0,0.5,1", (picture) => fraction(picture, 0.5, 0, 1, 1)],
    ["rect=0.0,0.0,1,1", same],
    [
      "crop=3,20,50,30&w=20&h=24&fit=cover&g=0.9x0.1",
      async (picture) =>
        boxed(await part(picture, 3, 20, 50, 30), {
          fit: "cover",
          width: 20,
          height: 24,
          gravity: "0.9x0.1",
        }),
    ],
    [
      "crop=0.1,0.2,0.3,0.4&w=70&h=50&fit=contain",
      async (picture) =>
        boxed(await fraction(picture, 0.1, 0.2, 0.4, 0.6), {
          fit: "contain",
          width: 70,
          height: 50,
        }),
    ],
  ]);
});

describe("pad and background", () => {
  const small = { fit: "contain", width: 40, height: 40 } as const;
  const framed =
    (margins: readonly number[], background: string): Made =>
    async (picture) =>
      margined(await boxed(picture, small), margins, background);
  check([
    ["w=40&h=40&pad=6", framed([6, 6, 6, 6], "white")],
    ["w=40&h=40&pad=1,2,3,4&background=ff8800", framed([1, 2, 3, 4], "#ff8800")],
    ["w=40&h=40&pad=1,2,3,4&background=rebeccapurple", framed([1, 2, 3, 4], "rebeccapurple")],
    ["w=40&h=40&pad=5&background=transparent", framed([5, 5, 5, 5], "transparent")],
    ["w=40&h=40&pad=5&background=ff000080", framed([5, 5, 5, 5], "#ff000080")],
    ["w=20&h=20&dpr=2&pad=1,2,3,4", framed([2, 4, 6, 8], "white")],
    ["w=40&h=40&background=ff8800", inBox(small)],
    ["pad=9", async (picture) => margined(picture, [9, 9, 9, 9], "white")],
    [
      "w=40&h=40&fit=pad&background=ff000080&pad=3",
      async (picture) =>
        margined(
          await boxed(picture, { ...small, fit: "pad", background: "#ff000080" }),
          [3, 3, 3, 3],
          "#ff000080",
        ),
    ],
  ]);
});

describe("rotate and flip", () => {
  const flips = ["", "h", "v", "hv"] as const;
  const turns = [0, 90, 180, 270] as const;
  const box = { fit: "cover", width: 30, height: 50, gravity: "northeast" } as const;
  check(
    flips.flatMap((flip) =>
      turns.map((rotate) => {
        // `width` and `height` are those of the result; gravity is that of the upright picture.
        const [w, h] = rotate % 180 === 0 ? [30, 50] : [50, 30];
        const query = `w=${w}&h=${h}&fit=cover&g=northeast&rotate=${rotate}${flip && `&flip=${flip}`}`;
        return [
          query,
          async (picture) => turned(await mirrored(await boxed(picture, box), flip), rotate),
        ] as const;
      }),
    ),
  );
  check([
    ["rotate=270", (picture) => turned(picture, 270)],
    [
      "w=40&rot=90",
      async (picture) =>
        turned(await boxed(picture, { fit: "contain", width: UNBOUNDED, height: 40 }), 90),
    ],
    [
      "w=40&h=30&fit=contain&rotate=90&pad=1,2,3,4",
      async (picture) =>
        margined(
          await turned(await boxed(picture, { fit: "contain", width: 30, height: 40 }), 90),
          [1, 2, 3, 4],
          "white",
        ),
    ],
  ]);
});

describe("dpr", () => {
  check([
    ["w=25&h=20&fit=cover&dpr=2", inBox({ fit: "cover", width: 50, height: 40 })],
    ["w=33&h=20&fit=squeeze&dpr=1.5", inBox({ fit: "squeeze", width: 50, height: 30 })],
    ["w=100&h=80&fit=pad&dpr=0.5", inBox({ fit: "pad", width: 50, height: 40 })],
    ["w=20&dpr=3&fit=contain", inBox({ fit: "contain", width: 60, height: UNBOUNDED })],
  ]);
});

describe("everything at once", () => {
  const wish = fc.record({
    crop: fc.record({
      x: fc.nat(20),
      y: fc.nat(20),
      width: fc.integer({ min: 8, max: 44 }),
      height: fc.integer({ min: 8, max: 41 }),
    }),
    fit: fc.constantFrom(...FITS),
    gravity: fc.constantFrom<Gravity>(...SIDES, "0.15x0.7", "0.8x0.35"),
    width: fc.integer({ min: 5, max: 60 }),
    height: fc.integer({ min: 5, max: 60 }),
    flip: fc.constantFrom("", "h", "v", "hv"),
    rotate: fc.constantFrom(0, 90, 180, 270),
    margins: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9)),
  });

  it("is done in the documented order, whatever is combined", async () => {
    const lines = await each(fc.sample(wish, { numRuns: 60, seed: 20261121 }), async (random) => {
      const { crop, flip, rotate, margins, ...box } = random;
      const [w, h] = rotate % 180 === 0 ? [box.width, box.height] : [box.height, box.width];
      const query = [
        `crop=${crop.x},${crop.y},${crop.width},${crop.height}`,
        `fit=${box.fit}&g=${box.gravity}&w=${w}&h=${h}&rotate=${rotate}&pad=${margins}`,
        ...(flip ? [`flip=${flip}`] : []),
      ].join("&");
      return failures(query, async (picture) => {
        const { x, y, ...size } = crop;
        const part = await fromSharp(inSharp(picture).extract({ left: x, top: y, ...size }));
        const turn = await turned(await mirrored(await boxed(part, box), flip), rotate);
        return margined(turn, margins, "white");
      });
    });
    expect(lines.flat()).toEqual([]);
  });
});
