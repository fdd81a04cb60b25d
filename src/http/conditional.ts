/** Conditional requests: RFC 9110 section 13. */
import type { Validator } from "../ports.ts";
import { parseHttpDate, wholeSecond } from "./date.ts";
import { entityTags, isAny, strongEqual, weakEqual } from "./etag.ts";

export type Precondition = "proceed" | "not_modified" | "precondition_failed";

export interface ConditionalRequest {
  readonly method: string;
  readonly headers: Headers;
}

/**
 * What the preconditions of a GET or HEAD say about the variant that would be sent, in the order of RFC 9110
 * section 13.2.2. Ask only when the answer would be a 200; `If-Range` belongs to `range.ts`. `now` in ms.
 *
 * A cache may ignore `If-Match` and `If-Unmodified-Since`; we honour them (412), because a client that resumes a
 * download with `If-Match` would otherwise join the halves of two pictures.
 */
export function evaluatePreconditions(
  { method, headers }: ConditionalRequest,
  current: Validator,
  now: number,
): Precondition {
  if (method !== "GET" && method !== "HEAD") return "proceed";
  if (!stillMatches(headers, current, now)) return "precondition_failed";
  return isKnown(headers, current, now) ? "not_modified" : "proceed";
}

function stillMatches(headers: Headers, { etag, lastModified }: Validator, now: number): boolean {
  const ifMatch = headers.get("If-Match");
  if (ifMatch !== null) return isAny(ifMatch) || contains(ifMatch, etag, strongEqual);
  const date = dateOf(headers, "If-Unmodified-Since", now);
  return date === undefined || lastModified === undefined || wholeSecond(lastModified) <= date;
}

/** `If-None-Match` alone decides where it is present, even when nothing in it can be read. */
function isKnown(headers: Headers, { etag, lastModified }: Validator, now: number): boolean {
  const ifNoneMatch = headers.get("If-None-Match");
  if (ifNoneMatch !== null) return isAny(ifNoneMatch) || contains(ifNoneMatch, etag, weakEqual);
  const date = dateOf(headers, "If-Modified-Since", now);
  return date !== undefined && lastModified !== undefined && wholeSecond(lastModified) <= date;
}

function contains(
  header: string,
  etag: string | undefined,
  equal: (a: string, b: string) => boolean,
): boolean {
  if (etag === undefined) return false;
  for (const tag of entityTags(header)) if (equal(tag, etag)) return true;
  return false;
}

function dateOf(headers: Headers, name: string, now: number): number | undefined {
  const text = headers.get(name);
  return text === null ? undefined : parseHttpDate(text, now);
}

/**
 * What a 304 repeats of the 200 (RFC 9110 section 15.4.5), what guides caches besides, and what a page needs in order
 * to be allowed to see the answer. Everything else describes bytes that are not sent.
 */
const KEPT = [
  "Access-Control-Allow-Origin",
  "Access-Control-Expose-Headers",
  "Age",
  "CDN-Cache-Control",
  "Cache-Control",
  "Cache-Status",
  "Cache-Tag",
  "Content-Location",
  "Cross-Origin-Resource-Policy",
  "Date",
  "ETag",
  "Expires",
  "Last-Modified",
  "Server-Timing",
  "Timing-Allow-Origin",
  "Vary",
];

/** The 304 that stands for a 200 with these headers. */
export function notModified(headers: Headers): Response {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return new Response(null, { status: 304, headers: kept });
}
