/** Pictures as the engine hands them to the AVIF encoder, made from rasters by the plain formulas. */
import type { AvifPlanes } from "../../../src/engine/avif/encode.ts";
import type { Output } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";

export function outputOf({ width, height }: Raster, wishes: Partial<Output> = {}): Output {
  return {
    format: "avif",
    width,
    height,
    quality: 60,
    lossless: false,
    progressive: false,
    chroma: "420",
    alpha: false,
    ...wishes,
  };
}

/** BT.601, full range, chroma as the mean of its pixels; G, B, R when lossless. */
export function planesOf(picture: Raster, output: Output): AvifPlanes {
  const { width, height } = picture;
  const { alpha } = output;
  const chroma = output.lossless ? "444" : output.chroma;
  const parts = output.lossless
    ? [1, 2, 0].map((channel) => plane(picture, 1, (pixel) => pixel[channel]!))
    : [
        plane(picture, 1, ([r, g, b]) => 0.299 * r! + 0.587 * g! + 0.114 * b!),
        plane(
          picture,
          chroma === "420" ? 2 : 1,
          ([r, g, b]) => 128 - 0.168736 * r! - 0.331264 * g! + 0.5 * b!,
        ),
        plane(
          picture,
          chroma === "420" ? 2 : 1,
          ([r, g, b]) => 128 + 0.5 * r! - 0.418688 * g! - 0.081312 * b!,
        ),
      ];
  if (alpha) parts.push(plane(picture, 1, (pixel) => pixel[3]!));
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { width, height, chroma, alpha, bytes };
}

type Pixel = readonly number[];

function plane({ width, height, data }: Raster, step: number, of: (pixel: Pixel) => number) {
  const across = Math.ceil(width / step);
  const samples = new Uint8ClampedArray(across * Math.ceil(height / step));
  for (let i = 0; i < samples.length; i++) {
    const left = (i % across) * step;
    const top = Math.floor(i / across) * step;
    let sum = 0;
    for (let k = 0; k < step * step; k++) {
      const x = Math.min(width - 1, left + (k % step));
      const y = Math.min(height - 1, top + Math.floor(k / step));
      sum += of(Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)));
    }
    samples[i] = Math.round(sum / (step * step));
  }
  return samples;
}
