import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Plan, Rect, Size } from "../../src/image/job.ts";
import { peakBytes } from "../../src/image/memory.ts";
import { planOf, type WantedFormat } from "../../src/image/plan.ts";
import { factsOf, transformOf } from "./facts.ts";

const PHOTO = factsOf(600, 400);
const MOVING = { animated: true, frames: 3 };
const LOGO = factsOf(600, 400, { format: "png", colour: "rgb", alpha: true });

function plan(query: string, facts: Facts = PHOTO, format: WantedFormat = "base"): Plan {
  return planOf(transformOf(query), format, facts, 100_000, peakBytes);
}

const sizeOf = ({ width, height }: Size) => [width, height];
const rectOf = ({ x, y, width, height }: Rect) => [x, y, width, height];

describe("orientation", () => {
  it.each([1, 2, 3, 4] as const)("%i leaves the sides", (orientation) => {
    expect(sizeOf(plan("", { ...PHOTO, orientation }).oriented)).toEqual([600, 400]);
  });
  it.each([5, 6, 7, 8] as const)(
    "%i swaps the sides, for the crop and the box too",
    (orientation) => {
      const made = plan("crop=0,0,400,300&w=200", { ...PHOTO, orientation });
      expect(sizeOf(made.oriented)).toEqual([400, 600]);
      expect(sizeOf(made.output)).toEqual([200, 150]);
    },
  );
});

describe("crop", () => {
  it.each([
    ["10,20,30,40", [10, 20, 30, 40]],
    ["0,0,600,400", [0, 0, 600, 400]],
    ["599,399,1,1", [599, 399, 1, 1]],
    ["0.0,0,1,1", [0, 0, 600, 400]],
    ["0.5,0.25,0.5,0.5", [300, 100, 300, 200]],
    ["0.333,0,0.333,1", [200, 0, 200, 400]],
    ["0.9999,0.9999,0.0001,0.0001", [599, 399, 1, 1]],
  ])("%s is %j", (crop, rect) => {
    expect(rectOf(plan(`crop=${crop}`).crop)).toEqual(rect);
  });

  it.each(["0,0,601,400", "1,0,600,400", "0,400,1,1", "9000,9000,1,1"])(
    "%s lies outside of 600 × 400, which is a 400 that says so",
    (crop) => {
      const error = (() => {
        try {
          return plan(`crop=${crop}`);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(PictorError);
      const { status, info } = error as PictorError;
      expect([status, info.param, info.received]).toEqual([400, "crop", crop]);
      expect(info.expected).toContain("600 × 400");
    },
  );

  it("by fractions is inside for every picture, and neighbours meet without a gap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20_000 }),
        fc.integer({ min: 1, max: 9999 }),
        (width, cut) => {
          const facts = factsOf(width, 7);
          const first = plan(`crop=0.0,0,${cut / 10_000},1`, facts).crop;
          const second = plan(`crop=${cut / 10_000},0,${(10_000 - cut) / 10_000},1`, facts).crop;
          for (const { x, width: kept } of [first, second]) {
            expect(Number.isInteger(x) && Number.isInteger(kept) && kept >= 1).toBe(true);
            expect(x + kept).toBeLessThanOrEqual(width);
          }
          const isNarrow = cut * width < 5000 || (10_000 - cut) * width < 5000;
          if (!isNarrow) expect(first.width).toBe(second.x);
          if (!isNarrow) expect(second.x + second.width).toBe(width);
        },
      ),
    );
  });
});

describe("rotate and flip", () => {
  it.each([
    ["rotate=0", [200, 133]],
    ["rotate=180", [200, 133]],
    ["rotate=90", [200, 300]],
    ["rotate=270", [200, 300]],
  ])("w=200&%s: the width is that of the result", (rotate, size) => {
    expect(sizeOf(plan(`w=200&${rotate}`).output)).toEqual(size);
  });

  it("a quarter turn swaps the box, and ar with it", () => {
    const made = plan("w=100&h=50&fit=cover&rotate=90");
    expect([sizeOf(made.extract), sizeOf(made.output)]).toEqual([
      [50, 100],
      [100, 50],
    ]);
    expect(sizeOf(plan("ar=2:1&fit=cover&rotate=90").output)).toEqual([400, 200]);
  });

  it.each([
    ["flip=h", true, 0],
    ["flip=v", true, 180],
    ["flip=hv", false, 180],
    ["flip=v&rotate=270", true, 90],
    ["flip=hv&rotate=180", false, 0],
  ])("%s is a mirror %s and a turn of %i", (query, flip, rotate) => {
    const made = plan(query);
    expect([made.flip, made.rotate]).toEqual([flip, rotate]);
  });
});

describe("the format", () => {
  it.each<[string, WantedFormat, Facts, string]>([
    ["", "base", PHOTO, "jpeg"],
    ["", "base", LOGO, "png"],
    ["background=white", "base", LOGO, "jpeg"],
    ["background=ff000080", "base", LOGO, "png"],
    ["background=ff000080", "base", PHOTO, "jpeg"],
    ["background=ff000080&pad=2", "base", PHOTO, "png"],
    ["lossless=true", "base", PHOTO, "png"],
    ["", "own", PHOTO, "jpeg"],
    ["", "own", { ...PHOTO, format: "webp" }, "webp"],
    ["", "own", { ...PHOTO, format: "avif" }, "avif"],
    ["", "own", { ...PHOTO, format: "png" }, "png"],
    ["", "own", { ...PHOTO, format: "gif", alpha: true }, "gif"],
    ["", "own", { ...PHOTO, format: "gif" }, "gif"],
    ["lossless=true", "own", { ...PHOTO, format: "gif" }, "png"],
    ["", "own", { ...PHOTO, ...MOVING, format: "gif" }, "gif"],
    ["lossless=true", "own", { ...PHOTO, ...MOVING, format: "gif" }, "webp"],
    ["anim=false&lossless=true", "own", { ...PHOTO, ...MOVING, format: "gif" }, "png"],
    ["", "own", { ...PHOTO, ...MOVING, format: "webp" }, "webp"],
    ["", "own", { ...PHOTO, ...MOVING, format: "png" }, "png"],
    ["", "base", { ...PHOTO, ...MOVING, format: "webp" }, "gif"],
    ["anim=false", "base", { ...PHOTO, ...MOVING, format: "webp" }, "jpeg"],
    ["frame=2", "base", { ...PHOTO, ...MOVING, format: "webp" }, "png"],
    ["", "base", { ...PHOTO, ...MOVING, format: "avif" }, "jpeg"],
    ["", "webp", LOGO, "webp"],
  ])("of %j as %s", (query, wanted, facts, format) => {
    expect(plan(query, facts, wanted).output.format).toBe(format);
  });
});

describe("alpha and background", () => {
  const white = { r: 255, g: 255, b: 255, a: 255 };
  const clear = { r: 0, g: 0, b: 0, a: 0 };
  const half = { r: 255, g: 0, b: 0, a: 128 };
  const halfOverWhite = { r: 255, g: 127, b: 127, a: 255 };
  const framed = "w=300&h=300&fit=pad&pad=1";

  it.each<[string, Facts, WantedFormat, object]>([
    [framed, PHOTO, "png", { margin: white, flatten: undefined, alpha: false }],
    [framed, LOGO, "png", { margin: white, flatten: undefined, alpha: true }],
    [framed, LOGO, "jpeg", { margin: white, flatten: white, alpha: false }],
    [
      `${framed}&background=transparent`,
      LOGO,
      "png",
      { margin: clear, flatten: undefined, alpha: true },
    ],
    [
      `${framed}&background=transparent`,
      PHOTO,
      "webp",
      { margin: clear, flatten: undefined, alpha: true },
    ],
    [
      `${framed}&background=transparent`,
      LOGO,
      "jpeg",
      { margin: white, flatten: white, alpha: false },
    ],
    [
      `${framed}&background=ff000080`,
      PHOTO,
      "png",
      { margin: half, flatten: undefined, alpha: true },
    ],
    // Clear, so that flattening lays the half colour there once and not twice.
    [`${framed}&background=ff000080`, LOGO, "png", { margin: clear, flatten: half, alpha: true }],
    [
      `${framed}&background=ff000080`,
      LOGO,
      "jpeg",
      { margin: halfOverWhite, flatten: halfOverWhite, alpha: false },
    ],
  ])("%s, %o as %s", (query, facts, format, expected) => {
    const { canvas, pad, flatten, output } = plan(query, facts, format);
    expect(pad).toMatchObject(canvas!.colour ? { colour: canvas!.colour } : {});
    expect({ margin: canvas!.colour, flatten, alpha: output.alpha }).toEqual(expected);
  });
});

describe("for every picture and wish", () => {
  const facts = fc.record({
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
    orientation: fc.constantFrom(1, 3, 5, 6, 8) as fc.Arbitrary<Facts["orientation"]>,
  });
  const wish = fc.record({
    w: fc.option(fc.integer({ min: 1, max: 8192 })),
    h: fc.option(fc.integer({ min: 1, max: 8192 })),
    fit: fc.constantFrom("scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"),
    g: fc.constantFrom("center", "north", "southeast", "0.1x0.9"),
    crop: fc.constantFrom(null, "0.1,0.2,0.3,0.4", "0,0,1,1", "0.99,0.99,0.01,0.01"),
    rotate: fc.constantFrom(0, 90, 180, 270),
    flip: fc.constantFrom(null, "h", "v", "hv"),
    pad: fc.constantFrom(null, "3", "1,2,3,4"),
    border: fc.constantFrom(null, "0,red", "7,black"),
    radius: fc.constantFrom(null, "0", "9", "4000", "max"),
    enlarge: fc.constantFrom(null, "true", "false"),
  });
  const inside = (rect: Rect, parent: Size) =>
    Object.values(rect).every(Number.isSafeInteger) &&
    Math.min(rect.x, rect.y) >= 0 &&
    Math.min(rect.width, rect.height) >= 1 &&
    rect.x + rect.width <= parent.width &&
    rect.y + rect.height <= parent.height;

  it("the rectangles of the steps fit into each other, and add up to the output", () => {
    fc.assert(
      fc.property(facts, wish, ({ width, height, orientation }, wanted) => {
        const query = Object.entries(wanted)
          .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
          .join("&");
        const made = plan(query, factsOf(width, height, { orientation }));
        expect(inside(made.crop, made.oriented)).toBe(true);
        expect(inside(made.extract, made.resize)).toBe(true);
        const isSideways = made.rotate % 180 !== 0;
        const turned = isSideways ? swapped(made.extract) : sizeRect(made.extract);
        if (made.canvas) {
          const { x, y } = made.canvas;
          expect(inside({ ...turned, x, y }, made.canvas)).toBe(true);
        }
        const shown = made.canvas ?? turned;
        const both = 2 * (made.border?.width ?? 0);
        const bordered = { width: shown.width + both, height: shown.height + both };
        expect(2 * made.radius).toBeLessThanOrEqual(Math.min(bordered.width, bordered.height));
        const { top = 0, right = 0, bottom = 0, left = 0 } = made.pad ?? {};
        expect(sizeOf(made.output)).toEqual([
          bordered.width + left + right,
          bordered.height + top + bottom,
        ]);
        expect(made.peakBytes).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});

function swapped({ width, height }: Size) {
  return { width: height, height: width };
}

function sizeRect({ width, height }: Size) {
  return { width, height };
}
