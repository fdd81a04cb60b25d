/** Errors as `application/problem+json` (RFC 9457). */
import { ERRORS, type ErrorDetail, PictorError } from "../errors.ts";
import { METHODS, SECURITY_HEADERS } from "./headers.ts";
import { visible } from "./visible.ts";

/** What the answer to an error needs to know of the request. */
export interface ProblemContext {
  readonly method: string;
  /** Methods that this path answers to, for `Allow` on 405; the picture routes' methods by default. */
  readonly allow?: readonly string[];
  /** Bytes of the whole answer, for `Content-Range` on 416. */
  readonly size?: number;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly param?: string;
  readonly expected?: string;
  readonly received?: string;
  readonly fix?: string;
}

/** Most UTF-16 units that each member may show. Details may quote the URL, which can be 16 KB long. */
const LIMITS = { detail: 500, param: 100, expected: 500, received: 100, fix: 500 } as const;

/** RFC 9110 section 15.5.2 wants a challenge on every 401. Browsers show no dialog for a scheme they do not know. */
const CHALLENGE = 'Pictor-Signature realm="pictor"';

/** Seconds; `over_capacity` promises a `Retry-After` even where nobody knows better. */
const RETRY_AFTER_OVER_CAPACITY = 1;

/**
 * The answer to an error. Only a `PictorError` shows its text; anything else is `internal` (500) and says nothing of
 * its cause. HEAD gets the same headers without the body.
 */
export function problem(error: unknown, context: ProblemContext): Response {
  const known = error instanceof PictorError ? error : new PictorError("internal");
  const body = new TextEncoder().encode(JSON.stringify(problemOf(known)));
  const headers = new Headers({
    ...SECURITY_HEADERS,
    "Content-Type": "application/problem+json",
    "Content-Length": String(body.byteLength),
    "Cache-Control": cacheControl(ERRORS[known.code].ttl),
  });
  for (const [name, value] of statusHeaders(known, context)) headers.set(name, value);
  return new Response(context.method === "HEAD" ? null : body, { status: known.status, headers });
}

/**
 * The body's members. `type` is `urn:pictor:error:<code>`: RFC 9457 section 3.1.1 recommends an absolute URI, since a
 * relative one means something else on every path and mount, and an `https:` one would tie the contract to one host.
 * It is an identifier to compare, not to fetch. (The URN namespace is not registered with IANA.)
 */
export function problemOf(error: PictorError): Problem {
  const { title, status } = ERRORS[error.code];
  return {
    type: `urn:pictor:error:${error.code}`,
    title,
    status,
    code: error.code,
    ...shown(error.info),
  };
}

function shown(info: ErrorDetail): Partial<Record<keyof typeof LIMITS, string>> {
  const members: Partial<Record<keyof typeof LIMITS, string>> = {};
  for (const name of Object.keys(LIMITS) as (keyof typeof LIMITS)[]) {
    const text = info[name];
    if (text !== undefined) members[name] = visible(text, LIMITS[name]);
  }
  return members;
}

function cacheControl(ttl: number): string {
  return ttl > 0 ? `public, max-age=${ttl}` : "no-store";
}

/** Headers that RFC 9110 ties to a status. */
function* statusHeaders(error: PictorError, context: ProblemContext): Generator<[string, string]> {
  const wait = retryAfter(error);
  if (wait !== undefined) yield ["Retry-After", String(wait)];
  if (error.status === 401) yield ["WWW-Authenticate", CHALLENGE];
  if (error.status === 405) yield ["Allow", (context.allow ?? METHODS).join(", ")];
  if (error.status === 416 && context.size !== undefined)
    yield ["Content-Range", `bytes */${context.size}`];
}

/** Whole seconds, at least 1: zero would invite a tight loop. */
function retryAfter({ code, info }: PictorError): number | undefined {
  const seconds =
    info.retryAfter ?? (code === "over_capacity" ? RETRY_AFTER_OVER_CAPACITY : Number.NaN);
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}
