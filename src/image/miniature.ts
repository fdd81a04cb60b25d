/**
 * A plan for a tiny copy of what another plan makes: the same picture, its lengths multiplied. Made from the plan and
 * not from the wishes, as what a wish comes to depends on how large the source is beside it.
 */
import { isQuarterTurn, swapped } from "./geometry.ts";
import type { Drawn, Plan, Rect, Size } from "./job.ts";

type Unpriced = Omit<Plan, "peakBytes">;

/** Longest side of the copy whose colours are looked at, in px. ThumbHash takes at most 100. */
export const HASH_SIDE = 64;

/** Price of the plan for an overlay, by its place in `draw`. */
type PriceOfOverlay = (plan: Unpriced, index: number) => number;

/**
 * No side is longer than `side` px, but for what rounding adds. What is that small already stays as it is. Fine detail
 * is not kept: what sharpens is left out, and overlays are at least 1 px.
 */
export function miniatureOf(plan: Plan, side: number, priceOf: PriceOfOverlay): Unpriced {
  const { width, height } = plan.output;
  return scaledPlan(plan, Math.min(1, side / Math.max(width, height)), priceOf);
}

function scaledPlan(plan: Plan, scale: number, priceOf: PriceOfOverlay): Unpriced {
  const { source, oriented, crop, resize, extract, flip, rotate, adjust, hue, effect, ...more } =
    plan;
  const { blur, sharpen: _, pixelate, canvas, draw, border, radius, pad, flatten, ...end } = more;
  const { backdrop, output, frames, peakBytes: __, ...others } = end;
  // A step that is added to plans has to be told here how it looks in small.
  const none: Readonly<Record<string, never>> = others;
  const small = scaling(scale);
  const resized = small.size(resize);
  const kept = small.part(extract, resized);
  const turned = (size: Size) => (isQuarterTurn(rotate) ? swapped(size) : size);
  const shown = canvas ? small.size(canvas) : turned(kept);
  const width = Math.round((border?.width ?? 0) * scale);
  const bordered = { width: shown.width + 2 * width, height: shown.height + 2 * width };
  const margins = pad && small.sides(pad);
  const blocks = Math.round(pixelate * scale);
  return {
    source,
    ...(frames && { frames }),
    oriented,
    crop,
    resize: resized,
    extract: kept,
    flip,
    rotate,
    ...(adjust && { adjust }),
    hue,
    ...(effect && { effect }),
    blur: blur * scale < LEAST_BLUR ? 0 : blur * scale,
    sharpen: 0,
    pixelate: blocks < 2 ? 0 : blocks,
    ...(canvas && {
      canvas: {
        ...canvas,
        ...small.part({ ...turned(extract), x: canvas.x, y: canvas.y }, shown),
        ...shown,
      },
    }),
    ...(draw && { draw: draw.map((one, i) => scaledOverlay(one, i, scale, priceOf)) }),
    ...(border && width > 0 && { border: { ...border, width } }),
    radius: Math.min(radius * scale, Math.min(bordered.width, bordered.height) / 2),
    ...(pad && margins && { pad: { ...pad, ...margins } }),
    ...(flatten && { flatten }),
    backdrop,
    output: { ...output, ...sizeOf(bordered, margins) },
    ...none,
  };
}

function scaledOverlay(
  { plan, x, y, ...how }: Drawn,
  index: number,
  scale: number,
  priceOf: PriceOfOverlay,
): Drawn {
  const small = scaledPlan(plan, scale, priceOf);
  const peakBytes = priceOf(small, index);
  return {
    ...how,
    plan: { ...small, peakBytes },
    x: Math.round(x * scale),
    y: Math.round(y * scale),
  };
}

/** Deviations below this many px of the miniature change nothing that can be seen in it. */
const LEAST_BLUR = 0.3;

function scaling(scale: number) {
  const side = (px: number) => Math.max(1, Math.round(px * scale));
  const size = ({ width, height }: Size): Size => ({ width: side(width), height: side(height) });
  const offset = (px: number, length: number, all: number) =>
    Math.max(0, Math.min(Math.round(px * scale), all - length));
  return {
    size,
    /** Rounded so that it stays inside of `all`. */
    part(rect: Rect, all: Size): Rect {
      const { width, height } = size(rect);
      return {
        x: offset(rect.x, width, all.width),
        y: offset(rect.y, height, all.height),
        width,
        height,
      };
    },
    sides<T extends Record<"top" | "right" | "bottom" | "left", number>>({
      top,
      right,
      bottom,
      left,
    }: T) {
      const margin = (px: number) => Math.round(px * scale);
      return { top: margin(top), right: margin(right), bottom: margin(bottom), left: margin(left) };
    },
  };
}

function sizeOf({ width, height }: Size, pad = { top: 0, right: 0, bottom: 0, left: 0 }): Size {
  return { width: width + pad.left + pad.right, height: height + pad.top + pad.bottom };
}
