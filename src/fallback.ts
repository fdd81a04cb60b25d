/** What is shown when a picture cannot be had. It is asked for under its own key, and never stored as the real one. */

import { ERROR } from "./cache/answer.ts";
import type { ErrorCode } from "./errors.ts";
import type { Outcome, Wanted } from "./gateway.ts";
import { discard } from "./http/discard.ts";

/** The source is not there, cannot be fetched, or is no picture that can be read. */
const REASONS: ReadonlySet<string> = new Set<ErrorCode>([
  "not_found",
  "origin_failed",
  "origin_timeout",
  "origin_not_allowed",
  "source_too_large",
  "picture_too_large",
  "unsupported_format",
  "broken_image",
]);

/** Whether a fallback is shown instead of this problem. */
export function standsIn(code: string): boolean {
  return REASONS.has(code);
}

export interface Shown extends Outcome {
  /** Code of the problem that the picture stands in for. */
  readonly insteadOf?: string;
}

/** `ask`: for another picture, with the same transform. What does not work either leaves the first problem standing. */
export async function withFallback(
  outcome: Outcome,
  wanted: Wanted,
  ask: (instead: Wanted) => Promise<Outcome>,
): Promise<Shown> {
  const { fallback } = wanted;
  const code = outcome.answer.headers.get(ERROR);
  if (fallback === undefined || code === null || !standsIn(code)) return outcome;
  const instead = await ask({ ...wanted, ...fallback }).catch(() => undefined);
  if (!instead?.answer.ok) {
    discard(instead?.answer);
    return outcome;
  }
  discard(outcome.answer);
  return { ...instead, insteadOf: code };
}
