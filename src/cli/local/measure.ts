/** The size of a picture as it is shown, from its header; kept beside it in the bucket for the start page. */
import { PictorError } from "../../errors.ts";
import { probe } from "../../image/probe/index.ts";

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** Nothing for a file that is no picture we know; the service says so when it is asked for. */
export function measure(bytes: Uint8Array): Dimensions | undefined {
  try {
    const result = probe(bytes, true);
    if (result.kind !== "facts") return undefined;
    const { width, height, orientation } = result.facts;
    // Orientations 5 to 8 lie on their side.
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch (error) {
    if (error instanceof PictorError) return undefined;
    throw error;
  }
}
