/**
 * What of a plan depends on more than the picture's header. On the pixels: found in a small copy of the picture, before
 * it is planned. Places are parts (0 to 1) of the upright source after `crop`. And on other pictures: their headers.
 */

import type { Transform } from "../params/resolve.ts";
import type { Facts } from "./facts.ts";
import type { Focus } from "./focus.ts";
import type { Colour, Rect } from "./job.ts";
import type { FaceNetwork } from "./look/faces.ts";
import type { Sight } from "./look/sight.ts";
import type { Raster } from "./raster.ts";

export interface Findings {
  /** What `trim` keeps. */
  readonly content?: Rect;
  /** What `background=auto` comes to: opaque. */
  readonly background?: Colour;
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
  readonly isWanted: (
    transform: Omit<Transform, "format">,
    known: Findings,
    facts: Facts,
  ) => boolean;
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
