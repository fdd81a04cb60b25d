/**
 * What of a plan depends on more than the picture's header. On the pixels: found in a small copy of the picture, before
 * it is planned. Places are parts (0 to 1) of the upright source after `crop`. And on other pictures: their headers.
 */

import { PictorError } from "../errors.ts";
import { resolve, type Transform } from "../params/resolve.ts";
import { JOB_BUDGET_BYTES } from "./budget.ts";
import type { Facts } from "./facts.ts";
import type { Focus } from "./focus.ts";
import type { Plan, Price, Rect } from "./job.ts";
import type { FaceNetwork } from "./look/faces.ts";
import type { Sight } from "./look/sight.ts";
import { planOf } from "./plan.ts";
import type { Raster } from "./raster.ts";

export interface Findings {
  /** What `trim` keeps. */
  readonly content?: Rect;
  /** What was seen, for `gravity=auto` and `gravity=face`. */
  readonly sight?: Sight;
  /** Where the cut goes for that; in parts of `content`. */
  readonly focus?: Focus;
  /** Of the transform's `draw`, one for each, in its order. */
  readonly overlays?: readonly OverlayFacts[];
}

/** What is known of an overlay before it is drawn. */
export interface OverlayFacts {
  readonly facts: Facts;
  /** Length of its file. */
  readonly bytes: number;
}

/** What searches work with beside the pixels. */
export interface SearchTools {
  /** Absent in a deployment without `wasm/faces`. */
  readonly faces?: FaceNetwork | undefined;
}

/** One kind of finding. */
export interface Search {
  /** `known`: what is known without a look. */
  readonly isWanted: (transform: Omit<Transform, "format">, known: Findings) => boolean;
  /** Longest side of the copy that it looks at, in px. */
  readonly side: number;
  /** `found`: by the searches before it. */
  readonly find: (
    raster: Raster,
    transform: Omit<Transform, "format">,
    found: Findings,
    tools: SearchTools,
  ) => Findings | Promise<Findings>;
}

/** The copy that is looked at: what `crop` keeps, upright, with no side longer than `side`. */
export function lookPlan(
  { crop }: Pick<Transform, "crop">,
  side: number,
  facts: Facts,
  sourceBytes: number,
  price: Price,
): Plan {
  const { format: _, ...wishes } = resolve({ width: side, height: side, ...(crop && { crop }) });
  const plan = planOf(wishes, "raster", facts, sourceBytes, price);
  if (plan.peakBytes <= JOB_BUDGET_BYTES) return plan;
  throw new PictorError("picture_too_large", {
    detail:
      "Looking at this picture before it is planned takes more memory than a request may take.",
    received: `${facts.width} × ${facts.height}`,
    fix: "Store the picture in a smaller size.",
  });
}
