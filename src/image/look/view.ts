/** The whole picture with what was seen in it, and what a plan cuts out (`debug=gravity`). */
import type { Findings } from "../findings.ts";
import type { Colour, Plan, Rect, Size } from "../job.ts";
import type { Raster } from "../raster.ts";
import { WHITE } from "../surround.ts";
import { cross, dimmed, fill, number, outline } from "./drawing.ts";
import type { Saliency } from "./saliency.ts";

/** What `trim` keeps. */
const BLUE: Colour = { r: 40, g: 120, b: 255, a: 255 };
/** Faces, with their scores in hundredths. */
const GREEN: Colour = { r: 0, g: 220, b: 60, a: 255 };
/** Salient cells: the larger the dot, the more. */
const ORANGE: Colour = { r: 255, g: 150, b: 0, a: 255 };
/** The focal point. */
const RED: Colour = { r: 255, g: 30, b: 60, a: 255 };

/**
 * `whole`: the upright source, shrunk. `cropped`: what `crop` keeps of it, `kept`: what `trim` keeps of that, in px of
 * the source.
 */
export function viewOf(
  whole: Raster,
  plan: Plan,
  { sight, focus, content }: Findings,
  { cropped, kept }: { readonly cropped: Rect; readonly kept: Rect },
): Raster {
  const shown = (rect: Rect) => scaledRect(rect, plan.oriented, whole);
  const raster = dimmed(whole, shown(cutOf(plan)));
  if (sight) drawSaliency(raster, sight.saliency, shown(cropped));
  if (content) outline(raster, shown(kept), BLUE);
  for (const face of sight?.faces ?? []) {
    const box = within(face, shown(cropped));
    outline(raster, box, GREEN);
    number(raster, 100 * face.score, box.x, box.y, GREEN);
  }
  outline(raster, shown(cutOf(plan)), WHITE);
  if (focus) {
    const { x, y } = within({ ...focus.point, width: 0, height: 0 }, shown(kept));
    cross(raster, x, y, RED);
  }
  return raster;
}

/** What is left of the source, in its px. */
function cutOf({ crop, resize, extract }: Plan): Rect {
  const [across, down] = [crop.width / resize.width, crop.height / resize.height];
  return {
    x: crop.x + extract.x * across,
    y: crop.y + extract.y * down,
    width: extract.width * across,
    height: extract.height * down,
  };
}

function scaledRect({ x, y, width, height }: Rect, from: Size, to: Size): Rect {
  const [across, down] = [to.width / from.width, to.height / from.height];
  return { x: x * across, y: y * down, width: width * across, height: height * down };
}

/** A rectangle in parts of another. */
function within(part: Rect, all: Rect): Rect {
  return {
    x: all.x + part.x * all.width,
    y: all.y + part.y * all.height,
    width: part.width * all.width,
    height: part.height * all.height,
  };
}

function drawSaliency(raster: Raster, { columns, rows, cells }: Saliency, area: Rect): void {
  const cell = { width: area.width / columns, height: area.height / rows };
  cells.forEach((level, i) => {
    const size = (Math.min(cell.width, cell.height) / 2) * (level / 255);
    if (size < 0.5) return;
    const x = area.x + ((i % columns) + 0.5) * cell.width;
    const y = area.y + (Math.floor(i / columns) + 0.5) * cell.height;
    fill(raster, { x: x - size / 2, y: y - size / 2, width: size, height: size }, ORANGE);
  });
}
