/**
 * What of a plan depends on the pixels: found in a small copy of the picture, before it is planned. Places are parts
 * (0 to 1) of the upright source after `crop`.
 */

import { PictorError } from "../errors.ts";
import { resolve, type Transform } from "../params/resolve.ts";
import { JOB_BUDGET_BYTES } from "./budget.ts";
import type { Facts } from "./facts.ts";
import type { Plan, Price, Rect } from "./job.ts";
import { planOf } from "./plan.ts";
import type { Raster } from "./raster.ts";

export interface Findings {
  /** What `trim` keeps. */
  readonly content?: Rect;
}

/** One kind of finding. */
export interface Search {
  readonly isWanted: (transform: Omit<Transform, "format">) => boolean;
  /** Longest side of the copy that it looks at, in px. */
  readonly side: number;
  /** `found`: by the searches before it. */
  readonly find: (
    raster: Raster,
    transform: Omit<Transform, "format">,
    found: Findings,
  ) => Findings | Promise<Findings>;
}

/** The copy that is looked at: what `crop` keeps of the frame that is shown (of an animation, the first), upright, with no side longer than `side`. */
export function lookPlan(
  { crop, frame }: Omit<Transform, "format">,
  side: number,
  facts: Facts,
  sourceBytes: number,
  price: Price,
): Plan {
  const { format: _, ...wishes } = resolve({
    width: side,
    height: side,
    ...(crop && { crop }),
    ...(frame !== undefined && { frame }),
  });
  const plan = planOf(wishes, "raster", facts, sourceBytes, price);
  if (plan.peakBytes <= JOB_BUDGET_BYTES) return plan;
  throw new PictorError("picture_too_large", {
    detail:
      "Looking at this picture before it is planned takes more memory than a request may take.",
    received: `${facts.width} × ${facts.height}`,
    fix: "Store the picture in a smaller size.",
  });
}
