/** Range requests: RFC 9110 section 14, and `If-Range` (section 13.1.5). */
import type { Validator } from "../ports.ts";
import type { ConditionalRequest } from "./conditional.ts";
import { parseHttpDate, wholeSecond } from "./date.ts";
import { isStrong, strongEqual } from "./etag.ts";

export interface Representation extends Validator {
  /** Bytes of the whole answer. */
  readonly size: number;
}

export type RangeResult =
  /** Answer 200 with everything. */
  | { readonly kind: "full" }
  /** Answer 206 with `length` bytes from `start`; `end` is the last byte, inclusive. */
  | {
      readonly kind: "partial";
      readonly start: number;
      readonly end: number;
      readonly length: number;
      readonly contentRange: string;
    }
  /** Answer 416: `range_not_satisfiable`, with this `Content-Range`. */
  | { readonly kind: "unsatisfiable"; readonly contentRange: string };

/** On every 200 and 206. */
export const ACCEPT_RANGES = "bytes";

const FULL: RangeResult = { kind: "full" };

/** One range and nothing else; unit names ignore case, and a list may hold empty elements. */
const ONE_RANGE = /^bytes=[ \t,]*(?:(\d+)-(\d*)|-(\d+))[ \t,]*$/i;

/**
 * Which part of the answer the client gets. Only GET knows ranges. A malformed `Range`, a unit other than bytes and a
 * list of several ranges are ignored (section 14.2 allows it): the client gets all of it.
 */
export function selectRange(
  { method, headers }: ConditionalRequest,
  current: Representation,
  now: number,
): RangeResult {
  const range = headers.get("Range");
  if (method !== "GET" || range === null) return FULL;
  const ifRange = headers.get("If-Range");
  if (ifRange !== null && !isSame(ifRange, current, now)) return FULL;
  return parseRange(range, current.size);
}

/** Reads a `Range` header against an answer of `size` bytes. */
export function parseRange(header: string, size: number): RangeResult {
  const match = ONE_RANGE.exec(header);
  if (match === null) return FULL;
  const [, first, last, suffix] = match;
  return suffix === undefined
    ? fromFirst(Number(first), last ?? "", size)
    : lastBytes(Number(suffix), size);
}

function fromFirst(start: number, last: string, size: number): RangeResult {
  const end = last === "" ? Number.POSITIVE_INFINITY : Number(last);
  if (end < start) return FULL;
  return start < size ? partial(start, Math.min(end, size - 1), size) : unsatisfiable(size);
}

function lastBytes(count: number, size: number): RangeResult {
  if (count === 0) return unsatisfiable(size);
  // Satisfiable by the RFC, but `Content-Range` has no words for a part of nothing.
  return size === 0 ? FULL : partial(Math.max(0, size - count), size - 1, size);
}

function partial(start: number, end: number, size: number): RangeResult {
  const contentRange = `bytes ${start}-${end}/${size}`;
  return { kind: "partial", start, end, length: end - start + 1, contentRange };
}

function unsatisfiable(size: number): RangeResult {
  return { kind: "unsatisfiable", contentRange: `bytes */${size}` };
}

/**
 * Whether the client holds a part of these very bytes. A tag must be equal and strong. A date must be exactly ours,
 * at least a second old (the file may change twice in one second), and not stand beside a weak tag of ours, which
 * admits that equal dates may hide different bytes.
 */
function isSame(ifRange: string, { etag, lastModified }: Representation, now: number): boolean {
  const value = ifRange.trim();
  if (value.startsWith('"') || value.startsWith("W/"))
    return etag !== undefined && strongEqual(value, etag);
  if (lastModified === undefined || (etag !== undefined && !isStrong(etag))) return false;
  const date = parseHttpDate(value, now);
  return date !== undefined && date === wholeSecond(lastModified) && now - date >= 1000;
}
