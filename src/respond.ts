/** From what the edge cache holds to what one client gets: headers, 304, 206, HEAD. Stamps stay inside. */
import { ageOf } from "./cache/freshness.ts";
import { type Stamp, stampOf } from "./cache/stamp.ts";
import type { Config } from "./config.ts";
import { PictorError } from "./errors.ts";
import type { FillNotes } from "./fill.ts";
import type { Wanted } from "./gateway.ts";
import { cacheHeaders } from "./http/cache-control.ts";
import { cacheStatus } from "./http/cache-status.ts";
import { evaluatePreconditions, notModified } from "./http/conditional.ts";
import { cors } from "./http/cors.ts";
import { formatHttpDate } from "./http/date.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { problem } from "./http/problem.ts";
import { ACCEPT_RANGES, selectRange } from "./http/range.ts";
import { metricsOf, serverTiming } from "./http/server-timing.ts";
import { type Negotiated, vary } from "./http/vary.ts";
import type { OutputClass } from "./params/output.ts";
import { BUILT_IN_RULE } from "./policy/rules.ts";

export interface Delivery {
  readonly request: Request;
  readonly wanted: Wanted;
  readonly output: OutputClass;
  readonly notes: FillNotes;
  readonly config: Config;
  /** ms since the epoch, both. */
  readonly deployed: number;
  readonly now: number;
}

export async function respond(answer: Response, delivery: Delivery): Promise<Response> {
  if (answer.status !== 200) return respondWithProblem(answer, delivery);
  const { request, now, deployed } = delivery;
  const stamp = currentStamp(answer, deployed);
  const headers = variantHeaders(stamp, delivery);
  switch (evaluatePreconditions(request, stamp, now)) {
    case "not_modified":
      await answer.body?.cancel();
      return notModified(headers);
    case "precondition_failed":
      await answer.body?.cancel();
      throw new PictorError("precondition_failed");
    case "proceed":
      return withBody(answer, stamp, headers, delivery);
  }
}

/** `Last-Modified` is the newest of the inputs, the configuration and the engine; the last two come by deployment. */
export function currentStamp({ headers }: Response, deployed: number): Stamp {
  const stamp = stampOf(headers);
  if (!stamp) throw new TypeError("an answer without stamps");
  if (stamp.lastModified === undefined) return stamp;
  return { ...stamp, lastModified: Math.max(stamp.lastModified, deployed) };
}

/** 200 or 206, with an exact length; HEAD gets the same headers. */
async function withBody(
  answer: Response,
  stamp: Stamp,
  headers: Headers,
  { request, config, now }: Delivery,
): Promise<Response> {
  headers.set("Content-Type", stamp.contentType);
  headers.set("Accept-Ranges", ACCEPT_RANGES);
  const size = Number(answer.headers.get("Content-Length"));
  const range = selectRange(request, { ...stamp, size }, now);
  if (range.kind === "unsatisfiable") {
    await answer.body?.cancel();
    return respondWithError(new PictorError("range_not_satisfiable"), request, config, size);
  }
  if (range.kind === "partial") {
    const bytes = await answer.arrayBuffer();
    headers.set("Content-Range", range.contentRange);
    headers.set("Content-Length", String(range.length));
    return new Response(bytes.slice(range.start, range.end + 1), { status: 206, headers });
  }
  headers.set("Content-Length", String(size));
  if (request.method !== "HEAD") return new Response(answer.body, { headers });
  await answer.body?.cancel();
  return new Response(null, { headers });
}

function variantHeaders(stamp: Stamp, delivery: Delivery): Headers {
  const { wanted, output, notes, now } = delivery;
  const { exp } = wanted.grant;
  const age = ageOf(stamp, now);
  const headers = sharedHeaders(delivery);
  const moment = exp === undefined ? { age } : { age, remaining: exp - Math.floor(now / 1000) };
  for (const [name, value] of Object.entries(cacheHeaders(BUILT_IN_RULE, moment))) {
    headers.set(name, value);
  }
  headers.set("Age", String(age));
  headers.set("Cache-Tag", stamp.tags);
  if (stamp.etag !== undefined) headers.set("ETag", stamp.etag);
  if (stamp.lastModified !== undefined) {
    headers.set("Last-Modified", formatHttpDate(stamp.lastModified));
  }
  if (wanted.disposition !== undefined) headers.set("Content-Disposition", wanted.disposition);
  if (output !== wanted.classes[0] && wanted.classes[0] !== "own") {
    headers.set("Pictor-Degraded", `${wanted.classes[0]}, too large`);
  }
  headers.set("Cache-Status", statusOf(notes, BUILT_IN_RULE.edgeTtl - age));
  const timing = serverTiming(metricsOf(countsOf(stamp, notes), notes.times ?? {}));
  if (timing !== undefined) headers.set("Server-Timing", timing);
  return headers;
}

/** On every answer about a picture, errors included. */
function sharedHeaders({ request, wanted, config }: Delivery): Headers {
  const shared = cors(config.cors, request.headers.get("Origin"));
  const headers = new Headers({ ...SECURITY_HEADERS, ...shared.headers });
  const negotiated: Negotiated[] = [
    ...(wanted.transform.format === "auto" ? (["Accept"] as const) : []),
    ...(shared.varies ? (["Origin"] as const) : []),
  ];
  const varies = vary(negotiated);
  if (varies !== undefined) headers.set("Vary", varies);
  return headers;
}

/** RFC 9211, from the origin's side to the reader's. */
function statusOf({ from }: FillNotes, ttl: number): string {
  if (from === undefined) return cacheStatus([{ cache: "Pictor", result: "hit", ttl }]);
  // Headers alone came of a look whether the client knows the variant; nothing was stored.
  if (from === "headers") return cacheStatus([{ cache: "Pictor", result: "uri-miss" }]);
  return cacheStatus([
    { cache: "Pictor-Store", result: from === "store" ? "hit" : "uri-miss" },
    { cache: "Pictor", result: "uri-miss", stored: true },
  ]);
}

/** What this request itself did: a hit did nothing, whatever the fill once took. */
function countsOf(stamp: Stamp, { from }: FillNotes): Readonly<Record<string, number>> {
  if (from !== "origin") return {};
  const counts = stamp.counts.split(" ").map((count) => count.split("="));
  return Object.fromEntries(counts.filter(([name]) => name).map(([name, n]) => [name, Number(n)]));
}

/** What a problem says in headers; whatever a cache added of its own stays inside. */
const PROBLEM_HEADERS = ["Content-Type", "Content-Length", "Cache-Control", "Retry-After"];

/** A problem that the Transformer stated, from the cache or fresh. */
async function respondWithProblem(answer: Response, delivery: Delivery): Promise<Response> {
  const headers = sharedHeaders(delivery);
  for (const name of PROBLEM_HEADERS) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const result = delivery.notes.from === undefined ? "hit" : "uri-miss";
  headers.set("Cache-Status", cacheStatus([{ cache: "Pictor", result }]));
  if (delivery.request.method !== "HEAD") {
    return new Response(answer.body, { status: answer.status, headers });
  }
  await answer.body?.cancel();
  return new Response(null, { status: answer.status, headers });
}

/** A problem that was found before the edge cache was asked. `size`: bytes of the whole answer, for 416. */
export function respondWithError(
  error: unknown,
  request: Request,
  config: Config,
  size?: number,
): Response {
  if (!(error instanceof PictorError)) console.error("gateway:", error);
  const answer = problem(error, {
    method: request.method,
    ...(size === undefined ? {} : { size }),
  });
  const { headers } = cors(config.cors, request.headers.get("Origin"));
  for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
  return answer;
}
