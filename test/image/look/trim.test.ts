import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentOf } from "../../../src/image/look/trim.ts";
import type { Raster } from "../../../src/image/raster.ts";

type Pixel = readonly [number, number, number, number];
const WHITE: Pixel = [255, 255, 255, 255];
const BLACK: Pixel = [0, 0, 0, 255];

function painted(width: number, height: number, at: (x: number, y: number) => Pixel): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * 4);
  return { width, height, data };
}

const framed = (border: Pixel, content: Pixel) =>
  painted(20, 10, (x, y) => (x >= 4 && x < 15 && y >= 2 && y < 7 ? content : border));
const KEPT = { x: 4 / 20, y: 2 / 10, width: 11 / 20, height: 5 / 10 };

describe("what a border surrounds", () => {
  it("is found by the corners' colour", () => {
    expect(contentOf(framed(WHITE, BLACK), 10)).toEqual(KEPT);
    expect(contentOf(framed(BLACK, WHITE), 10)).toEqual(KEPT);
  });

  it("is found exactly, wherever it lies", () => {
    const side = fc.integer({ min: 0, max: 9 });
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(side, side, side, side, size, size, (top, right, bottom, left, w, h) => {
        fc.pre(top + right + bottom + left > 0 && top > 0 && left > 0);
        const [width, height] = [left + w + right, top + h + bottom];
        const isContent = (x: number, y: number) =>
          x >= left && x < left + w && y >= top && y < top + h;
        const raster = painted(width, height, (x, y) => (isContent(x, y) ? BLACK : WHITE));
        const found = contentOf(raster, 0, { r: 255, g: 255, b: 255, a: 255 });
        expect(found).toEqual({
          x: left / width,
          y: top / height,
          width: w / width,
          height: h / height,
        });
      }),
    );
  });

  it("may be as dark as the border where that is transparent", () => {
    expect(contentOf(framed([0, 0, 0, 0], BLACK), 10)).toEqual(KEPT);
  });

  it("does not see what colour a transparent pixel has", () => {
    const raster = painted(20, 10, (x, y) =>
      x >= 4 && x < 15 && y >= 2 && y < 7 ? BLACK : [x * 12, y * 20, 99, 0],
    );
    expect(contentOf(raster, 0)).toEqual(KEPT);
  });

  it("is found among noise below the tolerance, and not below that of the noise", () => {
    const noisy = painted(20, 10, (x, y) => {
      const inside = x >= 4 && x < 15 && y >= 2 && y < 7;
      const level = inside ? 120 : 240 + ((x * 7 + y * 13) % 9);
      return [level, level, level, 255];
    });
    expect(contentOf(noisy, 10)).toEqual(KEPT);
    expect(contentOf(noisy, 2)).toBeUndefined();
  });

  it("follows most corners, not the first", () => {
    const raster = painted(20, 10, (x, y) => (x < 3 && y < 3 ? BLACK : WHITE));
    expect(contentOf(raster, 10)).toEqual({ x: 0, y: 0, width: 3 / 20, height: 3 / 10 });
  });

  it("is looked for by a colour that was given", () => {
    const white = { r: 255, g: 255, b: 255, a: 255 };
    expect(contentOf(framed(BLACK, WHITE), 10, white)).toBeUndefined();
    expect(contentOf(framed(WHITE, BLACK), 10, white)).toEqual(KEPT);
  });

  it("is all of a picture that is nothing but border, or has none", () => {
    expect(contentOf(framed(WHITE, WHITE), 10)).toBeUndefined();
    expect(
      contentOf(
        painted(1, 1, () => BLACK),
        0,
      ),
    ).toBeUndefined();
  });
});
