/**
 * Fills under way, by key, so that all who ask for one thing at the same time in this isolate share one of them. What
 * lands must be plain values: a `Response` or a stream belongs to the request that made it.
 */
import { orNothing } from "../deadline.ts";

export interface Flight<T> {
  /** What came of it; undefined when it takes too long, or when nothing came that others may have. */
  wait(): Promise<T | undefined>;
}

export interface Flights<T> {
  /** The one to wait for. One that takes too long is no longer found, so that whoever waited can start another. */
  find(key: string): Flight<T> | undefined;
  /**
   * `landed` is what others get. It is found until then, or for as long as the promise that `after` makes of it takes.
   * Neither may reject. Resolves when it is over.
   */
  start(
    key: string,
    landed: Promise<T | undefined>,
    after: (landed: T | undefined) => Promise<unknown> | undefined,
  ): Promise<void>;
  /** That trying again at once would be of no use. */
  noteFailure(key: string): void;
  failedLately(key: string): boolean;
  /** Under way. */
  readonly size: number;
}

export interface FlightsOptions {
  /** How long a flight may take before others give it up, ms. Default 20 s. */
  readonly patienceMs?: number;
  /** How long a failure is remembered, ms. Default 5 s. */
  readonly restMs?: number;
  readonly now?: () => number;
}

const MAX_FAILURES = 1_000;

/** State of one isolate. Nothing of it outlives its time, also when the request that led a flight was killed. */
export function createFlights<T>(options: FlightsOptions = {}): Flights<T> {
  const { patienceMs = 20_000, restMs = 5_000, now = Date.now } = options;
  const flights = new Map<string, { readonly until: number; readonly flight: Flight<T> }>();
  const failures = new Map<string, number>();

  function find(key: string): Flight<T> | undefined {
    const found = flights.get(key);
    return found && found.until > now() ? found.flight : undefined;
  }

  return {
    find,
    start(key, landed, after) {
      sweep(flights, ({ until }) => until <= now());
      const until = now() + patienceMs;
      const end = () => {
        if (flights.get(key)?.flight === flight) flights.delete(key);
      };
      // Who waited must not find it again when nothing comes after it.
      const settled = landed.then((value) => {
        const rest = after(value);
        if (!rest) end();
        return { value, rest };
      });
      const flight: Flight<T> = {
        wait: () =>
          orNothing(
            settled.then(({ value }) => value),
            Math.max(0, until - now()),
            () => {},
          ),
      };
      // Deleted first, so that the map stays in the order of time.
      flights.delete(key);
      flights.set(key, { until, flight });
      return settled.then(({ rest }) => rest).then(end);
    },
    noteFailure(key) {
      sweep(failures, (until) => until <= now() || failures.size >= MAX_FAILURES);
      failures.delete(key);
      failures.set(key, now() + restMs);
    },
    failedLately: (key) => (failures.get(key) ?? 0) > now(),
    get size() {
      return flights.size;
    },
  };
}

/** From the oldest on, as long as they are to go. */
function sweep<V>(map: Map<string, V>, goes: (value: V) => boolean): void {
  for (const [key, value] of map) {
    if (!goes(value)) return;
    map.delete(key);
  }
}
