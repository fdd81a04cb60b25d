import sharp, { type Sharp } from "sharp";
import type { Raster } from "../../src/image/raster.ts";

type Paint = (x: number, y: number) => readonly [number, number, number, number];

export function picture(width: number, height: number, paint: Paint): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 4);
  return { width, height, data };
}

/** A generator of its own, so that runs repeat. */
export function noise(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state >>> 24;
  };
}

export function noisePicture(width: number, height: number, opaque = true): Raster {
  const next = noise(7);
  return picture(width, height, () => [next(), next(), next(), opaque ? 255 : next()]);
}

export function gradient(width: number, height: number): Raster {
  return picture(width, height, (x, y) => [
    (255 * x) / width,
    (255 * y) / height,
    (128 * (x + y)) / (width + height),
    255,
  ]);
}

/** A red disc with a soft rim on transparent green: what bleeds when alpha is not premultiplied. */
export function disc(size: number): Raster {
  return picture(size, size, (x, y) => {
    const a = Math.max(0, Math.min(1, size * 0.4 - Math.hypot(x - size / 2, y - size / 2)));
    return a > 0 ? [220, 30, 20, 255 * a] : [0, 255, 0, 0];
  });
}

export function checkerboard(width: number, height: number, cell: number): Raster {
  return picture(width, height, (x, y) => {
    const v = (Math.floor(x / cell) + Math.floor(y / cell)) % 2 ? 230 : 25;
    return [v, v, 255 - v, 255];
  });
}

export function inSharp({ data, width, height }: Raster): Sharp {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return sharp(bytes, { raw: { width, height, channels: 4 } });
}

export async function fromSharp(image: Sharp): Promise<Raster> {
  const { data, info } = await image
    .ensureAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** Mean absolute difference and PSNR (dB) of the premultiplied channels; infinite when equal. */
export function difference(a: Raster, b: Raster): { mean: number; most: number; psnr: number } {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`sizes differ: ${a.width}×${a.height}, ${b.width}×${b.height}`);
  }
  let sum = 0;
  let squares = 0;
  let most = 0;
  for (let i = 0; i < a.data.length; i++) {
    const alphaAt = i | 3;
    const share = (r: Raster) => (i === alphaAt ? 1 : r.data[alphaAt]! / 255);
    const d = Math.abs(a.data[i]! * share(a) - b.data[i]! * share(b));
    sum += d;
    squares += d * d;
    most = Math.max(most, d);
  }
  const n = a.data.length;
  return { mean: sum / n, most, psnr: 10 * Math.log10((255 * 255 * n) / squares) };
}
