/**
 * Placeholders by URL. BlurHash and ThumbHash are decoded by the libraries of those who defined them, `lqip` by sharp,
 * and what comes out is compared with what sharp makes of the source.
 */
import { decode, isBlurhashValid } from "blurhash";
import sharp from "sharp";
import {
  thumbHashToApproximateAspectRatio,
  thumbHashToAverageRGBA,
  thumbHashToRGBA,
} from "thumbhash";
import { beforeAll, describe, expect, it } from "vitest";
import { boxed } from "./oracle.ts";
import {
  asJpeg,
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
/** Waves as slow as a handful of numbers can say; no corner, edge or mirror image is like another. */
const upright = paint(300, 200, (x, y) => [
  128 - 100 * Math.cos((Math.PI * x) / 300),
  128 - 100 * Math.cos((Math.PI * y) / 200),
  128 + 60 * Math.cos((2 * Math.PI * x) / 300) * Math.cos((Math.PI * y) / 200),
  255,
]);

const navy = paint(90, 60, () => [0, 0, 128, 255]);

beforeAll(async () => {
  await golden.put("navy.png", await asPng(navy));
  await golden.put("a.png", await asPng(upright));
  await golden.put("lying.jpg", await asJpeg(upright, 6));
  await golden.put("disc.png", await asPng(discPicture(120)));
  await golden.put("tiny.png", await asPng(compassPicture(3, 2)));
  await golden.put("dot.png", await asPng(compassPicture(1, 1)));
  await golden.put("banner.png", await asPng(compassPicture(640, 40)));
  await golden.put("clear.png", await asPng({ width: 8, height: 8, data: new Uint8Array(256) }));
});

async function text(url: string): Promise<string> {
  return new TextDecoder().decode(await golden.get(url));
}

const bytesOf = (hash: string) => new Uint8Array(Buffer.from(hash, "base64"));

async function inSize(picture: Picture, width: number, height: number): Promise<Picture> {
  return fromSharp(inSharp(picture).resize({ width, height, fit: "fill" }));
}

/** Root mean square of the differences of colour, in levels of 255. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (i % 4 !== 3) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / ((a.length / 4) * 3));
}

function averageOf({ data }: Picture): readonly number[] {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i++) if (i % 4 !== 3) sums[i % 4]! += data[i]!;
  return sums.map((sum) => sum / (data.length / 4));
}

/**
 * Most that a placeholder may be off: a smooth picture by what is rounded away, one with edges by what is blurred.
 * A mirror image is off by more than 60.
 */
const SMOOTH = { blurhash: 16, thumbhash: 24, lqip: 9 };
const EDGED = { blurhash: 48, thumbhash: 40, lqip: 20 };

const TRANSFORMS = [
  ["as it is", "", upright, SMOOTH],
  [
    "cut",
    "w=150&h=150&fit=cover&gravity=west",
    boxed(upright, { fit: "cover", width: 150, height: 150, gravity: "west" }),
    SMOOTH,
  ],
  [
    "cropped",
    "crop=0,0,100,200",
    fromSharp(inSharp(upright).extract({ left: 0, top: 0, width: 100, height: 200 })),
    SMOOTH,
  ],
  ["turned", "rotate=90", fromSharp(inSharp(upright).rotate(90)), SMOOTH],
  ["mirrored", "flip=h", fromSharp(inSharp(upright).flop()), SMOOTH],
  [
    "padded",
    "w=200&h=200&fit=pad&background=navy",
    boxed(upright, { fit: "pad", width: 200, height: 200, background: "navy" }),
    EDGED,
  ],
  [
    "with a margin",
    "w=150&pad=50&background=navy",
    fromSharp(
      inSharp(upright)
        .resize(150)
        .extend({ top: 50, bottom: 50, left: 50, right: 50, background: "navy" }),
    ),
    EDGED,
  ],
] as const;

describe.each(TRANSFORMS)("of a picture %s", (_, query, expected, most) => {
  it("a BlurHash decodes to its colours, in their places", async () => {
    const picture = await expected;
    const hash = await text(`/a.png?${query}&format=blurhash`);
    expect(isBlurhashValid(hash)).toEqual({ result: true });
    expect(apart(decode(hash, 32, 32), (await inSize(picture, 32, 32)).data)).toBeLessThan(
      most.blurhash,
    );
  });

  it("a ThumbHash decodes to its colours and shape", async () => {
    const picture = await expected;
    const hash = bytesOf(await text(`/a.png?${query}&format=thumbhash`));
    const { w, h, rgba } = thumbHashToRGBA(hash);
    expect(apart(rgba, (await inSize(picture, w, h)).data)).toBeLessThan(most.thumbhash);
    const shape = thumbHashToApproximateAspectRatio(hash);
    expect(Math.abs(Math.log(shape / (picture.width / picture.height)))).toBeLessThan(0.2);
    const { r, g, b, a } = thumbHashToAverageRGBA(hash);
    expect(a).toBe(1);
    for (const [i, channel] of [r, g, b].entries()) {
      expect(Math.abs(channel * 255 - averageOf(picture)[i]!)).toBeLessThan(8);
    }
  });

  it("an LQIP is the picture, small, as a data: URL", async () => {
    const picture = await expected;
    const url = await text(`/a.png?${query}&format=lqip`);
    expect(url).toMatch(/^data:image\/webp;base64,[A-Za-z0-9+/]+=*$/);
    expect(url.length).toBeLessThan(700);
    const small = await decoded(bytesOf(url.slice(url.indexOf(",") + 1)));
    // Margins are rounded for themselves.
    expect(Math.abs(Math.max(small.width, small.height) - 32)).toBeLessThan(2);
    const { data } = await inSize(picture, small.width, small.height);
    expect(apart(small.data, data)).toBeLessThan(most.lqip);
  });
});

describe("a placeholder", () => {
  it("has the overlays of its picture, in their places", async () => {
    const query = "draw=navy.png,gravity:southeast,width:0.5&w=240";
    const expected = await fromSharp(
      inSharp(await fromSharp(inSharp(upright).resize(240))).composite([
        {
          input: await sharp(await asPng(navy))
            .resize(120)
            .png()
            .toBuffer(),
          gravity: "southeast",
        },
      ]),
    );
    const url = await text(`/a.png?${query}&format=lqip`);
    const small = await decoded(bytesOf(url.slice(url.indexOf(",") + 1)));
    const { data } = await inSize(expected, small.width, small.height);
    expect(apart(small.data, data)).toBeLessThan(EDGED.lqip);
    const hash = bytesOf(await text(`/a.png?${query}&format=thumbhash`));
    const { w, h, rgba } = thumbHashToRGBA(hash);
    expect(apart(rgba, (await inSize(expected, w, h)).data)).toBeLessThan(EDGED.thumbhash);
    expect(await text("/a.png?w=240&format=lqip")).not.toBe(url);
  });

  it("is of the upright picture", async () => {
    const hash = bytesOf(await text("/lying.jpg?format=thumbhash"));
    expect(thumbHashToApproximateAspectRatio(hash)).toBeCloseTo(1.4, 1);
    const { w, h, rgba } = thumbHashToRGBA(hash);
    const { data } = await inSize(await decoded(await asJpeg(upright, 6)), w, h);
    expect(apart(rgba, data)).toBeLessThan(30);
  });

  it("keeps transparency where its kind has it", async () => {
    const hash = bytesOf(await text("/disc.png?format=thumbhash"));
    const { w, h, rgba } = thumbHashToRGBA(hash);
    const alphaAt = (x: number, y: number) => rgba[(y * w + x) * 4 + 3]!;
    expect(alphaAt(0, 0)).toBeLessThan(80);
    expect(alphaAt(w >> 1, h >> 1)).toBeGreaterThan(200);
    const url = await text("/disc.png?format=lqip");
    const { hasAlpha } = await sharp(bytesOf(url.slice(url.indexOf(",") + 1))).metadata();
    expect(hasAlpha).toBe(true);
  });

  it("has white under what is transparent where its kind has no alpha, or the background", async () => {
    const corner = async (query: string) => [
      ...decode(await text(`/disc.png?format=blurhash${query}`), 32, 32).slice(0, 3),
    ];
    for (const channel of await corner("")) expect(channel).toBeGreaterThan(215);
    const [r, g, b] = await corner("&background=navy");
    expect([r! < 60, g! < 40, b! > 80]).toEqual([true, true, true]);
  });

  it.each([
    ["tiny.png", 1.5],
    ["dot.png", 1],
    ["banner.png", 16],
    ["clear.png", 1],
  ])("is there for %s, too", async (key, shape) => {
    const hash = await text(`/${key}?format=blurhash`);
    expect(isBlurhashValid(hash)).toEqual({ result: true });
    const thumb = bytesOf(await text(`/${key}?format=thumbhash`));
    expect(thumbHashToApproximateAspectRatio(thumb)).toBeGreaterThanOrEqual(
      Math.min(shape, 7 / 3) * 0.8,
    );
    expect(await text(`/${key}?format=lqip`)).toMatch(/^data:image\/webp;base64,/);
  });
});
