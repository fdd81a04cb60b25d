/** A raster in another size, without alpha: for what is searched, not for what is shown. */
import type { Raster } from "../raster.ts";

/** What one sample of the result is made of: sources from `first` on, and their weights. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** A triangle as wide as a sample of the coarser side (as in Pillow's BILINEAR). */
function tapsOf(from: number, to: number): readonly Taps[] {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - reach));
    const end = Math.min(from, Math.ceil(centre + reach));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Red, green and blue of each pixel, 0–255, over white. */
export function scaledRgb(raster: Raster, width: number, height: number): Float32Array {
  const across = acrossRows(raster, width);
  const result = new Float32Array(width * height * 3);
  tapsOf(raster.height, height).forEach(({ first, weights }, y) => {
    weights.forEach((weight, k) => {
      const from = (first + k) * width * 3;
      for (let i = 0; i < width * 3; i++) result[y * width * 3 + i]! += weight * across[from + i]!;
    });
  });
  return result;
}

function acrossRows({ width: from, height, data }: Raster, width: number): Float32Array {
  const taps = tapsOf(from, width);
  const result = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = taps[x]!;
      let [r, g, b] = [0, 0, 0];
      for (let k = 0; k < weights.length; k++) {
        const at = (y * from + first + k) * 4;
        const alpha = (weights[k]! * data[at + 3]!) / 255;
        const white = 255 * (weights[k]! - alpha);
        r += data[at]! * alpha + white;
        g += data[at + 1]! * alpha + white;
        b += data[at + 2]! * alpha + white;
      }
      const to = (y * width + x) * 3;
      result[to] = r;
      result[to + 1] = g;
      result[to + 2] = b;
    }
  }
  return result;
}
