/** How long answers live, and what may be asked for. The rules themselves are configuration (`policy/rules/`). */

/** The rule that one request comes under: what the first rule that matches says, over what is built in. */
export interface CacheRule {
  /** As in the configuration; `built-in` where no rule matched. */
  readonly name: string;
  /** Seconds that a browser uses the answer without asking. */
  readonly browserTtl: number;
  /** Seconds that the edge (and a CDN before it) uses the answer without asking the origin. */
  readonly edgeTtl: number;
  /** Seconds after that, in which a stale answer may be given while a new one is made (RFC 5861). */
  readonly staleWhileRevalidate: number;
  /** Seconds after that, in which a stale answer may be given because none can be made (RFC 5861). */
  readonly staleIfError: number;
  /** Seconds that an error lives, by status (`404`) or class (`4xx`, `5xx`), the status first; 0 is `no-store`. */
  readonly negativeTtl: Readonly<Record<string, number>>;
  /** Whether the origin's own `Cache-Control` decides the edge's TTL, and within which bounds, in seconds. */
  readonly origin: { readonly obey: boolean; readonly min: number; readonly max: number };
  /** Readers need not even revalidate on reload; for URLs that change with their content (RFC 8246). */
  readonly immutable: boolean;
  /** Besides those that name the inputs. */
  readonly tags: readonly string[];
  /** Request headers that a cache in front must tell apart, besides what was negotiated. */
  readonly vary: readonly string[];
  /** Widths that may be asked for, in px, ascending; others snap to the next larger one, or are refused. */
  readonly widths?: { readonly ladder: readonly number[]; readonly mode: "snap" | "refuse" };
  /** Formats that may be asked for; `auto` chooses among them. */
  readonly formats?: readonly string[];
  /** What becomes of colours that sRGB does not have; absent, the URL says it. */
  readonly gamut?: "srgb" | "keep";
  /** Whether answers are signed (RFC 9421). */
  readonly sign: boolean;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

export const BUILT_IN_RULE: CacheRule = {
  name: "built-in",
  browserTtl: HOUR,
  edgeTtl: 30 * DAY,
  staleWhileRevalidate: DAY,
  staleIfError: 7 * DAY,
  negativeTtl: { "404": 60, "4xx": 10, "5xx": 0 },
  origin: { obey: false, min: 0, max: 365 * DAY },
  immutable: false,
  tags: [],
  vary: [],
  sign: false,
};
