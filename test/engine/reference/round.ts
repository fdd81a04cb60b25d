import type { Border, Colour } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { pad } from "./pad.ts";
import { createRaster } from "./pixels.ts";

/** Samples a side of a pixel: its part outside of the arc is counted. */
const SAMPLES = 16;

/** Corners give way to a colour outside of a quarter of a circle, mixed premultiplied; 0 answers the same raster. */
export function round(source: Raster, radius: number, outside: Colour): Raster {
  if (radius === 0) return source;
  const result = createRaster(source.width, source.height);
  for (let y = 0; y < source.height; y++) {
    for (let x = 0; x < source.width; x++) {
      const i = (y * source.width + x) * 4;
      const part = outsidePart(source, x, y, radius);
      const [out, into] = [part * outside.a, (1 - part) * source.data[i + 3]!];
      if (out + into === 0) continue;
      const mix = (a: number, b: number) => (a * out + b * into) / (out + into);
      result.data.set(
        [
          mix(outside.r, source.data[i]!),
          mix(outside.g, source.data[i + 1]!),
          mix(outside.b, source.data[i + 2]!),
          out + into,
        ],
        i,
      );
    }
  }
  return result;
}

function outsidePart({ width, height }: Raster, x: number, y: number, radius: number): number {
  const near = (at: number, all: number) => at < Math.ceil(radius) || at >= all - Math.ceil(radius);
  if (!near(x, width) || !near(y, height)) return 0;
  let count = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const u = x + ((i % SAMPLES) + 0.5) / SAMPLES;
    const v = y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES;
    const across = Math.max(radius - u, u - (width - radius), 0);
    const down = Math.max(radius - v, v - (height - radius), 0);
    if (across * across + down * down > radius * radius) count++;
  }
  return count / (SAMPLES * SAMPLES);
}

/** A frame whose inner edge is rounded with the outer one, by as much less as it is wide (CSS Backgrounds 3, 4.2). */
export function border(source: Raster, { width, colour }: Border, radius: number): Raster {
  const inner = round(source, Math.max(0, radius - width), colour);
  return pad(inner, { top: width, right: width, bottom: width, left: width, colour });
}
