/** Every fit × gravity × EXIF orientation, and every fit × gravity × box, against sharp. */
import { beforeAll, describe, expect, it } from "vitest";
import { complaints, SAME } from "./compare.ts";
import { type Box, boxed, FITS, type Gravity, SIDES } from "./oracle.ts";
import {
  asJpeg,
  asPng,
  compassPicture,
  decoded,
  fromSharp,
  inSharp,
  ORIENTATIONS,
  type Orientation,
  type Picture,
} from "./picture.ts";
import { each, useService } from "./service.ts";

const GRAVITIES: readonly Gravity[] = [...SIDES, "0.2x0.8", "0.9x0.45"];

/** Of a 97 × 61 picture: landscape and portrait, to shrink, to enlarge, and one side each way. */
const BOXES = [
  [50, 20],
  [24, 40],
  [150, 80],
  [90, 130],
  [120, 40],
  [37, 53],
  [97, 30],
] as const;

const golden = useService();
const upright = compassPicture(97, 61);
/** What sharp makes of each orientation's JPEG, so that its losses are on both sides. */
const oriented = new Map<Orientation, Picture>();

beforeAll(async () => {
  await golden.put("upright.png", await asPng(upright));
  for (const orientation of ORIENTATIONS) {
    const file = await asJpeg(upright, orientation);
    await golden.put(`${orientation}.jpg`, file);
    oriented.set(orientation, await decoded(file));
  }
});

function urlOf(key: string, { fit, gravity = "center", width, height }: Box): string {
  return `/${key}?format=png&fit=${fit}&gravity=${gravity}&width=${width}&height=${height}`;
}

/** One line for each answer that is not as expected. */
async function failures(jobs: readonly { key: string; picture: Picture; box: Box }[]) {
  const lines = await each(jobs, async ({ key, picture, box }) => {
    const url = urlOf(key, box);
    const found = complaints(await golden.picture(url), await boxed(picture, box), SAME);
    return found.map((complaint) => `${url}: ${complaint}`);
  });
  return lines.flat();
}

describe.each(FITS)("fit=%s", (fit) => {
  describe.each(GRAVITIES)("gravity=%s", (gravity) => {
    it("is right for every orientation", async () => {
      const at = FITS.indexOf(fit) + GRAVITIES.indexOf(gravity);
      const jobs = ORIENTATIONS.map((orientation) => {
        const [width, height] = BOXES[(at + orientation) % BOXES.length]!;
        const box = { fit, gravity, width, height };
        return { key: `${orientation}.jpg`, picture: oriented.get(orientation)!, box };
      });
      expect(await failures(jobs)).toEqual([]);
    });

    it("is right in every box", async () => {
      const boxes = BOXES.map(([width, height]) => ({ fit, gravity, width, height }));
      const jobs = boxes.map((box) => ({ key: "upright.png", picture: upright, box }));
      expect(await failures(jobs)).toEqual([]);
    });
  });
});

describe("what the goldens are compared with", () => {
  it("notices a mirrored gravity, a neighbouring one and a neighbouring orientation", async () => {
    const box: Box = { fit: "cover", gravity: "northeast", width: 30, height: 40 };
    const actual = await golden.picture(urlOf("6.jpg", box));
    const against = async (picture: Picture, gravity: Gravity) =>
      complaints(actual, await boxed(picture, { ...box, gravity }), SAME);
    expect(await against(oriented.get(6)!, "northeast")).toEqual([]);
    expect(await against(oriented.get(6)!, "northwest")).not.toEqual([]);
    expect(await against(oriented.get(6)!, "center")).not.toEqual([]);
    const misread = await decoded(await asJpeg(upright, 6, 5));
    expect(await against(misread, "northeast")).not.toEqual([]);
  });

  it("notices a shift by one pixel, in either direction, at every size", async () => {
    for (const [width, height] of [
      [24, 15],
      [50, 31],
      [97, 61],
      [180, 113],
    ] as const) {
      const all = await boxed(upright, { fit: "squeeze", width, height });
      const window = (left: number, top: number) =>
        fromSharp(inSharp(all).extract({ left, top, width: width - 1, height: height - 1 }));
      const actual = await window(0, 0);
      for (const [left, top] of [
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        expect(complaints(actual, await window(left, top), SAME)).toHaveLength(2);
      }
    }
  });

  it("turns each stored picture upright as TIFF 6.0 says", () => {
    for (const picture of oriented.values()) {
      // What JPEG at quality 100 costs.
      expect(complaints(picture, upright, { psnr: 50, mean: 1 })).toEqual([]);
    }
  });

  it("has the sizes that sharp's own fits have", async () => {
    const words = {
      "scale-down": { fit: "inside", withoutEnlargement: true },
      contain: { fit: "inside" },
      cover: { fit: "cover" },
      crop: { fit: "cover", withoutEnlargement: true },
      pad: { fit: "contain" },
      squeeze: { fit: "fill" },
    } as const;
    for (const [fit, options] of Object.entries(words)) {
      for (const [width, height] of BOXES) {
        const own = await fromSharp(inSharp(upright).resize({ width, height, ...options }));
        const ours = await boxed(upright, { fit: fit as keyof typeof words, width, height });
        expect([fit, ours.width, ours.height]).toEqual([fit, own.width, own.height]);
      }
    }
  });
});
