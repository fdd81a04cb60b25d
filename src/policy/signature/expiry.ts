/** `exp`: when a URL stops to work. */
import { PictorError } from "../../errors.ts";
import { parseValue } from "../../params/parse.ts";
import { type QueryEntry, valueIn } from "../url.ts";

/**
 * `exp` in Unix seconds, or `undefined` without one. Throws `PictorError` bad_parameter (400), also for milliseconds
 * given by mistake: they are beyond the parameter's range, instead of a time that never comes.
 */
export function readExpiry(query: readonly QueryEntry[]): number | undefined {
  const text = valueIn(query, "exp");
  return text === undefined ? undefined : (parseValue("exp", text) as number);
}

/**
 * `now` in milliseconds since the epoch. As in RFC 7519 section 4.1.4, `exp` is the first second at which the URL no
 * longer works. Throws `PictorError` expired (410).
 */
export function assertNotExpired(exp: number | undefined, now: number): void {
  if (exp === undefined || now < exp * 1000) return;
  throw new PictorError("expired", {
    detail: `The URL worked until ${new Date(exp * 1000).toISOString()}.`,
    param: "exp",
    expected: "a time in the future",
    received: String(exp),
    fix: "Sign the URL anew with a later exp.",
  });
}
