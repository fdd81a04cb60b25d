/**
 * Which errors of one class of output mean that the next may do. A picture that the plan had room for and the module had
 * not is too large for this class, and may fit as the next.
 */
export const FALLING: ReadonlySet<string | null> = new Set([
  "output_too_large",
  "picture_too_large",
  "deferred",
  "still_only",
]);
