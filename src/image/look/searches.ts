/** Searches in the order in which they build on each other. */
import type { Search } from "../findings.ts";
import { SIGHT_SIDE, see } from "./sight.ts";
import { contentOf, TRIM_SIDE } from "./trim.ts";

const border: Search = {
  isWanted: ({ trim }) => trim === "border",
  side: TRIM_SIDE,
  find(raster, transform) {
    const content = contentOf(raster, transform["trim-tolerance"], transform["trim-color"]);
    return content ? { content } : {};
  },
};

const sight: Search = {
  isWanted: ({ gravity }, known) => (gravity === "auto" || gravity === "face") && !known.sight,
  side: SIGHT_SIDE,
  find: async (raster, _, __, { faces }) => ({ sight: await see(raster, faces) }),
};

export const SEARCHES: readonly Search[] = [border, sight];
