/** Whether something stored may be used, by today's rule and purge records. Times in ms, lifetimes in seconds. */
import type { CacheRule } from "../policy/rules.ts";
import type { Freshness, Validator } from "../ports.ts";
import type { Stamp } from "./stamp.ts";

/** What of a rule decides about stored things. */
export type Lifetimes = Pick<
  CacheRule,
  "edgeTtl" | "staleWhileRevalidate" | "staleIfError" | "origin"
>;

/** Whole seconds since the fill; never negative, as clocks of two places may differ. */
export function ageOf(stamp: Pick<Stamp, "filled">, now: number): number {
  return Math.max(0, Math.floor((now - stamp.filled) / 1000));
}

/** Seconds from the fill: the rule's, or, where it obeys the origin, the origin's within the rule's bounds. */
export function edgeTtlOf({ originTtl }: Pick<Stamp, "originTtl">, rule: Lifetimes): number {
  const { obey, min, max } = rule.origin;
  if (!obey || originTtl === undefined) return rule.edgeTtl;
  return Math.min(Math.max(originTtl, min), max);
}

/** By its age alone. Both windows begin when the entry becomes stale (RFC 5861). */
export function freshnessOf(
  stamp: Pick<Stamp, "filled" | "originTtl">,
  rule: Lifetimes,
  now: number,
): Freshness {
  const past = ageOf(stamp, now) - edgeTtlOf(stamp, rule);
  if (past < 0) return "fresh";
  if (past < rule.staleWhileRevalidate) return "stale";
  return past < rule.staleIfError ? "expired" : "gone";
}

/** With what a purge says of it: a soft one ends its freshness, a hard one its life. */
export function afterPurge(
  freshness: Freshness,
  purged: "none" | "soft" | "hard",
  { staleWhileRevalidate }: Lifetimes,
): Freshness {
  if (purged === "hard") return "gone";
  if (purged === "none" || freshness !== "fresh") return freshness;
  return staleWhileRevalidate > 0 ? "stale" : "expired";
}

/**
 * Seconds for which purge records are kept: no rule has a longer window than a year, and no more than two in a row.
 * What is older may have been purged by a record that is gone, so it is used by nobody.
 */
export const PURGES_KEPT = 2 * 365 * 86_400;

/** Seconds for which an entry can be of any use. */
export function usefulFor(rule: Lifetimes): number {
  const fresh = rule.origin.obey ? Math.max(rule.edgeTtl, rule.origin.max) : rule.edgeTtl;
  return fresh + Math.max(rule.staleWhileRevalidate, rule.staleIfError);
}

/** Whether all of them are, each in its place. */
export function areSameSources(
  stored: readonly Validator[],
  current: readonly Validator[],
): boolean {
  return (
    stored.length === current.length && stored.every((one, i) => isSameSource(one, current[i]!))
  );
}

/** Whether the source is still the one that the variant was made from. Without any validator it cannot be known. */
export function isSameSource(stored: Validator, current: Validator): boolean {
  if (stored.etag !== undefined || current.etag !== undefined) return stored.etag === current.etag;
  return stored.lastModified !== undefined && stored.lastModified === current.lastModified;
}
