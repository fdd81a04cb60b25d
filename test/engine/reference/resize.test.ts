import { describe, expect, it } from "vitest";
import type { Raster } from "../../../src/image/raster.ts";
import {
  checkerboard,
  difference,
  disc,
  fromSharp,
  gradient,
  inSharp,
  noisePicture,
  picture,
} from "../pictures.ts";
import { resize } from "./resize.ts";

const whole = (width: number, height: number) => ({ x: 0, y: 0, width, height });

function sharpResize(source: Raster, width: number, height: number): Promise<Raster> {
  return fromSharp(inSharp(source).resize(width, height, { fit: "fill", kernel: "lanczos3" }));
}

describe("resize", () => {
  const cases: readonly [string, Raster, number, number][] = [
    ["a gradient to a third", gradient(300, 201), 100, 67],
    ["a gradient by odd factors", gradient(257, 131), 91, 77],
    ["noise to half", noisePicture(200, 150), 100, 75],
    ["noise by 2.7", noisePicture(270, 270), 100, 100],
    ["noise with alpha", noisePicture(200, 150, false), 90, 61],
    ["a disc with soft alpha", disc(240), 80, 80],
    ["a checkerboard", checkerboard(240, 160, 7), 100, 70],
    ["one axis only", noisePicture(200, 60), 80, 60],
    ["one column", picture(1, 100, (_, y) => [y * 2, 0, 255 - y, 255]), 1, 40],
  ];
  it.each(cases)("agrees with sharp's lanczos3 on %s", async (_, source, width, height) => {
    const ours = resize(source, { width, height }, whole(width, height));
    const { psnr, mean } = difference(ours, await sharpResize(source, width, height));
    expect(psnr).toBeGreaterThan(45);
    expect(mean).toBeLessThan(1);
  });

  it("agrees with sharp beyond a factor of 4, where libvips shrinks by boxes first", async () => {
    const source = disc(1000);
    const ours = resize(source, { width: 100, height: 100 }, whole(100, 100));
    const { mean, psnr } = difference(ours, await sharpResize(source, 100, 100));
    expect(mean).toBeLessThan(1);
    expect(psnr).toBeGreaterThan(38);
  });

  it("enlarges smoothly, near sharp, which enlarges with a bicubic kernel", async () => {
    const source = gradient(40, 30);
    const ours = resize(source, { width: 120, height: 90 }, whole(120, 90));
    expect(difference(ours, await sharpResize(source, 120, 90)).psnr).toBeGreaterThan(40);
  });

  it.each([
    [1, 1, 5, 4],
    [1, 7, 3, 2],
    [9, 1, 1, 1],
    [2, 2, 1, 1],
  ])("keeps one colour exactly, from %i×%i to %i×%i", (w, h, width, height) => {
    const source = picture(w, h, () => [10, 200, 77, 255]);
    const ours = resize(source, { width, height }, whole(width, height));
    expect(ours.data).toEqual(picture(width, height, () => [10, 200, 77, 255]).data);
  });

  it("does not let the colour of transparent pixels bleed", () => {
    const small = resize(disc(200), { width: 50, height: 50 }, whole(50, 50));
    for (let i = 0; i < small.data.length; i += 4) {
      if (small.data[i + 3]! > 8) expect(small.data[i + 1]!).toBeLessThan(40);
    }
  });

  it("computes a window that equals the same part of the whole", () => {
    const source = noisePicture(173, 91, false);
    const size = { width: 80, height: 64 };
    const all = resize(source, size, whole(80, 64));
    const window = resize(source, size, { x: 13, y: 9, width: 40, height: 31 });
    for (let y = 0; y < 31; y++) {
      const from = ((y + 9) * 80 + 13) * 4;
      expect(window.data.subarray(y * 160, (y + 1) * 160)).toEqual(
        all.data.subarray(from, from + 160),
      );
    }
  });

  it("answers a mere crop when the size stays", () => {
    const source = noisePicture(20, 20);
    expect(resize(source, { width: 20, height: 20 }, whole(20, 20))).toBe(source);
  });
});
