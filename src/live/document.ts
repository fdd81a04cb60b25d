/**
 * A document that replaces a part of the configuration without a deployment. Each isolate looks at it at most every
 * 30 s, behind a request; what is broken is refused, and what was good stays in force, also for isolates that start
 * meanwhile: the last good document has a copy. Nothing here fails a request.
 */
import { ConfigError } from "../config-error.ts";
import { orNothing, withDeadline } from "../deadline.ts";
import type { Clock, Defer } from "../ports.ts";
import { type DocumentStore, UnreadableError } from "./document-store.ts";
import {
  type Active,
  afterDocument,
  afterLastGood,
  type LiveSources,
  type LiveState,
  lastGoodKey,
  needsLastGood,
  type Reading,
} from "./state.ts";

export interface LiveDocumentOptions<T> {
  readonly store: DocumentStore;
  readonly key: string;
  /** Names the document in messages, e.g. `kv:CONFIG/rules.json`. */
  readonly name: string;
  readonly maxBytes: number;
  /** The document's meaning; `place` is put before places in it. Throws ConfigError. */
  readonly read: (text: string, place: string) => { readonly version: string; readonly value: T };
  /** What a document that `read` refuses calls itself. */
  readonly versionIn: (text: string) => string | undefined;
  /** In force without a document, and until the first is read. */
  readonly configured: Pick<Active<T>, "value" | "source" | "version">;
  readonly now: Clock;
  /** For logs. Must not throw. */
  readonly onError: (error: unknown, what: string) => void;
}

export interface LiveDocument<T> {
  /** What is in force. Waits for the store at the isolate's start (2 s at most) and after a long sleep (0.5 s). */
  current(defer: Defer): Promise<T>;
  state(): LiveState<T>;
}

/** Between two looks, ms. */
export const LOOK_EVERY_MS = 30_000;
/** An isolate that slept for so long looks before it answers, not behind the answer, ms. */
export const LOOK_FIRST_MS = 60_000;
/** Longest wait of requests, ms: for the isolate's first look, and for one after a sleep. */
export const FIRST_WAIT_MS = 2_000;
export const LATER_WAIT_MS = 500;
/** Longest wait for one answer of the store, ms. */
export const STORE_TIMEOUT_MS = 5_000;
/** A look that takes longer (its request was cut off) is given up, and another one begun, ms. */
const LOST_LOOK_MS = 30_000;

/** Without a document: what the configuration says, for ever. */
export function fixed<T>(configured: Pick<Active<T>, "value" | "source" | "version">, now: number) {
  const state: LiveState<T> = { active: { ...configured, loadedAt: now }, settled: true };
  return { current: async () => configured.value, state: () => state } satisfies LiveDocument<T>;
}

export function createLiveDocument<T>(options: LiveDocumentOptions<T>): LiveDocument<T> {
  const { key, name, now, onError } = options;
  const born = now();
  const configured: Active<T> = { ...options.configured, loadedAt: born };
  const sources: LiveSources<T> = { document: name, lastGood: `${name}.last-good`, configured };
  let state: LiveState<T> = { active: configured, settled: false };
  let look: { readonly since: number; readonly done: Promise<unknown> } | undefined;
  let lookedAt: number | undefined;
  /** Text that the copy is known to hold. */
  let copied: string | undefined;

  /** What is in force is settled when this ends; what it gives back can come behind every answer. */
  async function lookNow(began: number): Promise<() => Promise<void>> {
    const reading = await readingOf(key, name, state.active, options);
    // A look that was given up and comes after all must not undo a later one.
    if (lookedAt !== undefined && began < lookedAt) return nothing;
    lookedAt = began;
    const before = state;
    state = afterDocument(before, reading, sources, now());
    report(before);
    if (reading.kind === "good") return () => keepCopy(reading.text);
    if (reading.kind === "missing") return () => dropCopy(before);
    if (needsLastGood(state, configured)) {
      const copy = await readingOf(lastGoodKey(key), sources.lastGood, state.active, options);
      if (lookedAt === began) state = afterLastGood(state, copy, sources, now());
    }
    return nothing;
  }

  /** Once, not with every look. */
  function report({ refused: known, unreachable }: LiveState<T>): void {
    const { refused } = state;
    if (refused && (refused.message !== known?.message || refused.place !== known.place)) {
      onError(new Error(messageOf(refused)), "refused");
    }
    if (state.unreachable !== undefined && state.unreachable !== unreachable) {
      onError(new Error(state.unreachable), "unreachable");
    }
  }

  /** Every isolate sees a new document; the first to copy it spares the others the write. */
  async function keepCopy(text: string): Promise<void> {
    if (copied === text) return;
    await attempt("copy", async () => {
      const there = await options.store.get(lastGoodKey(key), options.maxBytes);
      if (there !== text) await options.store.put(lastGoodKey(key), text);
      copied = text;
    });
  }

  /** A document that was taken away is not meant any more, and must not come back when the next one is broken. */
  async function dropCopy({ active }: LiveState<T>): Promise<void> {
    if (active.text === undefined) return;
    await attempt("drop the copy", () => options.store.delete(lastGoodKey(key)));
    copied = undefined;
  }

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    await orNothing(work(), STORE_TIMEOUT_MS, (error) => onError(error, what));
  }

  function begin(defer: Defer): Promise<unknown> {
    const since = now();
    const done = lookNow(since)
      .catch((error: unknown) => {
        onError(error, "look");
        return nothing;
      })
      .finally(() => {
        lookedAt = Math.max(lookedAt ?? since, since);
        if (look?.done === done) look = undefined;
      });
    look = { since, done };
    // The request that began it may end sooner.
    defer(done.then((rest) => rest()));
    return done;
  }

  /** How long this request waits for the look, ms. */
  function patience(since: number | undefined): number {
    if (since === undefined) return Math.max(0, born + FIRST_WAIT_MS - now());
    return now() - since >= LOOK_FIRST_MS ? LATER_WAIT_MS : 0;
  }

  return {
    state: () => state,
    async current(defer) {
      const due = lookedAt === undefined || now() - lookedAt >= LOOK_EVERY_MS;
      if (!due) return state.active.value;
      const wait = patience(lookedAt);
      const running = look && now() - look.since < LOST_LOOK_MS ? look.done : begin(defer);
      if (wait > 0) await orNothing(running, wait, () => {});
      return state.active.value;
    },
  };
}

const nothing = async () => {};

async function readingOf<T>(
  key: string,
  name: string,
  known: Active<T>,
  { store, maxBytes, read, versionIn }: LiveDocumentOptions<T>,
): Promise<Reading<T>> {
  let text: string | undefined;
  try {
    const timedOut = () => new Error(`no answer within ${STORE_TIMEOUT_MS} ms`);
    text = await withDeadline(store.get(key, maxBytes), STORE_TIMEOUT_MS, timedOut);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof UnreadableError
      ? { kind: "bad", refused: { place: name, message } }
      : { kind: "failed", message: `${name}: ${message}` };
  }
  if (text === undefined) return { kind: "missing" };
  if (text === known.text) return { ...known, kind: "good", text };
  try {
    return { kind: "good", text, ...read(text, name) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const version = versionIn(text);
    const { place, problem } = error;
    return {
      kind: "bad",
      refused: { place, message: problem, ...(version !== undefined && { version }) },
    };
  }
}

function messageOf({
  place,
  message,
  version,
}: {
  place: string;
  message: string;
  version?: string;
}) {
  return `${place}: ${message}${version === undefined ? "" : ` (version ${version})`}; what was in force stays`;
}
