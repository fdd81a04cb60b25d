import { decode, encode, isBlurhashValid } from "blurhash";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blurHashOf } from "../../src/image/blurhash.ts";

const WHITE = { r: 255, g: 255, b: 255, a: 255 };

function raster(width: number, height: number, at: (x: number, y: number) => readonly number[]) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * 4);
  }
  return { width, height, data };
}

describe("a BlurHash", () => {
  it("is the library's, where the largest component is positive", () => {
    // Bright at the top left, so that every large component is.
    const bright = raster(48, 36, (x, y) => [250 - 4 * x, 250 - 6 * y, 240 - 3 * x - y, 255]);
    expect(blurHashOf(bright, WHITE)).toBe(encode(bright.data, 48, 36, 4, 3));
  });

  it("shows a picture that is dark at its top left as well as one that is bright there", () => {
    const dark = raster(32, 24, (x, y) => [8 * x, 10 * y, 4 * x + 5 * y, 255]);
    const shown = decode(blurHashOf(dark, WHITE), 32, 24);
    const off = (of: ArrayLike<number>) =>
      Math.sqrt(
        dark.data.reduce((sum, sample, i) => sum + (sample - of[i]!) ** 2, 0) / dark.data.length,
      );
    expect(off(shown)).toBeLessThan(14);
    // The reason why the encoder is our own.
    expect(off(decode(encode(dark.data, 32, 24, 4, 3), 32, 24))).toBeGreaterThan(20);
  });

  it.each([
    [64, 64, "U"],
    [64, 43, "L"],
    [64, 36, "L"],
    [43, 64, "T"],
    [64, 4, "3"],
    [1, 1, "U"],
  ])("of %i × %i px has components by its shape", (width, height, first) => {
    const plain = raster(width, height, () => [10, 200, 30, 255]);
    expect(blurHashOf(plain, WHITE)[0]).toBe(first);
  });

  it("of any raster is valid", () => {
    const sides = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));
    const samples = fc.infiniteStream(fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(sides, samples, ([width, height], stream) => {
        const noise = raster(width, height, () => [...stream.take(4)]);
        expect(isBlurhashValid(blurHashOf(noise, WHITE))).toEqual({ result: true });
      }),
    );
  });
});
