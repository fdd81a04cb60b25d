import type { Adjust } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { LUMA_B, LUMA_G, LUMA_R } from "./luma.ts";
import { createRaster } from "./pixels.ts";

/**
 * Brightness, contrast, saturation and gamma, in this order, on sRGB-coded values. Factors; 1 changes nothing.
 * Brightness multiplies; contrast scales around mid-grey 128; saturation mixes with Rec. 709 luma; gamma is
 * `255·(v/255)^(1/gamma)`. Between the four, values are real numbers that may leave 0–255; gamma clips them.
 */
export function adjust(source: Raster, by: Adjust): Raster {
  const tone = table((v) => (v * by.brightness - 128) * by.contrast + 128);
  const bend = by.gamma === 1 ? (v: number) => v : (v: number) => gammaCurve(v, by.gamma);
  return by.saturation === 1
    ? mapChannels(
        source,
        table((v) => bend(tone[v]!)),
      )
    : mixWithLuma(source, tone, by.saturation, bend);
}

function gammaCurve(value: number, gamma: number): number {
  return 255 * (Math.min(Math.max(value, 0), 255) / 255) ** (1 / gamma);
}

function table(f: (value: number) => number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, v) => f(v));
}

function mapChannels({ width, height, data }: Raster, values: Float64Array): Raster {
  const result = createRaster(width, height);
  for (let i = 0; i < data.length; i += 4) {
    result.data[i] = values[data[i]!]!;
    result.data[i + 1] = values[data[i + 1]!]!;
    result.data[i + 2] = values[data[i + 2]!]!;
    result.data[i + 3] = data[i + 3]!;
  }
  return result;
}

function mixWithLuma(
  { width, height, data }: Raster,
  tone: Float64Array,
  saturation: number,
  bend: (value: number) => number,
): Raster {
  const result = createRaster(width, height);
  for (let i = 0; i < data.length; i += 4) {
    const r = tone[data[i]!]!;
    const g = tone[data[i + 1]!]!;
    const b = tone[data[i + 2]!]!;
    const grey = (LUMA_R * r + LUMA_G * g + LUMA_B * b) * (1 - saturation);
    result.data[i] = bend(r * saturation + grey);
    result.data[i + 1] = bend(g * saturation + grey);
    result.data[i + 2] = bend(b * saturation + grey);
    result.data[i + 3] = data[i + 3]!;
  }
  return result;
}
