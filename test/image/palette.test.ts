import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf, toOklab, withoutToe, withToe } from "../../src/image/oklab.ts";
import { paletteOf } from "../../src/image/palette.ts";

type Pixel = readonly [number, number, number, number];

/** One row. */
function raster(pixels: readonly Pixel[]) {
  return { width: pixels.length, height: 1, data: new Uint8ClampedArray(pixels.flat()) };
}

const times = (count: number, pixel: Pixel) => Array.from({ length: count }, () => pixel);
const channel = fc.integer({ min: 0, max: 255 });
const pixels = fc.array(fc.tuple(channel, channel, channel, channel), {
  minLength: 1,
  maxLength: 200,
});

describe("OKLab", () => {
  it("has the values that its author gives", () => {
    // https://bottosson.github.io/posts/oklab/: white is L 1; CSS Color 4's samples for red, lime and blue.
    const near = (colour: readonly number[], expected: readonly number[]) => {
      for (const [i, value] of expected.entries()) expect(colour[i]).toBeCloseTo(value, 3);
    };
    near(toOklab(255, 255, 255), [1, 0, 0]);
    near(toOklab(255, 0, 0), [0.628, 0.2249, 0.1258]);
    near(toOklab(0, 255, 0), [0.8664, -0.2339, 0.1795]);
    near(toOklab(0, 0, 255), [0.452, -0.0325, -0.3115]);
  });

  it("gives every colour of sRGB back", () => {
    fc.assert(
      fc.property(channel, channel, channel, (r, g, b) => {
        const hex = [r, g, b].map((value) => value.toString(16).padStart(2, "0")).join("");
        expect(hexOf(toOklab(r, g, b))).toBe(`#${hex}`);
        expect(hexOf(withoutToe(withToe(toOklab(r, g, b))))).toBe(`#${hex}`);
      }),
    );
  });
});

describe("a palette", () => {
  it("has the colours of a drawing with their shares, the largest first", () => {
    const drawing = [
      ...times(20, [255, 0, 0, 255]),
      ...times(70, [0, 0, 255, 255]),
      ...times(10, [255, 255, 255, 255]),
    ];
    expect(paletteOf(raster(drawing))).toEqual([
      { hex: "#0000ff", share: 0.7 },
      { hex: "#ff0000", share: 0.2 },
      { hex: "#ffffff", share: 0.1 },
    ]);
  });

  it("takes shades for one colour, so that a sky outweighs what is before it", () => {
    const sky = Array.from(
      { length: 60 },
      (_, i): Pixel => [120 + (i >> 2), 170 + (i >> 2), 240, 255],
    );
    const [dominant] = paletteOf(raster([...sky, ...times(40, [40, 20, 10, 255])]));
    expect(dominant!.share).toBe(0.6);
    expect(dominant!.hex).toMatch(/^#[78][0-9a-f]b[0-9a-f]f[0-9a-f]$/);
  });

  it("takes all that looks black for black", () => {
    const night = [0, 4, 8, 14].flatMap((level) => times(20, [level, level, level, 255]));
    const palette = paletteOf(raster([...night, ...times(20, [200, 160, 40, 255])]));
    expect(palette.map(({ share }) => share)).toEqual([0.8, 0.2]);
  });

  it("counts pixels by their alpha", () => {
    const half = [...times(10, [0, 0, 0, 51]), ...times(4, [255, 255, 255, 255])];
    expect(paletteOf(raster([...half, ...times(50, [0, 255, 0, 0])]))).toEqual([
      { hex: "#ffffff", share: 0.667 },
      { hex: "#000000", share: 0.333 },
    ]);
    expect(paletteOf(raster(times(3, [9, 9, 9, 0])))).toEqual([]);
  });

  it("of any picture has at most eight colours, which differ, and is the same each time", () => {
    fc.assert(
      fc.property(pixels, (picture) => {
        const palette = paletteOf(raster(picture));
        expect(palette.length).toBeLessThanOrEqual(8);
        expect(new Set(palette.map(({ hex }) => hex)).size).toBe(palette.length);
        const shares = palette.map(({ share }) => share);
        expect(shares).toEqual([...shares].sort((a, b) => b - a));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1.005);
        if (picture.some(([, , , alpha]) => alpha > 0)) expect(palette.length).toBeGreaterThan(0);
        expect(paletteOf(raster(picture))).toEqual(palette);
      }),
    );
  });
});
