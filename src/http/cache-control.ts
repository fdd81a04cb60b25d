/** `Cache-Control` (RFC 9111, RFC 5861, RFC 8246) and `CDN-Cache-Control` (RFC 9213) from a cache rule. */
import type { CacheRule } from "../policy/rules.ts";
import type { HeaderRecord } from "./headers.ts";

/** One cache's directives, in seconds. */
export interface Lifetime {
  readonly maxAge: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly immutable?: boolean;
}

export interface CacheMoment {
  /** Seconds until a signed URL expires (`exp − now`); nothing may be used for longer. */
  readonly remaining?: number;
  /** The answer's `Age` in seconds, when it comes from the edge cache. */
  readonly age?: number;
}

/** What of a rule these headers say. */
export type BrowserAndEdge = Pick<
  CacheRule,
  "browserTtl" | "edgeTtl" | "staleWhileRevalidate" | "staleIfError"
> &
  Partial<Pick<CacheRule, "immutable">>;

/**
 * Both headers. A reader subtracts `Age` from `max-age`, and the edge may hold an answer for longer than a browser
 * should: so the browser's `max-age` is its TTL plus `age`, else everything older than `browserTtl` at the edge would
 * be stale on arrival.
 */
export function cacheHeaders(
  rule: BrowserAndEdge,
  { remaining, age = 0 }: CacheMoment = {},
): HeaderRecord {
  const { browserTtl, edgeTtl, staleWhileRevalidate, staleIfError } = rule;
  const stale = { staleWhileRevalidate, staleIfError };
  const fresh = seconds(browserTtl);
  const browser = {
    ...stale,
    maxAge: fresh === 0 ? 0 : fresh + seconds(age),
    immutable: rule.immutable === true,
  };
  const edge = { ...stale, maxAge: edgeTtl };
  return {
    "Cache-Control": printLifetime(clampTo(browser, remaining)),
    "CDN-Cache-Control": printLifetime(clampTo(edge, remaining)),
  };
}

/** The lifetime, cut so that `maxAge` plus either stale window ends within `limit` seconds; `undefined` if nothing is left. */
export function clampTo(
  lifetime: Lifetime,
  limit = Number.POSITIVE_INFINITY,
): Lifetime | undefined {
  // NaN, too, leaves nothing.
  if (!(limit >= 1)) return undefined;
  const maxAge = Math.min(seconds(lifetime.maxAge), Math.floor(limit));
  const left = Math.floor(limit) - maxAge;
  return {
    ...lifetime,
    maxAge,
    staleWhileRevalidate: Math.min(seconds(lifetime.staleWhileRevalidate), left),
    staleIfError: Math.min(seconds(lifetime.staleIfError), left),
  };
}

/**
 * The header's value; without a lifetime, `no-store`. Zero windows are written out: Workers Cache takes a missing
 * `stale-if-error` for an unlimited one.
 */
export function printLifetime(lifetime: Lifetime | undefined): string {
  if (lifetime === undefined) return "no-store";
  const directives = [
    "public",
    `max-age=${seconds(lifetime.maxAge)}`,
    `stale-while-revalidate=${seconds(lifetime.staleWhileRevalidate)}`,
    `stale-if-error=${seconds(lifetime.staleIfError)}`,
  ];
  if (lifetime.immutable) directives.push("immutable");
  return directives.join(", ");
}

/** Delta-seconds (RFC 9111 section 1.2.2): whole, not negative, at most 2^31. */
function seconds(value: number): number {
  return value > 0 ? Math.min(Math.floor(value), 2 ** 31) : 0;
}
