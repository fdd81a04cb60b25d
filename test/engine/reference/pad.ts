import type { Colour, Sides } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { canvas } from "./canvas.ts";

/** A margin around the picture, in px a side. */
export function pad(source: Raster, sides: Sides & { readonly colour: Colour }): Raster {
  return canvas(source, {
    width: source.width + sides.left + sides.right,
    height: source.height + sides.top + sides.bottom,
    x: sides.left,
    y: sides.top,
    colour: sides.colour,
  });
}
