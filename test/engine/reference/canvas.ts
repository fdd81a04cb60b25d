import type { Colour, Size } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { createRaster } from "./pixels.ts";

/**
 * Puts the picture on a canvas of one colour, its top left corner at `x`, `y`. The picture's own transparent pixels
 * stay transparent (the canvas is around it, not under it; `flatten` puts colour under pixels).
 */
export function canvas(
  source: Raster,
  to: Size & { readonly x: number; readonly y: number; readonly colour: Colour },
): Raster {
  const result = createRaster(to.width, to.height);
  fill(result, to.colour);
  for (let y = 0; y < source.height; y++) {
    const row = source.data.subarray(y * source.width * 4, (y + 1) * source.width * 4);
    result.data.set(row, ((to.y + y) * to.width + to.x) * 4);
  }
  return result;
}

function fill({ data }: Raster, { r, g, b, a }: Colour): void {
  for (let i = 0; i < data.length; i += 4) {
    data[i] = r;
    data[i + 1] = g;
    data[i + 2] = b;
    data[i + 3] = a;
  }
}
