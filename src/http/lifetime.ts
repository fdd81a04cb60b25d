/** How long an answer may be kept, by its sender's word: RFC 9111 sections 4.2.1 and 5.2.2, for a shared cache. */
import { parseHttpDate } from "./date.ts";

type HeaderSource = Pick<Headers, "get">;

/** Longest lifetime that is told apart, seconds (RFC 9111 section 1.2.2). */
const LONGEST = 2 ** 31;

const FORBIDDING = new Set(["no-store", "no-cache", "private"]);

/**
 * Seconds from now on: `s-maxage`, else `max-age`, else `Expires`, less what `Age` says is over. "no-store" when a
 * shared cache may not use it unasked; undefined when the sender says nothing. What cannot be read is 0, as RFC 9111
 * section 4.2.1 has it. `now` in ms, for an `Expires` without a `Date`.
 */
export function lifetimeOf(headers: HeaderSource, now: number): number | "no-store" | undefined {
  const directives = directivesOf(headers.get("Cache-Control") ?? "");
  // With field names (`private="Set-Cookie"`) they forbid less; a cache may still take them for the whole.
  if ([...directives.keys()].some((name) => FORBIDDING.has(name))) return "no-store";
  const given = directives.get("s-maxage") ?? directives.get("max-age");
  const whole = given === undefined ? untilExpires(headers, now) : seconds(given);
  return whole === undefined ? undefined : Math.max(0, whole - ageOf(headers));
}

/** Names in lower case → values, the first of each. Linear: header lists are short, but their sender is not ours. */
function directivesOf(header: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const [, name, quoted, plain] of header.matchAll(DIRECTIVE)) {
    const key = name!.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? plain ?? "");
  }
  return directives;
}

/** `name`, `name=value` or `name="value"`; a comma within quotes separates nothing. */
const DIRECTIVE = /([!#$%&'*+\-.^_`|~\w]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

function seconds(text: string): number {
  return /^\d+$/.test(text) ? Math.min(Number(text), LONGEST) : 0;
}

/** An `Expires` that is no date, `0` above all, means the past (RFC 9111 section 5.3). */
function untilExpires(headers: HeaderSource, now: number): number | undefined {
  const expires = headers.get("Expires");
  if (expires === null) return undefined;
  const end = parseHttpDate(expires, now);
  const start = parseHttpDate(headers.get("Date") ?? "", now) ?? now;
  if (end === undefined) return 0;
  return Math.min(Math.max(0, Math.floor((end - start) / 1000)), LONGEST);
}

function ageOf(headers: HeaderSource): number {
  return seconds(headers.get("Age")?.split(",")[0]?.trim() ?? "");
}
