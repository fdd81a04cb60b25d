import { describe, expect, it } from "vitest";
import type { Pixels } from "../../../src/cli/corpus/oracle.ts";
import { SPAN, ssim } from "../../../src/cli/corpus/ssim.ts";

function picture(
  width: number,
  height: number,
  grey: (x: number, y: number) => number,
  alpha = 255,
): Pixels {
  const data = Buffer.alloc(width * height * 4, alpha);
  for (let i = 0; i < width * height; i++) {
    data.fill(grey(i % width, Math.floor(i / width)), 4 * i, 4 * i + 3);
  }
  return { width, height, data };
}

const waves = (x: number, y: number) => 128 + 60 * Math.sin(x / 3) * Math.cos(y / 4);

/** Equation 13 of Wang et al. (2004), one window after another. */
function plainly(one: Pixels, other: Pixels): number {
  const weight = (d: number) => Math.exp(-(d * d) / (2 * 1.5 * 1.5));
  const grey = ({ data, width }: Pixels, x: number, y: number) => data[4 * (y * width + x)]!;
  const scores: number[] = [];
  for (let top = 0; top + SPAN <= one.height; top++) {
    for (let left = 0; left + SPAN <= one.width; left++) {
      const all: [number, number, number][] = [];
      for (let y = 0; y < SPAN; y++) {
        for (let x = 0; x < SPAN; x++) {
          const of = (p: Pixels) => grey(p, left + x, top + y);
          all.push([weight(x - 5) * weight(y - 5), of(one), of(other)]);
        }
      }
      const total = all.reduce((sum, [w]) => sum + w, 0);
      const mean = (f: (a: number, b: number) => number) =>
        all.reduce((sum, [w, a, b]) => sum + w * f(a, b), 0) / total;
      const [ma, mb] = [mean((a) => a), mean((_, b) => b)];
      const va = mean((a) => (a - ma) ** 2);
      const vb = mean((_, b) => (b - mb) ** 2);
      const cov = mean((a, b) => (a - ma) * (b - mb));
      const [c1, c2] = [6.5025, 58.5225];
      scores.push(
        ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2)),
      );
    }
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

describe("SSIM", () => {
  it("is that of the paper, window by window", () => {
    const one = picture(23, 17, waves);
    for (const other of [
      picture(23, 17, (x, y) => waves(x + 1, y)),
      picture(23, 17, (x, y) => waves(x, y) + ((x * 7 + y * 13) % 20)),
      picture(23, 17, () => 128),
    ]) {
      expect(ssim(one, other)).toBeCloseTo(plainly(one, other), 6);
    }
  });

  it("is 1 for the same picture alone, and low for another", () => {
    const one = picture(40, 30, waves);
    expect(ssim(one, one)).toBeCloseTo(1, 9);
    expect(
      ssim(
        one,
        picture(40, 30, (x, y) => 255 - waves(x, y)),
      ),
    ).toBeLessThan(0);
    expect(
      ssim(
        one,
        picture(40, 30, (x, y) => waves(x, y) * 0.9),
      ),
    ).toBeLessThan(0.999);
  });

  it("sees no colour where nothing is to be seen", () => {
    const clear = picture(20, 20, waves, 0);
    expect(
      ssim(
        clear,
        picture(20, 20, () => 9, 0),
      ),
    ).toBeCloseTo(1, 9);
    expect(ssim(clear, picture(20, 20, waves))).toBeLessThan(0.5);
  });

  it("wants room for a window", () => {
    expect(() => ssim(picture(10, 40, waves), picture(10, 40, waves))).toThrow("window");
  });
});
