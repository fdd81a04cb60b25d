/** How long answers live. One rule is built in; configured rules will stand before it. */

export interface CacheRule {
  /** Seconds that a browser uses the answer without asking. */
  readonly browserTtl: number;
  /** Seconds that the edge (and a CDN before it) uses the answer without asking the origin. */
  readonly edgeTtl: number;
  /** Seconds after that, in which a stale answer may be given while a new one is made (RFC 5861). */
  readonly staleWhileRevalidate: number;
  /** Seconds after that, in which a stale answer may be given because none can be made (RFC 5861). */
  readonly staleIfError: number;
  /** Readers need not even revalidate on reload; for URLs that change with their content (RFC 8246). */
  readonly immutable?: boolean;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

export const BUILT_IN_RULE: CacheRule = {
  browserTtl: HOUR,
  edgeTtl: 30 * DAY,
  staleWhileRevalidate: DAY,
  staleIfError: 7 * DAY,
};
