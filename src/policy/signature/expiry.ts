/** `exp`: when a URL stops to work. */
import { PictorError } from "../../errors.ts";
import { type QueryEntry, valueIn } from "../url.ts";

/** 9999-12-31T23:59:59Z. Milliseconds given by mistake lie far beyond it, instead of never expiring. */
export const MAX_EXPIRY = 253_402_300_799;

/** `exp` in Unix seconds, or `undefined` without one. Throws `PictorError` bad_parameter (400). */
export function readExpiry(query: readonly QueryEntry[]): number | undefined {
  const text = valueIn(query, "exp");
  if (text === undefined) return undefined;
  const exp = /^[0-9]{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (exp <= MAX_EXPIRY) return exp;
  throw new PictorError("bad_parameter", {
    param: "exp",
    expected: `a whole number of Unix seconds, 0 to ${MAX_EXPIRY}`,
    received: text.slice(0, 100),
  });
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
