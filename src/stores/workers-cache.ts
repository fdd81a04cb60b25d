/**
 * The edge cache as Workers Cache: the platform's own, in front of the Transformer's entrypoint. It collapses, tiers
 * and gives stale answers by itself, and has no get and put: asking the entrypoint is asking the cache. This is the
 * Gateway's side of it; `workers-cache-key.ts` has what both sides share.
 */
import { ORDER, readOrder } from "../cache/order.ts";
import { orNothing } from "../deadline.ts";
import type { Defer, EdgeCache, EdgeView, Fill } from "../ports.ts";
import { discard, flightKey, marked, patient, withoutNotes } from "./edge.ts";
import type { Flights } from "./flights.ts";
import { answerOf, hasFailed, type Landing, land } from "./landing.ts";
import { isStorable } from "./storable.ts";
import { keyedRequest } from "./workers-cache-key.ts";

export interface WorkersCacheOptions {
  /** The entrypoint behind the cache: `(request) => ctx.exports.Transformer({ props }).fetch(request)`. */
  readonly transformer: Fill;
  /** Keeps refills alive behind the answer. */
  readonly defer: Defer;
  /** Of the isolate, not of the request: `createFlights()`. */
  readonly flights: Flights<Landing>;
  /** Longest wait for the cache's answer, ms; then it is asked around. Default 25 s: a fill may take its time. */
  readonly timeoutMs?: number;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "ask" | "refill") => void;
}

interface Errand {
  readonly request: Request;
  readonly fill: Fill;
  readonly view: EdgeView;
}

/** What the platform did: it had the answer, gave it past its time, or let the Transformer make it. */
type Platform = "had" | "kept" | "made";

/** Under the key of the rule and the purges; then, when what is there is refused, under one of its own. */
const QUESTIONS = 2;
const MAX_HELD_BYTES = 33_554_432;

/**
 * `fill` must not go through the platform's cache: it serves other methods than GET, and what the cache cannot answer
 * because it fails, or has only what may no longer be given. An answer that the entrypoint made just now still carries
 * `pictor-from` and `pictor-times`; one that the cache had does not.
 */
export function createWorkersCache(options: WorkersCacheOptions): EdgeCache {
  const { transformer, defer, flights, timeoutMs = 25_000, onError = () => {} } = options;

  async function ask(request: Request, refused?: Headers): Promise<Response | undefined> {
    const keyed = await keyedRequest(request, refused);
    const asked = (async () => transformer(keyed))();
    return orNothing(asked, timeoutMs, (error) => onError(error, "ask"), discard);
  }

  /** The platform refreshes with the request that found the entry stale; a `quick` one may be refused that. */
  function refill({ request, fill }: Errand): void {
    if (readOrder(request.headers.get(ORDER)).patience !== "quick") return;
    const unhurried = patient(request);
    const key = flightKey(unhurried);
    if (flights.find(key) || flights.failedLately(key)) return;
    const filled = land(() => fill(unhurried), MAX_HELD_BYTES);
    const over = flights.start(key, filled, (landing) => {
      if (landing?.kind === "broken") onError(landing.error, "refill");
      if (landing?.kind === "passing") discard(landing.answer);
      if (landing && hasFailed(landing)) flights.noteFailure(key);
      return undefined;
    });
    defer(over);
  }

  async function answered(errand: Errand): Promise<Response> {
    let spare: Response | undefined;
    let refused: Headers | undefined;
    for (let question = 1; question <= QUESTIONS; question++) {
      const found = await ask(errand.request, refused);
      if (!found) break;
      if (spare && found.status >= 500) {
        discard(found);
        return givenStale(spare, errand);
      }
      const verdict = verdictOn(found, errand.view);
      if (verdict === "made") return made(found, spare);
      if (verdict === "hit") return marked(asStored(found), "hit");
      if (verdict === "stale") return givenStale(found, errand);
      refused = found.headers;
      if (verdict === "expired" && !spare) spare = found;
      else discard(found);
    }
    return around(errand, spare);
  }

  async function around(errand: Errand, spare: Response | undefined): Promise<Response> {
    const { request, fill } = errand;
    if (!spare) return marked(await fill(request), "miss");
    const landing = await land(() => fill(request), MAX_HELD_BYTES);
    if (hasFailed(landing)) return givenStale(spare, errand);
    discard(spare);
    return marked(answerOf(landing), "miss");
  }

  function givenStale(entry: Response, errand: Errand): Response {
    refill(errand);
    return marked(asStored(entry), "stale");
  }

  return {
    async fetch(request, fill, view) {
      if (request.method !== "GET") return marked(await fill(request), "miss");
      return answered({ request, fill, view });
    },
  };
}

type Verdict = "made" | "hit" | "stale" | "expired" | "gone";

/** What the reader and the platform together make of an answer. */
function verdictOn({ status, headers }: Response, view: EdgeView): Verdict {
  const platform = platformOf(headers);
  if (platform === "made" && status !== 200) return "made";
  const freshness = view.judge(headers);
  // Also of a new one: should it be an old one that the platform did not call so, it is not given.
  if (freshness === "gone") return "gone";
  if (platform === "made") return "made";
  if (platform === "kept") return "stale";
  return freshness === "fresh" ? "hit" : freshness;
}

/** By `CF-Cache-Status`, which every answer of the platform's cache carries; else by `Age`. */
function platformOf(headers: Headers): Platform {
  switch (headers.get("CF-Cache-Status")) {
    case "HIT":
    case "REVALIDATED":
      return "had";
    case "UPDATING":
    case "STALE":
      return "kept";
    case null:
      return headers.has("Age") ? "had" : "made";
    default:
      return "made";
  }
}

/** `MISS` and `EXPIRED`: the Transformer ran, and its answer is kept where it may be. */
function made(found: Response, spare: Response | undefined): Response {
  discard(spare);
  const status = found.headers.get("CF-Cache-Status");
  const isKept = (status === "MISS" || status === "EXPIRED") && isStorable(found);
  return marked(withoutPlatform(found), isKept ? "stored" : "miss");
}

function asStored(found: Response): Response {
  return withoutNotes(withoutPlatform(found));
}

function withoutPlatform(found: Response): Response {
  const answer = new Response(found.body, found);
  answer.headers.delete("CF-Cache-Status");
  answer.headers.delete("Age");
  return answer;
}
