/**
 * The edge cache over the Cache API (`caches.default`): everywhere, per data centre, without tiers. The platform knows
 * neither stale answers nor collapsing there, so both are done here: what is stored stays for all of its windows, the
 * reader judges it, and one fill serves all who wait for it in this isolate. That `put` resolved proves nothing (it
 * does so when the cache fails, too), so nothing here relies on it.
 */
import { orNothing } from "../deadline.ts";
import type { Defer, EdgeCache, EdgeView, Fill } from "../ports.ts";
import { discard, flightKey, marked, patient, withoutNotes } from "./edge.ts";
import type { Flights } from "./flights.ts";
import { answerOf, hasFailed, type Landing, land, type Whole } from "./landing.ts";
import { isStorable, lifetimeOf } from "./storable.ts";

export interface CacheApiOptions {
  readonly cache: Pick<Cache, "match" | "put">;
  /** Keeps fills and `put`s alive behind the answer, so that a client that leaves ends nobody's fill. */
  readonly defer: Defer;
  /** Of the isolate, not of the request: `createFlights()`. */
  readonly flights: Flights<Landing>;
  /** Longest wait for `match`, ms; then it is a miss. Default 1 s. */
  readonly timeoutMs?: number;
  /** Longest wait for `put`, ms; meanwhile the fill's bytes are still shared. Default 2 s. */
  readonly putTimeoutMs?: number;
  /** Longest wait for a fill where an expired entry can be given instead, ms. Default 20 s. */
  readonly patienceMs?: number;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "match" | "put" | "refill") => void;
  /** Larger answers pass through and are neither stored nor shared, bytes. Default 32 MiB. */
  readonly maxBytes?: number;
}

interface Errand {
  readonly request: Request;
  readonly fill: Fill;
  readonly view: EdgeView;
}

/** Waits for others' fills before a request fills alone. */
const MAX_ELECTIONS = 2;

/** Holds the answer's own `Cache-Control` while the stored one says how long to keep it. */
const KEPT = "pictor-cache-control";

/** An answer that was filled for this very request keeps the fill's notes; all others are without. */
export function createCacheApi(options: CacheApiOptions): EdgeCache {
  const { cache, defer, flights, onError = () => {} } = options;
  const { timeoutMs = 1_000, putTimeoutMs = 2_000, patienceMs = 20_000 } = options;
  const { maxBytes = 33_554_432 } = options;

  /** The URL alone is the key: with `Range` or `If-None-Match` on it, match would answer 206 or 304. */
  async function match(url: string): Promise<Response | undefined> {
    const matched = (async () => cache.match(new Request(url)))();
    const found = await orNothing(matched, timeoutMs, (e) => onError(e, "match"), discard);
    return found;
  }

  async function store(url: string, copy: Response): Promise<void> {
    const put = (async () => cache.put(new Request(url), copy))();
    await orNothing(put, putTimeoutMs, (error) => onError(error, "put"));
  }

  /** Fills for itself and for all who come meanwhile. */
  function lead(key: string, { request, fill, view }: Errand): Promise<Landing> {
    const mine = land(() => fill(request), maxBytes).then((landing) => {
      if (hasFailed(landing)) flights.noteFailure(key);
      return landing;
    });
    const forOthers = mine.then((landing) => (landing.kind === "passing" ? undefined : landing));
    const over = flights.start(key, forOthers, (landing) => {
      const copy = landing?.kind === "whole" ? toKeep(landing.whole, view.keep) : undefined;
      return copy && store(request.url, copy);
    });
    defer(over);
    return mine;
  }

  /** Behind an answer. Nobody waits for it, so it may take as long as it takes. */
  function refill(errand: Errand): void {
    const request = patient(errand.request);
    const key = flightKey(request);
    if (flights.find(key) || flights.failedLately(key)) return;
    const done = lead(key, { ...errand, request }).then((landing) => {
      if (landing.kind === "broken") onError(landing.error, "refill");
      if (landing.kind === "passing") discard(landing.answer);
    });
    defer(done);
  }

  /** `spare`: an expired entry, given when nothing better can be had. */
  async function filled(errand: Errand, spare: Response | undefined): Promise<Response> {
    const key = flightKey(errand.request);
    for (let election = 1; election <= MAX_ELECTIONS; election++) {
      const flight = flights.find(key);
      if (!flight) break;
      const landing = await flight.wait();
      if (spare && (!landing || hasFailed(landing))) return givenStale(spare, errand);
      // A failure is everybody's only when it was found twice.
      if (landing && (!hasFailed(landing) || election === MAX_ELECTIONS)) {
        discard(spare);
        return marked(withoutNotes(answerOf(landing)), "collapsed");
      }
    }
    const mine = lead(key, errand);
    return spare ? better(mine, spare, errand) : filledBy(await mine);
  }

  /** What is filled, if that succeeds in time. */
  async function better(mine: Promise<Landing>, spare: Response, errand: Errand) {
    const landing = await orNothing(mine, patienceMs, () => {}, discardPassing);
    if (landing && !hasFailed(landing)) {
      discard(spare);
      return filledBy(landing);
    }
    if (landing) discardPassing(landing);
    return givenStale(spare, errand);
  }

  function givenStale(entry: Response, errand: Errand): Response {
    refill(errand);
    return marked(asFilled(entry), "stale");
  }

  return {
    async fetch(request, fill, view) {
      if (request.method !== "GET") return marked(await fill(request), "miss");
      const errand = { request, fill, view };
      const entry = await match(request.url);
      const freshness = entry ? view.judge(entry.headers) : "gone";
      // As it is: a copy would cost a tenth of the hit.
      if (entry && freshness === "fresh") return entry;
      if (entry && freshness === "stale") return givenStale(entry, errand);
      const spare = freshness === "expired" ? entry : undefined;
      if (!spare) discard(entry);
      else if (flights.failedLately(flightKey(request))) return givenStale(spare, errand);
      const known = await view.known?.(request);
      if (known) {
        discard(spare);
        return marked(known, "miss");
      }
      return filled(errand, spare);
    },
  };
}

/** What is put: kept for as long as it can be of use, and an error for as long as it says itself. */
function toKeep(whole: Whole, keep: number): Response | undefined {
  const copy = answerOf({ kind: "whole", whole });
  if (!isStorable(copy)) return undefined;
  const { headers, status } = withoutNotes(copy);
  const own = lifetimeOf(headers);
  const seconds = status === 200 ? Math.max(own, Math.ceil(keep)) : own;
  headers.set(KEPT, headers.get("Cache-Control") ?? "");
  headers.set("Cache-Control", `public, max-age=${seconds}`);
  // Where the platform heeds it, it would win.
  headers.delete("CDN-Cache-Control");
  return copy;
}

/** What was found, as it was filled. How old it is, its stamps say; what the platform says of it stays here. */
function asFilled(found: Response): Response {
  const answer = new Response(found.body, found);
  const own = answer.headers.get(KEPT);
  if (own !== null) answer.headers.set("Cache-Control", own);
  for (const name of [KEPT, "Age", "CF-Cache-Status", "Expires"]) answer.headers.delete(name);
  return answer;
}

function filledBy(landing: Landing): Response {
  const answer = answerOf(landing);
  return marked(answer, landing.kind === "whole" && isStorable(answer) ? "stored" : "miss");
}

function discardPassing(landing: Landing): void {
  if (landing.kind === "passing") discard(landing.answer);
}
