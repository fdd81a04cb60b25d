/** Where overlays go, and how large: `draw` in whole pixels. */
import type { Draw } from "../params/kinds-draw.ts";
import type { Wishes } from "../params/table.ts";
import { compassOffset, type Offset } from "./geometry.ts";
import type { Drawn, Plan, Size } from "./job.ts";

/** An overlay that is there: its upright size, and how it is planned as a raster. */
export interface Layer {
  readonly own: Size;
  readonly planned: (wishes: Wishes) => Plan;
}

/** `layers`: one for each draw. `size`: of the picture that they are drawn on. */
export function drawnOf(
  draws: readonly Draw[],
  layers: readonly Layer[],
  size: Size,
): readonly Drawn[] {
  return draws.map((draw, i) => {
    const { own, planned } = layers[i]!;
    const { width, height } = overlaySize(draw, own, size);
    const { opacity, blend, repeat } = draw;
    return {
      plan: planned({ width, height, fit: "squeeze" }),
      ...offsetOf(draw, { width, height }, size),
      repeatX: repeat === "true" || repeat === "x",
      repeatY: repeat === "true" || repeat === "y",
      opacity,
      blend,
    };
  });
}

/** In its own shape, as wide as wanted, and never larger than the picture on either side. */
function overlaySize({ width }: Pick<Draw, "width">, own: Size, picture: Size): Size {
  const wanted =
    width === undefined
      ? own.width
      : width.unit === "px"
        ? width.value
        : width.value * picture.width;
  const scale = Math.min(
    wanted / own.width,
    picture.width / own.width,
    picture.height / own.height,
  );
  const side = (px: number, most: number) => Math.min(most, Math.max(1, Math.round(px * scale)));
  return { width: side(own.width, picture.width), height: side(own.height, picture.height) };
}

/** Where an overlay of that size stands. Offsets go inward: to the left from the right edge, upwards from the bottom. */
function offsetOf({ gravity, x, y }: Draw, overlay: Size, picture: Size): Offset {
  const at = compassOffset(overlay, picture, gravity, 1);
  return {
    x: at.x + (gravity.endsWith("east") ? -x : x),
    y: at.y + (gravity.startsWith("south") ? -y : y),
  };
}
