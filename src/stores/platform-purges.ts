/**
 * Workers Cache's own purge, beside the records. Nothing depends on it: what a record concerns has another key there
 * from the bound on. It frees the room, and is limited by the platform to a few calls a minute for the whole account,
 * so what does not get through waits in this isolate, and is asked again with the next purge or look at one.
 */
import type { PurgeRecord } from "../cache/purge.ts";
import { orNothing } from "../deadline.ts";
import type { Clock } from "../ports.ts";

/** As `ctx.cache.purge` takes it. It purges what the entrypoint that calls it has stored, so the Transformer must. */
export interface PlatformPurge {
  readonly tags?: string[];
  readonly purgeEverything?: true;
}

/** `none`: names nothing that this cache can purge by itself. `unknown`: another isolate's, or long ago. */
export type PlatformState = "none" | "waiting" | "done" | "unknown";

export interface PlatformPurges {
  /** Asks the platform, with all that waits. Never rejects. */
  purge(record: PurgeRecord): Promise<PlatformState>;
  stateOf(id: string): Promise<PlatformState>;
}

export interface PlatformPurgesState {
  readonly waiting: Map<string, PurgeRecord>;
  readonly done: Set<string>;
  /** ms; the calls of the last minute. */
  calls: readonly number[];
  /** The platform refused; until then it is left alone, ms. */
  retryAt: number;
}

export function createPlatformPurgesState(): PlatformPurgesState {
  return { waiting: new Map(), done: new Set(), calls: [], retryAt: 0 };
}

export interface PlatformPurgesOptions {
  readonly purge: (what: PlatformPurge) => Promise<{ readonly success: boolean }>;
  readonly state: PlatformPurgesState;
  readonly now: Clock;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown) => void;
  /** Longest wait for one call, ms. Default 2 s. */
  readonly timeoutMs?: number;
}

const MINUTE_MS = 60_000;
const CALLS_A_MINUTE = 5;
/** Operations in one call. */
const MOST_TAGS = 100;
/** Remembered here; older ones are forgotten, oldest first. */
const MOST_REMEMBERED = 1_000;

export function createPlatformPurges(options: PlatformPurgesOptions): PlatformPurges {
  const { purge, state, now, onError = () => {}, timeoutMs = 2_000 } = options;

  async function drain(): Promise<void> {
    while (state.waiting.size > 0 && mayCall()) {
      const records = batch([...state.waiting.values()]);
      state.calls = [...state.calls, now()];
      const called = async () => purge(callFor(records));
      const answer = await orNothing(called(), timeoutMs, onError);
      if (!answer?.success) {
        state.retryAt = now() + MINUTE_MS;
        return;
      }
      for (const { id } of records) finish(id);
    }
  }

  function mayCall(): boolean {
    state.calls = state.calls.filter((time) => time > now() - MINUTE_MS);
    return state.calls.length < CALLS_A_MINUTE && now() >= state.retryAt;
  }

  function finish(id: string): void {
    state.waiting.delete(id);
    state.done.add(id);
    trim(state.done);
  }

  function known(id: string): PlatformState {
    if (state.done.has(id)) return "done";
    return state.waiting.has(id) ? "waiting" : "unknown";
  }

  return {
    async purge(record) {
      // A soft purge must leave the entry where it is.
      const isNone = !record.everything && tagsOf(record).length === 0;
      if (record.mode === "soft" || isNone) return "none";
      if (!state.done.has(record.id)) state.waiting.set(record.id, record);
      trim(state.waiting);
      await drain();
      return known(record.id);
    },
    async stateOf(id) {
      await drain();
      return known(id);
    },
  };
}

function trim(remembered: Map<string, unknown> | Set<string>): void {
  for (const id of remembered.keys()) {
    if (remembered.size <= MOST_REMEMBERED) return;
    remembered.delete(id);
  }
}

/** The first ones, as many as go into one call. */
function batch(records: readonly PurgeRecord[]): readonly PurgeRecord[] {
  let tags = 0;
  const end = records.findIndex((record) => {
    tags += tagsOf(record).length;
    return tags > MOST_TAGS;
  });
  return end < 0 ? records : records.slice(0, Math.max(1, end));
}

function callFor(records: readonly PurgeRecord[]): PlatformPurge {
  if (records.some(({ everything }) => everything)) return { purgeEverything: true };
  return { tags: [...new Set(records.flatMap(tagsOf))].slice(0, MOST_TAGS) };
}

function tagsOf({ sources, tags }: PurgeRecord): string[] {
  return [...sources.map((source) => `source:${source}`.slice(0, 1000)), ...tags];
}
