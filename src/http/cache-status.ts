/** `Cache-Status`: RFC 9211. */
import { type Item, serializeList, tokenOrString } from "./structured-field.ts";

/** Why a cache went forward (RFC 9211 section 2.2). */
export type Forward =
  | "bypass"
  | "method"
  | "uri-miss"
  | "vary-miss"
  | "miss"
  | "request"
  | "stale"
  | "partial";

/** What one cache did with the request. */
export interface CacheStatus {
  /** The cache's name: `Pictor` at the edge, `Pictor-Store` for the variant store. */
  readonly cache: string;
  readonly result: "hit" | Forward;
  /** Seconds of freshness left; negative when stale. */
  readonly ttl?: number;
  /** The answer was stored. Not with `hit`, like the next two. */
  readonly stored?: boolean;
  /** The request waited for another one's fill. */
  readonly collapsed?: boolean;
  /** Status that the next cache or the origin answered, where it differs from ours. */
  readonly forwardStatus?: number;
  readonly key?: string;
  readonly detail?: string;
}

/** The header's value. Order the caches from the origin to the reader (RFC 9211 section 2): the edge comes last. */
export function cacheStatus(caches: readonly CacheStatus[]): string {
  return serializeList(caches.map(member));
}

function member(status: CacheStatus): Item {
  const { cache, ttl, key, detail } = status;
  const params = {
    ...(status.result === "hit" ? { hit: true } : forwardParams(status, status.result)),
    ttl,
    key,
    detail: detail === undefined ? undefined : tokenOrString(detail),
  };
  return { value: tokenOrString(cache), params };
}

function forwardParams({ stored, collapsed, forwardStatus }: CacheStatus, reason: Forward) {
  return {
    fwd: { token: reason },
    "fwd-status": forwardStatus,
    stored: stored || undefined,
    collapsed: collapsed || undefined,
  };
}
