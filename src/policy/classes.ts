/** Which classes of output would do for a request, best first: what one cannot do in the budget falls to the next. */
import type { OutputClass } from "../params/output.ts";
import type { Transform } from "../params/resolve.ts";
import { acceptableClasses } from "./negotiate.ts";

/** Canonical path of a key, or of a remote URL with its query, whose name says SVG. */
const VECTOR_PATH = /\.svg(%3F.*)?$/i;

/**
 * What the file is shows later than the key is made, so that its name has to tell that `format=auto` means a vector.
 * `autoFormats`: what `format=auto` may choose besides base, best first. An explicit format stands alone: what cannot
 * be done in it is refused, never answered as something else.
 */
export function classesOf(
  format: Transform["format"],
  accept: string | null,
  autoFormats: readonly ("avif" | "webp")[],
  path: string,
): readonly OutputClass[] {
  switch (format) {
    case undefined:
      return ["own", "base"];
    case "auto":
      return VECTOR_PATH.test(path) ? ["own", "base"] : acceptableClasses(accept, autoFormats);
    case "baseline-jpeg":
      return ["jpeg"];
    default:
      return [format];
  }
}
