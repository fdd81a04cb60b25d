/**
 * Interleavings of purges and fills, for whatever answers reads: a model, or the real adapters. `interleave` runs one
 * and tells every answer that holds bytes of before a hard purge after that purge's bound.
 */
import fc from "fast-check";
import {
  createPurgeLog,
  createPurgeLogState,
  type PurgeLogOptions,
  type R2PurgeLog,
} from "../../src/stores/purges.ts";
import {
  createBucket,
  createCache,
  createWorld,
  type FakeBucket,
  type FakeCache,
  type Schedule,
  type World,
} from "./purge-world.ts";

export const BOUND_MS = 5_000;
export const SOURCE = "/trips/lisbon.jpg";
/** Not what these races are about: nothing expires in them. */
const KEEP_MS = 30 * 86_400_000;

/** One isolate, and what it has around it. */
export interface Place {
  readonly world: World;
  readonly log: R2PurgeLog;
  /** Shared by the isolates of one data centre. */
  readonly cache: FakeCache;
  /** Shared by all; also the variant store's. */
  readonly bucket: FakeBucket;
  /** Reads the source. The text tells when that was, and has to come out of `read` as it is. */
  readonly origin: () => Promise<string>;
  readonly defer: (work: Promise<unknown>) => void;
}

/** Answers `SOURCE` in one isolate; the text that `origin` gave is what counts. */
export interface Reader {
  read(): Promise<string>;
}

export interface Interleaving {
  /** Data centre of each isolate. */
  readonly isolates: readonly number[];
  readonly events: readonly Event[];
  readonly picks: readonly number[];
  readonly pauses: readonly number[];
  readonly skews: readonly number[];
}

/** A purge is of a source that was changed just before. */
export interface Event {
  readonly kind: "read" | "hard" | "soft";
  readonly isolate: number;
}

/** Mostly short, so that much happens within a bound. */
const PAUSES_MS = [0, 0, 0, 0, 1, 5, 40, 200, 200, 900, 2_600];
/** Mostly whoever ran last: then one goes a long way while another is stopped in the midst of something. */
const NEWEST = 1_000;

/** `skewMs`: how far R2's clock may be off, to either side. */
export function anInterleaving(skewMs = 0): fc.Arbitrary<Interleaving> {
  const event = fc.record({
    kind: fc.constantFrom("read", "read", "read", "hard", "soft") as fc.Arbitrary<Event["kind"]>,
    isolate: fc.nat(3),
  });
  const pick = fc.oneof(
    { weight: 6, arbitrary: fc.constant(NEWEST) },
    { weight: 2, arbitrary: fc.nat(12) },
    { weight: 1, arbitrary: fc.constant(0) },
  );
  return fc.record({
    isolates: fc.array(fc.nat(1), { minLength: 2, maxLength: 4 }),
    events: fc.array(event, { minLength: 4, maxLength: 12 }),
    picks: fc.array(pick, { minLength: 60, maxLength: 60 }),
    pauses: fc.array(fc.constantFrom(...PAUSES_MS), { minLength: 31, maxLength: 31 }),
    skews: fc.array(fc.integer({ min: -skewMs, max: skewMs }), { minLength: 7, maxLength: 7 }),
  });
}

export interface Options {
  /** Changes the log's options, e.g. to break it. */
  readonly log?: (options: PurgeLogOptions) => PurgeLogOptions;
}

/** What was wrong; empty when the promise was kept. */
export async function interleave(
  { isolates, events, picks, pauses, skews }: Interleaving,
  open: (place: Place) => Reader,
  { log: change = (options) => options }: Options = {},
): Promise<string[]> {
  const schedule: Schedule = { pick: cycle(picks), pause: cycle(pauses), skew: cycle(skews) };
  const world = createWorld(schedule);
  const source = createSource(world);
  const bucket = createBucket(world);
  const caches = isolates.map(() => createCache(world));
  const defer = (work: Promise<unknown>) => void work.catch(() => undefined);
  let ids = 0;
  const logs = isolates.map((centre) => {
    const options: PurgeLogOptions = {
      ...{ bucket, cache: caches[centre]!, state: createPurgeLogState(), now: world.now, defer },
      keepMs: KEEP_MS,
      newId: () => `purge-${String(++ids).padStart(4, "0")}`,
      random: () => (schedule.pick(11) % 11) / 11,
    };
    return createPurgeLog(change(options));
  });
  const readers = isolates.map((centre, at) =>
    open({ world, log: logs[at]!, cache: caches[centre]!, bucket, origin: source.read, defer }),
  );
  const purges: { readonly asked: number; readonly boundAt: number }[] = [];
  const wrong: string[] = [];

  async function read(isolate: number): Promise<void> {
    const due = purges.filter(({ boundAt }) => boundAt <= world.now()).map(({ asked }) => asked);
    const text = await readers[isolate]!.read();
    const late = due.filter((asked) => readAt(text) < asked);
    if (late.length > 0)
      wrong.push(`isolate ${isolate} gave ${text} after purges asked at ${late}`);
  }

  async function purge(isolate: number, mode: "hard" | "soft"): Promise<void> {
    source.change();
    const asked = world.order();
    await logs[isolate]!.append({ ...NOTHING, sources: [SOURCE] }, mode);
    if (mode === "hard") purges.push({ asked, boundAt: world.now() + BOUND_MS });
  }

  const running = events.map(async ({ kind, isolate }) => {
    await world.step();
    const at = isolate % isolates.length;
    await (kind === "read" ? read(at) : purge(at, kind));
  });
  await world.settle();
  await Promise.all(running);
  // After the bound of all: nobody may have anything old left, however often it is asked.
  for (let round = 0; round < 2; round++) {
    world.advance(BOUND_MS);
    const last = isolates.map((_, at) => read(at));
    await world.settle();
    await Promise.all(last);
  }
  return wrong;
}

const NOTHING = {
  sources: [],
  tags: [],
  prefixes: [],
  presets: [],
  formats: [],
  everything: false,
};

/** A source that changes; each read says which version it saw, and at which step. */
function createSource(world: World) {
  let version = 1;
  return {
    change: () => {
      version++;
    },
    read: async () => {
      await world.step();
      const text = `v${version}@${world.order()}`;
      await world.step();
      return text;
    },
  };
}

const readAt = (text: string) => Number(text.slice(text.indexOf("@") + 1));

function cycle<T>(values: readonly T[]): () => T {
  let at = 0;
  return () => values[at++ % values.length]!;
}
