/**
 * Which stored variants an operator's limits drop. A variant's age is that of its object in R2: every fill writes it,
 * and every renewal writes it again, so R2's own time tells both, by one clock.
 */
import type { VariantLimits } from "../policy/variant-limits.ts";
import type { PurgeRecord } from "./purge.ts";

export type { VariantLimits } from "../policy/variant-limits.ts";

/** What a list of the bucket says of an object. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** R2's time of the last write, ms since the epoch. */
  readonly uploaded: number;
}

export interface SweepPolicy {
  readonly limits: VariantLimits;
  /** The version of schema and engine that sweeps, as keys begin with it; see `cache/key.ts`. */
  readonly current: string;
  /** When each other version was last known to run, ms. One that is not here has just been found. */
  readonly lastRun: ReadonlyMap<string, number>;
  /** Written before this, a variant is purged for ever, ms; see `purgedBefore`. */
  readonly purgedBefore?: number;
  /** Written before this, a variant is more than `maxBytes` has room for, ms; see `cutoffOf`. */
  readonly roomSince?: number;
}

export type DropReason = "purged" | "age" | "version" | "size";

export interface SweepPlan {
  readonly drop: readonly (StoredObject & { readonly reason: DropReason })[];
  readonly keep: readonly StoredObject[];
  /** Versions that were found, of which it is not known when they ran. */
  readonly found: readonly string[];
}

/** Judges each object by itself, so that a bucket of any size is swept page by page. What is no variant is in no list. */
export function planSweep(
  objects: readonly StoredObject[],
  policy: SweepPolicy,
  now: number,
): SweepPlan {
  const drop: (StoredObject & { readonly reason: DropReason })[] = [];
  const keep: StoredObject[] = [];
  const found = new Set<string>();
  for (const object of objects) {
    const version = versionOf(object.key);
    if (version === undefined) continue;
    if (version !== policy.current && !policy.lastRun.has(version)) found.add(version);
    const reason = reasonToDrop(object, version, policy, now);
    if (reason) drop.push({ ...object, reason });
    else keep.push(object);
  }
  return { drop, keep, found: [...found] };
}

function reasonToDrop(
  { uploaded }: StoredObject,
  version: string,
  { limits, current, lastRun, purgedBefore = 0, roomSince = 0 }: SweepPolicy,
  now: number,
): DropReason | undefined {
  const { maxAge = Number.POSITIVE_INFINITY, keepVersions = Number.POSITIVE_INFINITY } = limits;
  if (uploaded < purgedBefore) return "purged";
  if (now - uploaded > maxAge * 1000) return "age";
  // What a version wrote lately shows that it runs, whoever sweeps.
  const ran = Math.max(lastRun.get(version) ?? now, uploaded);
  if (version !== current && now - ran > keepVersions * 1000) return "version";
  return uploaded < roomSince ? "size" : undefined;
}

/** `<schema>.<engine>` of a variant's key. Undefined for every other object: a sweep leaves it alone. */
export function versionOf(key: string): string | undefined {
  return /^(\w+\.[\w.-]+)\/[0-9a-f]{64}$/.exec(key)?.[1];
}

/**
 * What was written before the newest hard purge of everything can never be given again. (What was written after it
 * and still filled before is told by its stamp, when it is read.)
 */
export function purgedBefore(records: readonly PurgeRecord[]): number | undefined {
  const times = records
    .filter(({ everything, mode }) => everything && mode === "hard")
    .map(({ uploaded }) => uploaded);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * How many bytes were written when, of objects that may be too many to remember: bytes by spans of time. The spans
 * begin at 1 ms and double whenever there are too many of them.
 */
export interface Census {
  /** Length of a span, ms. */
  readonly span: number;
  /** Number of the span (time / `span`) → bytes. */
  readonly bytesIn: ReadonlyMap<number, number>;
  readonly objects: number;
  readonly bytes: number;
}

export const EMPTY_CENSUS: Census = { span: 1, bytesIn: new Map(), objects: 0, bytes: 0 };

/** With a month between the oldest and the newest variant, one span is then some 35 minutes. */
const MOST_SPANS = 2048;

export function counted(census: Census, objects: readonly StoredObject[]): Census {
  let { span } = census;
  let bytesIn = new Map(census.bytesIn);
  for (const { uploaded, size } of objects) {
    const at = Math.floor(uploaded / span);
    bytesIn.set(at, (bytesIn.get(at) ?? 0) + size);
    while (bytesIn.size > MOST_SPANS) {
      bytesIn = halved(bytesIn);
      span *= 2;
    }
  }
  const bytes = objects.reduce((sum, { size }) => sum + size, census.bytes);
  return { span, bytesIn, objects: census.objects + objects.length, bytes };
}

function halved(bytesIn: ReadonlyMap<number, number>): Map<number, number> {
  const merged = new Map<number, number>();
  for (const [at, bytes] of bytesIn) {
    const half = Math.floor(at / 2);
    merged.set(half, (merged.get(half) ?? 0) + bytes);
  }
  return merged;
}

/**
 * The time since which all that was written has room in `maxBytes`, exact to one span of the census. Undefined when
 * everything has.
 */
export function cutoffOf({ span, bytesIn, bytes }: Census, maxBytes: number): number | undefined {
  if (bytes <= maxBytes) return undefined;
  let room = maxBytes;
  for (const [at, held] of [...bytesIn].sort(([a], [b]) => b - a)) {
    room -= held;
    if (room < 0) return (at + 1) * span;
  }
  return undefined;
}
