/**
 * What a signature is made over. Two URLs that mean the same request have one message, whatever the order of their
 * parameters and the spelling of their percent-encoding; two that do not, have two.
 */
import type { QueryEntry, RequestUrl } from "../url.ts";

/** Name of the parameter that carries the signature, and is therefore no part of the message. */
export const SIGNATURE = "sig";

/** `/path?name=value&…`, ASCII. The `?` is always there. */
export function message(read: RequestUrl): string {
  const path = read.segments.map((segment) => `/${encode(segment)}`).join("");
  const query = signedEntries(read.query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
  return `${path}?${query}`;
}

/**
 * The entries that the signature covers: all but itself. Delegated signatures join here: with `allow`, only `allow`,
 * `exp` and `kid` are covered.
 */
function signedEntries(query: readonly QueryEntry[]): QueryEntry[] {
  return query.filter(([name]) => name !== SIGNATURE).sort(([a], [b]) => byBytes(a, b));
}

/**
 * The order of the names' UTF-8 bytes, which is the order of code points. (The order of JavaScript's `<` is that of
 * UTF-16 units: other for names beyond U+FFFF.) The sort is stable, so overlays keep theirs.
 */
function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = a.codePointAt(at)! - b.codePointAt(at)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** RFC 3986 section 2.3: everything but unreserved characters as `%XX`, upper case. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g, // the ones that encodeURIComponent leaves
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
