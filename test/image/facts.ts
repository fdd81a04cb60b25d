/** Facts and transforms for tests of what is computed from them. */
import type { Facts } from "../../src/image/facts.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve, type Transform } from "../../src/params/resolve.ts";
import { pairsOf } from "../params/pairs.ts";

export function factsOf(width: number, height: number, more: Partial<Facts> = {}): Facts {
  return {
    format: "jpeg",
    width,
    height,
    orientation: 1,
    frames: 1,
    animated: false,
    alpha: false,
    bitDepth: 8,
    colour: "ycbcr",
    ...more,
  };
}

/** As a URL's query says it, e.g. `w=800&fit=cover`. */
export function transformOf(query: string): Transform {
  return resolve(parse(pairsOf(query)));
}
