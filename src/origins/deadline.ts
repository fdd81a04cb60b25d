/** Waiting for an origin: what takes too long is a 504. */
import { withDeadline as within } from "../deadline.ts";
import { PictorError } from "../errors.ts";

export function originTimeout(): PictorError {
  return new PictorError("origin_timeout", { detail: "The origin did not answer in time." });
}

/** The promise, or `origin_timeout` after `ms`; `onLate` gets a value that comes after it. */
export function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  onLate?: (value: T) => void,
): Promise<T> {
  return within(work, ms, originTimeout, onLate);
}
