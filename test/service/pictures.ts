/** Small pictures that the tests make themselves. */
import sharp, { type Sharp } from "sharp";

/** Four quadrants of different colours on a ramp, so that a turned or mirrored picture is seen. */
export function quadrants(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, top] = [x < width / 2, y < height / 2];
      const ramp = Math.round((x / width) * 60);
      const [r, g, b] = top
        ? left
          ? [190, 30, 30]
          : [30, 190, 30]
        : left
          ? [30, 30, 190]
          : [190, 190, 30];
      data.set([r + ramp, g + ramp, b + ramp], (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export async function jpeg(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await quadrants(width, height).jpeg({ quality: 92 }).toBuffer());
}

/** A round spot on transparent ground. */
export async function pngWithAlpha(size: number): Promise<Uint8Array<ArrayBuffer>> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><circle cx="50%" cy="50%" r="40%" fill="#e11d48"/></svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
}

export async function png(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await quadrants(width, height).png({ compressionLevel: 1 }).toBuffer());
}

/** One colour, so that a large picture is a short file. */
export async function plainPng(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width, height, channels: 3 as const, background: "teal" };
  return new Uint8Array(await sharp({ create, limitInputPixels: false }).png().toBuffer());
}

/** A file as long as its pixels. */
export async function noisePng(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const noise = { type: "gaussian", mean: 128, sigma: 50 } as const;
  const create = { width, height, channels: 3 as const, background: "grey", noise };
  return new Uint8Array(await sharp({ create }).png().toBuffer());
}
