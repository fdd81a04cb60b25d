/** From what the edge cache holds to what one client gets: headers, 304, 206, HEAD. Stamps stay inside. */

import { EDGE, STALE } from "./cache/answer.ts";
import { ageOf, edgeTtlOf } from "./cache/freshness.ts";
import { type Stamp, stampOf } from "./cache/stamp.ts";
import type { Config } from "./config.ts";
import { ERRORS, PictorError } from "./errors.ts";
import type { Shown } from "./fallback.ts";
import type { FillNotes } from "./fill.ts";
import type { Wanted } from "./gateway.ts";
import { cacheHeaders } from "./http/cache-control.ts";
import { cacheStatus } from "./http/cache-status.ts";
import { evaluatePreconditions, notModified } from "./http/conditional.ts";
import { cors } from "./http/cors.ts";
import { formatHttpDate } from "./http/date.ts";
import { discard } from "./http/discard.ts";
import { SECURITY_HEADERS, SVG_POLICY, SVG_TYPE } from "./http/headers.ts";
import { signedHeaders } from "./http/message-signature.ts";
import { problem } from "./http/problem.ts";
import { ACCEPT_RANGES, selectRange } from "./http/range.ts";
import { metricsOf, serverTiming } from "./http/server-timing.ts";
import { vary } from "./http/vary.ts";
import { sourceTag } from "./policy/mounts.ts";
import { errorTtl } from "./policy/rules/match.ts";
import { BUILT_IN_RULE, type CacheRule } from "./policy/rules.ts";

export interface Delivery {
  readonly request: Request;
  readonly wanted: Wanted;
  readonly config: Config;
  /** ms since the epoch, both. */
  readonly deployed: number;
  readonly now: number;
}

export async function respond(shown: Shown, delivery: Delivery): Promise<Response> {
  const { answer } = shown;
  if (answer.status !== 200) return respondWithProblem(shown, delivery);
  const { request, now, deployed } = delivery;
  const stamp = datedAs(currentStamp(answer, deployed), shown);
  const headers = variantHeaders(stamp, shown, delivery);
  switch (evaluatePreconditions(request, stamp, now)) {
    case "not_modified":
      discard(answer);
      return notModified(headers);
    case "precondition_failed":
      discard(answer);
      throw new PictorError("precondition_failed");
    case "proceed":
      return withBody(shown, stamp, headers, delivery);
  }
}

/** `Last-Modified` is the newest of the inputs, the configuration and the engine; the last two come by deployment. */
export function currentStamp({ headers }: Response, deployed: number): Stamp {
  const stamp = stampOf(headers);
  if (!stamp) throw new TypeError("an answer without stamps");
  if (stamp.lastModified === undefined) return stamp;
  return { ...stamp, lastModified: Math.max(stamp.lastModified, deployed) };
}

/** What stands in has no date: with it, a reader could have the real thing confirmed as what he holds. */
function datedAs(stamp: Stamp, { degraded, insteadOf }: Shown): Stamp {
  if (degraded === undefined && insteadOf === undefined) return stamp;
  const { lastModified: _, ...rest } = stamp;
  return rest;
}

/** 200 or 206, with an exact length; HEAD gets the same headers. */
async function withBody(
  { answer: given, ask }: Shown,
  stamp: Stamp,
  headers: Headers,
  delivery: Delivery,
): Promise<Response> {
  const { request, now } = delivery;
  const answer = await measured(given);
  headers.set("Content-Type", stamp.contentType);
  if (stamp.contentType === SVG_TYPE) headers.set("Content-Security-Policy", SVG_POLICY);
  headers.set("Accept-Ranges", ACCEPT_RANGES);
  const size = Number(answer.headers.get("Content-Length"));
  const range = selectRange(request, { ...stamp, size }, now);
  if (range.kind === "unsatisfiable") {
    discard(answer);
    return respondWithError(new PictorError("range_not_satisfiable"), { ...delivery, size });
  }
  if (range.kind === "partial") {
    const bytes = await answer.arrayBuffer();
    headers.set("Content-Range", range.contentRange);
    headers.set("Content-Length", String(range.length));
    return new Response(bytes.slice(range.start, range.end + 1), { status: 206, headers });
  }
  headers.set("Content-Length", String(size));
  if (stamp.signed) setAll(headers, signedHeaders(stamp.signed, ask.locationAs(stamp.contentType)));
  if (request.method !== "HEAD") return new Response(answer.body, { headers });
  discard(answer);
  return new Response(null, { headers });
}

/** A platform's cache may have dropped the length. */
async function measured(answer: Response): Promise<Response> {
  if (answer.headers.has("Content-Length")) return answer;
  const bytes = await answer.arrayBuffer();
  const copy = new Response(bytes, answer);
  copy.headers.set("Content-Length", String(bytes.byteLength));
  return copy;
}

function variantHeaders(stamp: Stamp, shown: Shown, delivery: Delivery): Headers {
  const { wanted, now } = delivery;
  const { rule } = shown.ask;
  const age = ageOf(stamp, now);
  const edgeTtl = edgeTtlOf(stamp, rule);
  const headers = clientHeaders(delivery.request, delivery.config, variesBy(wanted, rule));
  const left = remaining(wanted, now);
  // What an obeyed origin lets nobody keep, is kept by nobody.
  const remains = rule.origin.obey && edgeTtl === 0 ? 0 : left;
  const moment = { age, ...(remains !== undefined && { remaining: remains }) };
  setAll(headers, cacheHeaders(shortened(rule, edgeTtl, shown), moment));
  headers.set("Age", String(age));
  headers.set("Cache-Tag", tagsOf(stamp, shown, wanted));
  if (stamp.etag !== undefined) headers.set("ETag", stamp.etag);
  if (stamp.lastModified !== undefined) {
    headers.set("Last-Modified", formatHttpDate(stamp.lastModified));
  }
  if (wanted.disposition !== undefined) headers.set("Content-Disposition", wanted.disposition);
  if (wanted.acceptCh !== undefined) headers.set("Accept-CH", wanted.acceptCh);
  if (stamp.maxBytes !== undefined) headers.set("Pictor-Max-Bytes", stamp.maxBytes);
  const { degraded } = shown;
  if (degraded) headers.set("Pictor-Degraded", `${degraded.from}, ${degraded.why}`);
  if (shown.insteadOf) headers.set("Pictor-Fallback", shown.insteadOf);
  headers.set("Cache-Status", statusOf(shown, edgeTtl - age));
  const timing = serverTiming(metricsOf(countsOf(stamp, shown.notes), shown.notes.times ?? {}));
  if (timing !== undefined) headers.set("Server-Timing", timing);
  return headers;
}

function setAll(headers: Headers, record: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(record)) headers.set(name, value);
}

/** Whether the answer is of before: what is better is being made, or cannot be made. */
function isStale({ answer }: Shown): boolean {
  return answer.headers.get(EDGE) === "stale" || answer.headers.has(STALE);
}

/** Seconds for which something else than the best answer is good enough: the best may be there soon. */
const SECOND_BEST_TTL = 60;
/** What does not fit will not fit soon, unless the source changes. */
const TOO_LARGE_TTL = 300;

/** The rule for this very answer: the origin's word where it counts, and a short life for what stands in. */
function shortened(rule: CacheRule, edgeTtl: number, shown: Shown): CacheRule {
  const { degraded, insteadOf } = shown;
  const obeyed = rule.origin.obey ? Math.min(rule.browserTtl, edgeTtl) : rule.browserTtl;
  if (degraded === undefined && insteadOf === undefined && !isStale(shown)) {
    return { ...rule, edgeTtl, browserTtl: obeyed };
  }
  const most =
    degraded?.why === "too large" && insteadOf === undefined ? TOO_LARGE_TTL : SECOND_BEST_TTL;
  return {
    ...rule,
    browserTtl: Math.min(obeyed, most),
    edgeTtl: Math.min(edgeTtl, most),
    staleWhileRevalidate: 0,
    staleIfError: 0,
    immutable: false,
  };
}

/** Every input, also the one that could not be had; with it goes what stands in for it. */
function tagsOf(stamp: Stamp, { ask, degraded, insteadOf }: Shown, { path }: Wanted): string {
  const tags = new Set([...stamp.tags.split(","), ...ask.rule.tags]);
  if (insteadOf !== undefined) tags.add(sourceTag(path)).add("fallback");
  if (degraded !== undefined) tags.add("degraded");
  return [...tags].join(",");
}

/** On every answer to a client. `Vary` names what was negotiated, also where the request had no such header. */
export function clientHeaders(
  request: Request,
  { cors: allowed }: Config,
  negotiated: readonly string[] = [],
): Headers {
  const shared = cors(allowed, request.headers.get("Origin"));
  const headers = new Headers({ ...SECURITY_HEADERS, ...shared.headers });
  const varies = vary([...negotiated, ...(shared.varies ? (["Origin"] as const) : [])]);
  if (varies !== undefined) headers.set("Vary", varies);
  return headers;
}

/** What was negotiated, and what the rule wants a cache in front to tell apart. */
function variesBy(
  { transform, hints }: Wanted,
  rule: CacheRule = BUILT_IN_RULE,
): readonly string[] {
  return [...(transform.format === "auto" ? ["Accept"] : []), ...hints.looked(), ...rule.vary];
}

/** RFC 9211, from the origin's side to the reader's. */
function statusOf({ notes, answer }: Shown, ttl: number): string {
  const edge = answer.headers.get(EDGE);
  const { from } = notes;
  if (edge === "stale") {
    return cacheStatus([{ cache: "Pictor", result: "hit", ttl: Math.min(ttl, -1) }]);
  }
  const collapsed = edge === "collapsed";
  const atEdge = {
    cache: "Pictor",
    result: "uri-miss",
    stored: edge === "stored",
    collapsed,
  } as const;
  if (collapsed) return cacheStatus([atEdge]);
  if (from === undefined) return cacheStatus([{ cache: "Pictor", result: "hit", ttl }]);
  // Headers alone came of a look whether the client knows the variant.
  if (from === "headers") return cacheStatus([atEdge]);
  const inStore = from === "store" ? "hit" : "uri-miss";
  return cacheStatus([{ cache: "Pictor-Store", result: inStore }, atEdge]);
}

/** What this request itself did: a hit did nothing, whatever the fill once took. */
function countsOf(stamp: Stamp, { from }: FillNotes): Readonly<Record<string, number>> {
  if (from !== "origin") return {};
  const counts = stamp.counts.split(" ").map((count) => count.split("="));
  return Object.fromEntries(counts.filter(([name]) => name).map(([name, n]) => [name, Number(n)]));
}

/** What a problem says in headers; whatever a cache added of its own stays inside. */
const PROBLEM_HEADERS = [
  "Content-Type",
  "Content-Length",
  "Content-Range",
  "Retry-After",
  "Allow",
  "WWW-Authenticate",
];

/** A problem that the Transformer stated, from the cache or fresh. */
async function respondWithProblem(shown: Shown, delivery: Delivery): Promise<Response> {
  const { answer, ask } = shown;
  const { request, config, wanted, now } = delivery;
  const headers = clientHeaders(request, config, variesBy(wanted, ask.rule));
  copyProblem(answer.headers, headers, errorTtl(ask.rule, answer.status), remaining(wanted, now));
  headers.set("Cache-Status", statusOfProblem(answer.headers.get(EDGE)));
  if (request.method !== "HEAD") {
    return new Response(answer.body, { status: answer.status, headers });
  }
  discard(answer);
  return new Response(null, { status: answer.status, headers });
}

function statusOfProblem(edge: string | null): string {
  const result = edge === null || edge === "hit" ? "hit" : "uri-miss";
  return cacheStatus([{ cache: "Pictor", result, stored: edge === "stored" }]);
}

/** No answer outlives the URL that it was given for. `ttl`, and `left` until `exp`, in seconds. */
function copyProblem(from: Headers, to: Headers, ttl: number, left = ttl): void {
  for (const name of PROBLEM_HEADERS) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
  const most = Math.min(ttl, left);
  to.set("Cache-Control", most > 0 ? `public, max-age=${most}` : "no-store");
}

/** Seconds until the URL expires; nothing where it does not. */
export function remaining({ grant }: Pick<Wanted, "grant">, now: number): number | undefined {
  return grant.exp === undefined ? undefined : grant.exp - Math.floor(now / 1000);
}

/** What a refusal knows of the request: as much as had been read by then. */
export interface Refusal {
  readonly request: Request;
  readonly config: Config;
  readonly wanted?: Wanted | undefined;
  /** ms since the epoch. */
  readonly now: number;
  /** Bytes of the whole answer, for 416. */
  readonly size?: number;
}

/** A problem that is the Gateway's own. */
export function respondWithError(error: unknown, refusal: Refusal): Response {
  const { request, config, wanted, now, size } = refusal;
  if (!(error instanceof PictorError)) console.error("gateway:", error);
  const { method } = request;
  const answer = problem(error, size === undefined ? { method } : { method, size });
  const headers = clientHeaders(request, config, wanted ? variesBy(wanted) : []);
  const { ttl } = ERRORS[error instanceof PictorError ? error.code : "internal"];
  copyProblem(answer.headers, headers, ttl, wanted && remaining(wanted, now));
  return new Response(answer.body, { status: answer.status, headers });
}
