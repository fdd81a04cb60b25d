/**
 * A small world for races of purges and fills: places with isolates, one R2, one origin, and a clock that stands still
 * but for the schedule. Whatever waits for the world waits at a step, and the schedule says which step is next, so an
 * interleaving is a list of numbers and can be run again.
 */
import type { PurgeLogOptions } from "../../src/stores/purges.ts";

export interface Schedule {
  /** Which of `count` waiting steps is next: 0, the one that waits longest, to count − 1; more counts as that. */
  readonly pick: (count: number) => number;
  /** How long the clock runs before it, ms. */
  readonly pause: () => number;
  /** How far R2's clock is off at this write, ms. */
  readonly skew: () => number;
}

export interface World {
  readonly now: () => number;
  /** Counts steps: tells what came first where the clock cannot. */
  readonly order: () => number;
  /** Waits for its turn. */
  readonly step: () => Promise<void>;
  /** Gives everything its turn, until nothing waits. */
  readonly settle: () => Promise<void>;
  readonly advance: (ms: number) => void;
  readonly skew: () => number;
}

export function createWorld({ pick, pause, skew }: Schedule): World {
  const waiting: (() => void)[] = [];
  let time = 1_000_000;
  let steps = 0;
  return {
    now: () => time,
    order: () => steps,
    step: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async settle() {
      await quiet(TURNS);
      while (waiting.length > 0) {
        time += pause();
        steps++;
        const [next] = waiting.splice(Math.min(pick(waiting.length), waiting.length - 1), 1);
        next!();
        await quiet(1);
        if (waiting.length === 0) await quiet(TURNS);
      }
    },
    advance: (ms) => {
      time += ms;
    },
    skew,
  };
}

/** Bodies of responses may take a few turns. */
const TURNS = 4;

/** Lets all promises run that can. */
async function quiet(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

interface Stored {
  readonly body: ArrayBuffer;
  readonly uploaded: Date;
  readonly etag: string;
  readonly customMetadata: Record<string, string>;
  readonly httpMetadata: Record<string, string>;
}

export type FakeBucket = PurgeLogOptions["bucket"] & Pick<R2Bucket, "get">;

/** R2: strongly consistent, with a clock of its own. What is written is there between two steps. */
export function createBucket(world: World): FakeBucket {
  const objects = new Map<string, Stored>();
  let versions = 0;

  const objectOf = (key: string, stored: Stored) =>
    ({ key, ...stored, httpEtag: `"${stored.etag}"`, size: stored.body.byteLength }) as unknown;

  async function read(key: string): Promise<unknown> {
    await world.step();
    const stored = objects.get(key);
    await world.step();
    return stored ? objectOf(key, stored) : null;
  }

  const bucket = {
    async list({ prefix = "" }: R2ListOptions = {}) {
      await world.step();
      const found = [...objects].filter(([key]) => key.startsWith(prefix));
      await world.step();
      return { objects: found.map(([key, stored]) => objectOf(key, stored)), truncated: false };
    },
    async put(key: string, body: BodyInit, options: R2PutOptions = {}) {
      const bytes = await new Response(body).arrayBuffer();
      await world.step();
      const there = objects.get(key);
      if (!holds(options.onlyIf as R2Conditional | undefined, there?.etag)) return null;
      const stored: Stored = {
        body: bytes,
        uploaded: new Date(world.now() + world.skew()),
        etag: `v${++versions}`,
        customMetadata: { ...options.customMetadata },
        httpMetadata: { ...(options.httpMetadata as Record<string, string>) },
      };
      objects.set(key, stored);
      await world.step();
      return objectOf(key, stored);
    },
    head: read,
    async get(key: string) {
      const object = (await read(key)) as (Stored & object) | null;
      if (!object) return null;
      const { body: bytes } = object;
      return { ...object, body: new Response(bytes).body, arrayBuffer: async () => bytes };
    },
    async delete(keys: string | string[]) {
      await world.step();
      for (const key of [keys].flat()) objects.delete(key);
    },
  };
  return bucket as unknown as FakeBucket;
}

function holds(condition: R2Conditional | undefined, etag: string | undefined): boolean {
  const { etagMatches, etagDoesNotMatch } = condition ?? {};
  if (etagMatches !== undefined && etagMatches !== etag) return false;
  if (etagDoesNotMatch === "*") return etag === undefined;
  return etagDoesNotMatch === undefined || etagDoesNotMatch !== etag;
}

export type FakeCache = Pick<Cache, "match" | "put">;

/** A data centre's Cache API. It keeps what its `max-age` says, by the world's clock. */
export function createCache(world: World): FakeCache {
  const entries = new Map<string, { readonly answer: Response; readonly until: number }>();
  const urlOf = (key: RequestInfo | URL) => (key instanceof Request ? key.url : String(key));
  const cache = {
    async match(key: RequestInfo | URL) {
      await world.step();
      const entry = entries.get(urlOf(key));
      return entry && world.now() < entry.until ? entry.answer.clone() : undefined;
    },
    async put(key: RequestInfo | URL, answer: Response) {
      const bytes = await answer.arrayBuffer();
      await world.step();
      const [, seconds = "0"] =
        /max-age=(\d+)/.exec(answer.headers.get("Cache-Control") ?? "") ?? [];
      const until = world.now() + Number(seconds) * 1000;
      entries.set(urlOf(key), { answer: new Response(bytes, answer), until });
    },
  };
  return cache as unknown as FakeCache;
}
