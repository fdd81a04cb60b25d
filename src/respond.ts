/** From what the edge cache holds to what one client gets: headers, 304, 206, HEAD. Stamps stay inside. */
import { EDGE } from "./cache/answer.ts";
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
  const headers = variantHeaders(stamp, answer.headers.get(EDGE), delivery);
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
  delivery: Delivery,
): Promise<Response> {
  const { request, now } = delivery;
  headers.set("Content-Type", stamp.contentType);
  headers.set("Accept-Ranges", ACCEPT_RANGES);
  const size = Number(answer.headers.get("Content-Length"));
  const range = selectRange(request, { ...stamp, size }, now);
  if (range.kind === "unsatisfiable") {
    await answer.body?.cancel();
    return respondWithError(new PictorError("range_not_satisfiable"), { ...delivery, size });
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

function variantHeaders(stamp: Stamp, edge: string | null, delivery: Delivery): Headers {
  const { wanted, output, notes, now } = delivery;
  const age = ageOf(stamp, now);
  const headers = clientHeaders(delivery.request, delivery.config, negotiatedBy(wanted));
  const left = remaining(wanted, now);
  const moment = left === undefined ? { age } : { age, remaining: left };
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
  if (output !== wanted.classes[0]) {
    headers.set("Pictor-Degraded", `${wanted.classes[0]}, too large`);
  }
  headers.set("Cache-Status", statusOf(notes, edge, BUILT_IN_RULE.edgeTtl - age));
  const timing = serverTiming(metricsOf(countsOf(stamp, notes), notes.times ?? {}));
  if (timing !== undefined) headers.set("Server-Timing", timing);
  return headers;
}

/** On every answer to a client. `Vary` names what was negotiated, also where the request had no such header. */
export function clientHeaders(
  request: Request,
  { cors: allowed }: Config,
  negotiated: readonly Negotiated[] = [],
): Headers {
  const shared = cors(allowed, request.headers.get("Origin"));
  const headers = new Headers({ ...SECURITY_HEADERS, ...shared.headers });
  const varies = vary([...negotiated, ...(shared.varies ? (["Origin"] as const) : [])]);
  if (varies !== undefined) headers.set("Vary", varies);
  return headers;
}

const negotiatedBy = ({ transform }: Wanted): readonly Negotiated[] =>
  transform.format === "auto" ? ["Accept"] : [];

/** RFC 9211, from the origin's side to the reader's. */
function statusOf({ from }: FillNotes, edge: string | null, ttl: number): string {
  if (from === undefined) return cacheStatus([{ cache: "Pictor", result: "hit", ttl }]);
  const atEdge = { cache: "Pictor", result: "uri-miss", stored: edge === "stored" } as const;
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
  "Cache-Control",
  "Retry-After",
  "Allow",
  "WWW-Authenticate",
];

/** A problem that the Transformer stated, from the cache or fresh. */
async function respondWithProblem(answer: Response, delivery: Delivery): Promise<Response> {
  const { request, config, wanted, notes, now } = delivery;
  const headers = clientHeaders(request, config, negotiatedBy(wanted));
  copyProblem(answer.headers, headers, remaining(wanted, now));
  headers.set("Cache-Status", statusOfProblem(notes, answer.headers.get(EDGE)));
  if (request.method !== "HEAD") {
    return new Response(answer.body, { status: answer.status, headers });
  }
  await answer.body?.cancel();
  return new Response(null, { status: answer.status, headers });
}

function statusOfProblem({ from }: FillNotes, edge: string | null): string {
  const result = from === undefined ? "hit" : "uri-miss";
  return cacheStatus([{ cache: "Pictor", result, stored: edge === "stored" }]);
}

/** No answer outlives the URL that it was given for. `seconds`: until `exp`. */
function copyProblem(from: Headers, to: Headers, seconds: number | undefined): void {
  for (const name of PROBLEM_HEADERS) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
  const [, maxAge] = /max-age=(\d+)/.exec(to.get("Cache-Control") ?? "") ?? [];
  if (seconds === undefined || maxAge === undefined) return;
  const left = Math.min(Number(maxAge), seconds);
  to.set("Cache-Control", left > 0 ? `public, max-age=${left}` : "no-store");
}

function remaining({ grant }: Pick<Wanted, "grant">, now: number): number | undefined {
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
  const headers = clientHeaders(request, config, wanted ? negotiatedBy(wanted) : []);
  copyProblem(answer.headers, headers, wanted && remaining(wanted, now));
  return new Response(answer.body, { status: answer.status, headers });
}
