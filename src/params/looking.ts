/** Wishes that depend on what is in a picture. */
import type { Transform } from "./resolve.ts";

/** Whether a look at the pixels may change how large the result is, and with it what it takes. */
export function isSizedByLook({ trim, zoom }: Pick<Transform, "trim" | "zoom">): boolean {
  return trim === "border" || zoom > 0;
}
