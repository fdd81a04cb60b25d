/**
 * A placeholder of a picture in one width is that of the picture in any: only its shape is told apart. So a page's
 * `srcset` of six widths has one placeholder, and one cache entry of it.
 */
import { isDefault } from "../params/canonical.ts";
import { ratio } from "../params/kinds-geometry.ts";
import { PARAM_NAMES, type ParamName } from "../params/table.ts";
import type { ClassTransform } from "./key.ts";

/** What means the same at every size. All else that is asked for (margins, a blur) is measured in px of the result. */
const SIZELESS: ReadonlySet<ParamName> = new Set([
  ...(["width", "height", "fit", "ar", "gravity", "crop", "background", "rotate", "flip"] as const),
  ...(["brightness", "contrast", "saturation", "gamma", "metadata", "v"] as const),
  // In px of the source, or of none.
  ...(["trim", "trim-color", "trim-tolerance"] as const),
]);

/** Fits that make a box's shape, whatever its size; `crop` does so only where the picture is large enough. */
const SHAPING = {
  cover: "aspect-crop",
  "aspect-crop": "aspect-crop",
  pad: "pad",
  squeeze: "squeeze",
} as const;

/** The transform without its size, where that makes no difference to a picture of 64 px. */
export function shapeAlone(transform: ClassTransform): ClassTransform {
  const { width, height, ...rest } = transform;
  if (width === undefined && height === undefined) return transform;
  if (PARAM_NAMES.some((name) => !SIZELESS.has(name) && isSaid(transform, name))) return transform;
  if (width === undefined || height === undefined) return { ...rest, fit: "scale-down" };
  if (rest.fit === "scale-down" || rest.fit === "contain") return { ...rest, fit: "scale-down" };
  const fit = SHAPING[rest.fit as keyof typeof SHAPING];
  const ar = ratio.parse(`${width}:${height}`);
  return fit && ar ? { ...rest, fit, ar } : transform;
}

function isSaid(transform: ClassTransform, name: ParamName): boolean {
  const value = (transform as Readonly<Record<string, unknown>>)[name];
  return value !== undefined && !isDefault(name, value);
}
