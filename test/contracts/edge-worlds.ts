/** Both adapters of the edge cache in worlds where time stands still until it is told to pass. */
import type { EdgeCache, Fill } from "../../src/ports.ts";
import { type CacheApiOptions, createCacheApi } from "../../src/stores/cache-api.ts";
import { createFlights } from "../../src/stores/flights.ts";
import type { Landing } from "../../src/stores/landing.ts";
import { createWorkersCache } from "../../src/stores/workers-cache.ts";
import { behindWorkersCache } from "../../src/stores/workers-cache-key.ts";
import { createWorkersCacheStandIn } from "../stand-ins/workers-cache.ts";
import type { EdgeCacheWorld } from "./edge-cache.ts";

/** Waits also for what deferred work defers. */
export function createDefer() {
  const deferred: Promise<unknown>[] = [];
  return {
    defer: (work: Promise<unknown>) => void deferred.push(work),
    async settle() {
      while (deferred.length > 0) await Promise.all(deferred.splice(0));
    },
  };
}

export function cacheApiWorld(
  cache: Pick<Cache, "match" | "put">,
  clock: ReturnType<typeof createClock>,
  options: Partial<CacheApiOptions> & { readonly many?: number } = {},
): EdgeCacheWorld & { readonly errors: string[] } {
  const { defer, settle } = createDefer();
  const flights = createFlights<Landing>({ now: clock.now });
  const errors: string[] = [];
  let hangs = false;
  const never = () => new Promise<never>(() => {});
  return {
    ...clock,
    settle,
    errors,
    hang: () => {
      hangs = true;
    },
    underway: () => flights.size,
    many: options.many ?? 10_000,
    cache: createCacheApi({
      cache: {
        match: (key) => (hangs ? never() : cache.match(key)),
        put: (key, answer) => (hangs ? never() : cache.put(key, answer)),
      },
      defer,
      flights,
      onError: (_error, what) => errors.push(what),
      timeoutMs: 50,
      putTimeoutMs: 50,
      ...options,
    }),
  };
}

/** The contract's fill is what stands behind the platform's cache; by canonical URL, as the last request brought it. */
export function workersCacheWorld(clock: ReturnType<typeof createClock>, many = 10_000) {
  const { defer, settle } = createDefer();
  const fills = new Map<string, Fill>();
  const flights = createFlights<Landing>({ now: clock.now });
  const standIn = createWorkersCacheStandIn({
    run: behindWorkersCache((request) => fills.get(request.url)!(request)),
    now: clock.now,
    defer,
  });
  let hangs = false;
  const adapter = createWorkersCache({
    transformer: (request) =>
      hangs ? new Promise(() => {}) : standIn.fetch(request, { tenant: "a" }),
    defer,
    flights,
    timeoutMs: 1_000,
  });
  const cache: EdgeCache = {
    fetch(request, fill, view) {
      fills.set(request.url, fill);
      return adapter.fetch(request, fill, view);
    },
  };
  const hang = () => {
    hangs = true;
  };
  const underway = () => flights.size + standIn.running;
  return { ...clock, cache, settle, hang, underway, many } satisfies EdgeCacheWorld;
}

export function createClock(start = Date.now()) {
  let now = start;
  return {
    now: () => now,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}
