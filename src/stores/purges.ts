/**
 * The purge log: records in R2, read through the data centre's cache and kept in the isolate's memory.
 *
 * At most `boundMs` lie between the end of an `append` and the moment from which everybody knows of it: what is used
 * was listed no longer ago than that. Where R2 cannot be asked, what was known last stays in force.
 */
import { type PurgeRecord, type PurgeTargets, reaches } from "../cache/purge.ts";
import { compaction } from "../cache/purge-compact.ts";
import { joined, partId, partsOf } from "../cache/purge-parts.ts";
import { oldestFirst, printRecords, readRecords } from "../cache/purge-record.ts";
import { orNothing } from "../deadline.ts";
import type { Clock, Defer, PurgeLog } from "../ports.ts";
import { createPurgeBucket, type PurgeBucketOptions } from "./purge-bucket.ts";

export interface PurgeLogOptions {
  readonly bucket: PurgeBucketOptions["bucket"];
  /** The data centre's: `caches.default`. */
  readonly cache: Pick<Cache, "match" | "put">;
  /** Of the isolate; the same for all its requests. */
  readonly state: PurgeLogState;
  readonly now: Clock;
  readonly defer: Defer;
  /** Longest time that anything stored can be given, ms. Older records are deleted. */
  readonly keepMs: number;
  readonly newId: () => string;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "list" | "match" | "cache" | "compact") => void;
  /** How old a list may be. Default 5 s. */
  readonly boundMs?: number;
  /** Longest waits, ms. Defaults: 500 for the cache, 2 s for a list, 5 s for a write. */
  readonly cacheTimeoutMs?: number;
  readonly listTimeoutMs?: number;
  readonly writeTimeoutMs?: number;
  /** Records beyond these are put together. Defaults: 500, and 1,000,000 bytes of text. */
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  /** 0 to 1; spreads the isolates' refreshing. */
  readonly random?: () => number;
}

/** The port, and what the purge route needs besides. */
export interface R2PurgeLog extends PurgeLog {
  /** `atLeast`: a generation; when what is known here does not reach it, R2 is asked at once. */
  records(atLeast?: string): Promise<readonly PurgeRecord[]>;
  /**
   * The record that was written, or the one that this id has already, whatever it says. Rejects when R2 did not
   * confirm it in time: then nobody knows whether it is in force.
   */
  append(
    targets: PurgeTargets,
    mode: PurgeRecord["mode"],
    details?: { readonly id?: string; readonly by?: string },
  ): Promise<PurgeRecord>;
  /** One record, from R2 itself. Rejects when R2 does not answer. */
  find(id: string): Promise<PurgeRecord | undefined>;
}

interface Known {
  readonly records: readonly PurgeRecord[];
  /** The records as text, to see whether another list says anything new. */
  readonly text: string;
  /** When the list began, ms. */
  readonly listedAt: number;
}

/** What one isolate knows. */
export interface PurgeLogState {
  known: Known | undefined;
  /** Written here, `at` ms, and perhaps not yet in a list that came through the cache. */
  readonly own: Map<string, { readonly record: PurgeRecord; readonly at: number }>;
  /** `known` and `own` together; the same array until something changes. */
  merged: readonly PurgeRecord[];
  flight: Promise<void> | undefined;
  /** When R2 failed last, ms; long ago when it answered since. */
  failedAt: number;
  /** From then on a list is fetched ahead of its need, ms. */
  refreshAt: number;
}

const LONG_AGO = Number.NEGATIVE_INFINITY;

export function createPurgeLogState(): PurgeLogState {
  const nothing = { known: undefined, flight: undefined, failedAt: LONG_AGO };
  return { ...nothing, own: new Map(), merged: [], refreshAt: 0 };
}

/** A list is also kept for the day when R2 is away; its age is judged here. */
const RETENTION = "public, max-age=86400";
const KEY = "https://purges.pictor.invalid/records";
const LISTED_AT = "pictor-listed-at";
/** Clocks of one data centre may differ by this, ms. */
const SKEW_MS = 1_000;
/** Of one purge: a body makes a few. */
const MOST_PARTS = 20;
/** R2 is left alone for this long after it failed, ms. */
const PAUSE_MS = 1_000;

export function createPurgeLog(options: PurgeLogOptions): R2PurgeLog {
  const { cache, state, now, defer, newId, onError = () => {}, boundMs = 5_000 } = options;
  const { cacheTimeoutMs = 500, listTimeoutMs = 2_000, writeTimeoutMs = 5_000 } = options;
  const { keepMs, maxRecords = 500, maxBytes = 1_000_000, random = Math.random } = options;
  const r2 = createPurgeBucket({ bucket: options.bucket, onError, listTimeoutMs, writeTimeoutMs });

  function isCurrent(known: Pick<Known, "listedAt"> | undefined): boolean {
    if (!known) return false;
    const age = now() - known.listedAt;
    return age < boundMs && age >= -SKEW_MS;
  }

  /** A later list replaces an earlier one, never the other way round. */
  function adopt(found: Known): void {
    const { known } = state;
    if (known && found.listedAt < known.listedAt) return;
    const same = known?.text === found.text;
    state.known = same ? { ...found, records: known.records } : found;
    // Spread over the last fifth, so that one isolate of a data centre lists for all.
    state.refreshAt = found.listedAt + boundMs * (0.8 + 0.2 * random());
    const listed = [...state.own].filter(([, { at }]) => found.listedAt > at + 2 * boundMs);
    for (const [id] of listed) state.own.delete(id);
    if (!same || listed.length > 0) merge();
  }

  function merge(): void {
    const listed = state.known?.records ?? [];
    const ids = new Set(listed.map(({ id }) => id));
    const missing = [...state.own.values()].flatMap(({ record }) =>
      ids.has(record.id) ? [] : [record],
    );
    state.merged = missing.length === 0 ? listed : oldestFirst([...listed, ...missing]);
  }

  async function cached(): Promise<Known | undefined> {
    const answer = await cache.match(KEY);
    if (!answer) return undefined;
    const listedAt = Number(answer.headers.get(LISTED_AT));
    const text = await answer.text();
    // Reading it again would cost more than comparing.
    const records = text === state.known?.text ? state.known.records : readRecords(text);
    return records && listedAt > 0 ? { records, text, listedAt } : undefined;
  }

  function share({ text, listedAt }: Known): void {
    const headers = { "Cache-Control": RETENTION, [LISTED_AT]: String(listedAt) };
    const put = async () => cache.put(KEY, new Response(text, { headers }));
    defer(orNothing(put(), writeTimeoutMs, (error) => onError(error, "cache")));
  }

  /** From R2; `undefined` when it does not answer. */
  async function listed(): Promise<Known | undefined> {
    // Before the call: what is written while R2 answers must not count as known.
    const listedAt = now();
    try {
      const found = knownFrom(await r2.list(), listedAt);
      state.failedAt = LONG_AGO;
      adopt(found);
      share(found);
      return found;
    } catch (error) {
      onError(error, "list");
      state.failedAt = now();
      return undefined;
    }
  }

  /** Through the data centre's cache. Never rejects, and ends in time. */
  async function refresh(): Promise<void> {
    const found = await orNothing(cached(), cacheTimeoutMs, (error) => onError(error, "match"));
    const isNews = found !== undefined && found.listedAt > (state.known?.listedAt ?? LONG_AGO);
    if (isNews && isCurrent(found)) return adopt(found);
    if (!isPaused() && (await listed())) return;
    // R2 is away: an old list is better than an older one, or none.
    if (isNews && found.listedAt <= now() + SKEW_MS) adopt(found);
  }

  const isPaused = () => now() < state.failedAt + PAUSE_MS;
  /** R2 failed just now, so that no request waits for it to fail again. */
  const isFailing = () => now() < state.failedAt + boundMs;

  function lead(): Promise<void> {
    const flight: Promise<void> = refresh().finally(() => {
      if (state.flight === flight) state.flight = undefined;
    });
    state.flight = flight;
    defer(flight);
    return flight;
  }

  /** One refresh at a time; a leader that was stopped with its request delays nobody for long. */
  async function refreshed(): Promise<void> {
    const { flight } = state;
    if (!flight) return lead();
    await orNothing(flight, cacheTimeoutMs + listTimeoutMs + 100, () => {
      if (state.flight === flight) state.flight = undefined;
    });
    if (!isCurrent(state.known) && !isFailing()) await lead();
  }

  /** Expired records go, and too many are put together; what fails is tried again with the next purge. */
  async function compact(records: readonly PurgeRecord[]): Promise<void> {
    const limits = { now: now(), keepMs, maxRecords, maxBytes };
    const { add, remove } = compaction(records, limits);
    // First what stands for the old ones: at no moment may a purge be missing.
    // Behind all others' names: a list in pages that has passed by the old ones still comes to these.
    for (const draft of add) await r2.write(`z${newId()}`, draft);
    await r2.remove(remove);
  }

  /** Whole, from R2: the last part tells how many there are. Parts that were put together with others are left out. */
  async function find(id: string): Promise<PurgeRecord | undefined> {
    const last = await r2.find(id);
    if (!last) return undefined;
    const parts: PurgeRecord[] = [];
    for (let at = 0; at < Math.min(last.parts ?? 1, MOST_PARTS) - 1; at++) {
      const part = await r2.find(partId(id, at, last.parts ?? 1));
      if (part) parts.push(part);
    }
    return joined(id, [...parts, last]);
  }

  /** One after the other, the last one last. A part that is there already, from a try before, is as good. */
  async function write(
    id: string,
    targets: PurgeTargets,
    rest: Pick<PurgeRecord, "mode" | "by"> & { readonly floor?: number },
  ): Promise<PurgeRecord> {
    const parts = partsOf(targets);
    const written: PurgeRecord[] = [];
    for (const [at, part] of parts.entries()) {
      const count = at > 0 && at === parts.length - 1 ? { parts: parts.length } : {};
      const one = partId(id, at, parts.length);
      const record = (await r2.write(one, { ...part, ...rest, ...count })) ?? (await r2.find(one));
      if (!record) throw new Error(`the purge record ${one} was not written`);
      state.own.set(one, { record, at: now() });
      written.push(record);
    }
    return joined(id, written);
  }

  return {
    find,

    async records(atLeast) {
      const current = isCurrent(state.known);
      if (!current && !(state.known && isFailing())) await refreshed();
      else if ((!current || now() >= state.refreshAt) && !state.flight && !isPaused()) void lead();
      if (atLeast !== undefined && !reaches(state.merged, atLeast) && !isFailing()) await listed();
      return state.merged;
    },

    async append(targets, mode, { id, by } = {}) {
      const before = id === undefined ? undefined : await find(id);
      if (before) return before;
      // What a fill may know by now, this record must be later than, whatever R2's clock says.
      const newest = ((await listed())?.records ?? state.merged).at(-1)?.uploaded;
      const floor = newest === undefined ? {} : { floor: newest + 1 };
      const said = { mode, ...floor, ...(by === undefined ? {} : { by }) };
      const record = await write(id ?? newId(), targets, said).finally(merge);
      if (state.known) share(knownFrom(state.merged, state.known.listedAt));
      defer(compact(state.merged).catch((error) => onError(error, "compact")));
      return record;
    },
  };
}

function knownFrom(records: readonly PurgeRecord[], listedAt: number): Known {
  const sorted = oldestFirst(records);
  return { records: sorted, text: printRecords(sorted), listedAt };
}
