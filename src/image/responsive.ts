/** A ready `srcset`: a transform in the widths that pages need, each with the width that it really comes to. */
import { canonical } from "../params/canonical.ts";
import { ratio } from "../params/kinds-geometry.ts";
import { resolve, type Transform } from "../params/resolve.ts";
import type { Size } from "./job.ts";

/** Where no rule says otherwise, in px: common widths of screens, and of columns on them. */
const USUAL_LADDER: readonly number[] = [320, 480, 640, 800, 960, 1280, 1600, 1920, 2560];

export interface Responsive {
  /** Candidates with `w` descriptors. The URLs are paths on this service, and carry no signature. */
  readonly srcset: string;
  /** For a picture that is as wide as the page, up to its own width. */
  readonly sizes: string;
}

type Wanted = Omit<Transform, "format">;
/** What a transform comes to for the picture that is spoken of. */
type SizeOf = (transform: Wanted) => Size;

/**
 * `path`: of the source, as URLs have it. `ladder`: widths that the rule allows, ascending; without it the usual ones
 * and the picture's own. No candidate is wider than the picture, but for a rule's smallest where that is wider.
 */
export function responsiveOf(
  path: string,
  transform: Wanted,
  ladder: readonly number[] | undefined,
  sizeOf: SizeOf,
): Responsive {
  const shape = shapeOf(transform);
  const all = shape && sizeOf(resolve(shape)).width;
  const sized = shape && all ? inWidths(shape, widthsOf(shape, all, ladder, sizeOf)) : [transform];
  const candidates = sized.map((one) => ({ url: urlOf(path, one), width: sizeOf(one).width }));
  const widest = Math.max(...candidates.map(({ width }) => width));
  return {
    srcset: candidates.map(({ url, width }) => `${url} ${width}w`).join(", "),
    sizes: `(max-width: ${widest}px) 100vw, ${widest}px`,
  };
}

/** The transform without a size; two sides that cut or stretch leave their shape. Nothing where no `ar` can say it. */
function shapeOf({ width, height, ...rest }: Wanted): Wanted | undefined {
  if (width === undefined || height === undefined) return rest;
  if (rest.fit === "scale-down" || rest.fit === "contain") return rest;
  const ar = ratio.parse(`${width}:${height}`);
  return ar && { ...rest, ar };
}

function inWidths(shape: Wanted, widths: readonly number[]): readonly Wanted[] {
  return widths.map((width) => resolve({ ...shape, width }));
}

/** `width` is without the margins of `pad`; `all` is with them. */
function widthsOf(
  shape: Wanted,
  all: number,
  ladder: readonly number[] | undefined,
  sizeOf: SizeOf,
): readonly number[] {
  const own = Math.max(1, all - shape.pad.left - shape.pad.right);
  const most = Math.min(own, USUAL_LADDER.at(-1)!);
  if (!ladder) return [...USUAL_LADDER.filter((rung) => rung < most), most];
  const below = ladder.filter((rung) => rung <= own);
  const next = ladder.find((rung) => rung > own);
  if (next === undefined || below.at(-1) === own) return below;
  const enlarges = sizeOf(resolve({ ...shape, width: next })).width > all;
  return enlarges && below.length > 0 ? below : [...below, next];
}

function urlOf(path: string, transform: Wanted): string {
  return `${path}?${canonical({ ...transform, format: "auto" } as Transform)}`;
}
