/** What the Transformer answers, and so what an edge cache holds: a full 200 with its stamps and no word of a client. */
import { type Lifetime, printLifetime } from "../http/cache-control.ts";
import type { RenderFacts } from "../ports.ts";
import { ageOf, edgeTtlOf, type Lifetimes } from "./freshness.ts";
import { type Stamp, stampHeader } from "./stamp.ts";

export interface Variant {
  readonly stamp: Stamp;
  /** Absent when only the headers were asked for. */
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly size?: number;
  readonly from: "store" | "origin";
  /** Its source could not be asked whether it is still the same. */
  readonly stale?: boolean;
  /** What a fresh fill did. */
  readonly rendered?: RenderFacts;
}

/** Facts of this one fill. The Gateway takes them off before an edge cache can keep them. */
export const FROM = "pictor-from";
export const TIMES = "pictor-times";

/** With it the Gateway asks for the plan instead of the picture. */
export const EXPLAIN = "pictor-explain";
/** With it, for a picture of what was seen. */
export const DEBUG = "pictor-debug";
/** The answer is of before the origin failed: nothing better can be had at the moment. */
export const STALE = "pictor-stale";
/** What the edge cache did: see the port. */
export const EDGE = "pictor-edge";
/** Code of a problem, so that the Gateway need not read its body. */
export const ERROR = "pictor-error";
/** When a problem was found, ms since the epoch, and what was purged by then; a 200 says so in its stamps. */
export const FILLED = "pictor-filled";
export const GENERATION = "pictor-generation";
/** Where a cache before the entrypoint takes `Cache-Tag` for itself. */
export const TAGS = "pictor-tags";

/** What is left of the entry's lifetime, of which it has spent its age; `no-store` when nothing is. */
export function variantAnswer(variant: Variant, rule: Lifetimes, now: number): Response {
  const { stamp, body, size, from, rendered } = variant;
  const lifetime = printLifetime(variant.stale ? undefined : lifetimeLeft(stamp, rule, now));
  const headers = new Headers([
    ["Content-Type", stamp.contentType],
    ["Cache-Control", lifetime],
    ["CDN-Cache-Control", lifetime],
    ["Cache-Tag", stamp.tags],
    [FROM, from],
    stampHeader(stamp),
  ]);
  if (size !== undefined) headers.set("Content-Length", String(size));
  if (variant.stale) headers.set(STALE, "1");
  if (rendered) headers.set(TIMES, JSON.stringify(rendered.times));
  return new Response(body ?? null, { headers });
}

function lifetimeLeft(stamp: Stamp, rule: Lifetimes, now: number): Lifetime | undefined {
  const maxAge = edgeTtlOf(stamp, rule) - ageOf(stamp, now);
  if (maxAge <= 0) return undefined;
  const { staleWhileRevalidate, staleIfError } = rule;
  return { maxAge, staleWhileRevalidate, staleIfError };
}

export interface ProblemStamp {
  /** Seconds; 0 is `no-store`. */
  readonly ttl: number;
  readonly tags: string;
  readonly generation: string;
  /** ms since the epoch. */
  readonly now: number;
}

/** A problem as it may be kept. */
export function stampProblem(
  answer: Response,
  code: string,
  { ttl, tags, generation, now }: ProblemStamp,
): Response {
  const { headers } = answer;
  headers.set(GENERATION, generation);
  headers.set(ERROR, code);
  headers.set(FILLED, String(now));
  headers.set("Cache-Tag", tags);
  headers.set(TAGS, tags);
  // Zero windows are written out: Workers Cache takes a missing `stale-if-error` for an unlimited one.
  const lifetime = { maxAge: ttl, staleWhileRevalidate: 0, staleIfError: 0 };
  headers.set("Cache-Control", printLifetime(ttl > 0 ? lifetime : undefined));
  return answer;
}
