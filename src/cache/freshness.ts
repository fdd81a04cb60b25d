/** Whether something stored may be used without asking the origin again. Times in ms, lifetimes in seconds. */
import type { Validator } from "../ports.ts";
import type { Stamp } from "./stamp.ts";

/** Whole seconds since the fill; never negative, as clocks of two places may differ. */
export function ageOf(stamp: Pick<Stamp, "filled">, now: number): number {
  return Math.max(0, Math.floor((now - stamp.filled) / 1000));
}

export function isFresh(stamp: Pick<Stamp, "filled">, edgeTtl: number, now: number): boolean {
  return ageOf(stamp, now) < edgeTtl;
}

/** Whether the source is still the one that the variant was made from. Without any validator it cannot be known. */
export function isSameSource(stored: Validator, current: Validator): boolean {
  if (stored.etag !== undefined || current.etag !== undefined) return stored.etag === current.etag;
  return stored.lastModified !== undefined && stored.lastModified === current.lastModified;
}
