/**
 * The one way out to the internet. Redirects are followed by hand and each hop is checked anew; nothing of the
 * client's request is forwarded; bytes and time are bounded while they stream. No other file calls `fetch`.
 */
import { PictorError } from "../errors.ts";
import { LOOP_TOKEN } from "../http/loop.ts";
import type { Clock, Validator } from "../ports.ts";
import { boundBody, tooLarge } from "./bounded.ts";
import { originTimeout, withDeadline } from "./deadline.ts";

export interface SafeFetchOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Throws (`origin_not_allowed`, `loop`) when a hop may not be asked. `hop` 0 is the URL itself, 1 its redirect. */
  readonly allow: (url: URL, hop: number) => void;
  readonly maxBytes: number;
  /** Until the last hop's headers, all redirects included, ms. Default 5 s. */
  readonly headersTimeoutMs?: number;
  /** Headers and all waiting for the body together, ms. Default 10 s. */
  readonly totalTimeoutMs?: number;
  /** Default 3. */
  readonly maxRedirects?: number;
  readonly userAgent?: string;
  /** Our name in `CDN-Loop` (RFC 8586). Default `pictor`. */
  readonly loopToken?: string;
  readonly now?: Clock;
}

export interface SafeRequest {
  readonly method?: "GET" | "HEAD";
  /** Asks only for another version than this one; the answer may then be a 304 with an empty body. */
  readonly unless?: Validator;
}

export interface SafeResponse {
  readonly status: 200 | 304;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes of the body as it will be read; absent when the origin did not say, or sends it compressed. */
  readonly size?: number;
}

/** Throws `PictorError`: not_found, origin_not_allowed, origin_failed, origin_timeout, source_too_large, loop. */
export type SafeFetch = (url: URL, request?: SafeRequest) => Promise<SafeResponse>;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/**
 * Origins that do not know HEAD are asked with GET, whose body nobody reads. 403 is what a URL signed for GET alone
 * gives, as S3 signs them; a GET then tells whether it is more than that.
 */
const LACKS_HEAD = new Set([403, 405, 501]);
const LONGEST_RETRY_AFTER = 3600;

export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const now = options.now ?? Date.now;
  const headersTimeoutMs = options.headersTimeoutMs ?? 5_000;
  const totalTimeoutMs = options.totalTimeoutMs ?? 10_000;
  const maxRedirects = options.maxRedirects ?? 3;

  return async (url, request = {}) => {
    const start = now();
    const abort = new AbortController();
    const timeLeft = () => Math.min(headersTimeoutMs, totalTimeoutMs) - (now() - start);
    const askBy = (method: "GET" | "HEAD", target: URL) => {
      const init = { ...initOf(options, method, request.unless), signal: abort.signal };
      return ask(options.fetch, target, init, timeLeft());
    };
    try {
      let target = withoutHash(url);
      for (let hop = 0; ; hop++) {
        options.allow(target, hop);
        let response = await askBy(request.method ?? "GET", target);
        if (request.method === "HEAD" && LACKS_HEAD.has(response.status)) {
          discard(response);
          response = await askBy("GET", target);
        }
        if (!REDIRECTS.has(response.status)) {
          return await accept(response, request, {
            maxBytes: options.maxBytes,
            idleTimeoutMs: headersTimeoutMs,
            totalTimeoutMs: totalTimeoutMs - (now() - start),
            now,
          });
        }
        discard(response);
        if (hop === maxRedirects) throw failed("The origin redirects too often.");
        target = redirectOf(target, response);
      }
    } catch (error) {
      // Frees the connection whatever went wrong; a body that was handed on is past this.
      abort.abort();
      throw error;
    }
  };
}

/**
 * The whole of what an origin hears from us. `identity`: pictures are compressed already, and so sizes are exact.
 * `no-store`: the platform's own cache for subrequests would hand a purged source to the fill that follows the purge.
 * A date goes with GET alone: a server may take any older date for unmodified (RFC 9110 section 13.1.3), a file put
 * back from a backup above all, while a HEAD costs no body and so can show the date itself.
 */
function initOf(
  options: SafeFetchOptions,
  method: "GET" | "HEAD",
  { etag, lastModified }: Validator = {},
): RequestInit & { readonly cache: "no-store" } {
  const headers: Record<string, string> = {
    accept: "image/*,*/*;q=0.1",
    "accept-encoding": "identity",
    "user-agent": options.userAgent ?? "Pictor",
    "cdn-loop": options.loopToken ?? LOOP_TOKEN,
  };
  if (etag !== undefined) headers["if-none-match"] = etag;
  else if (lastModified !== undefined && method === "GET") {
    headers["if-modified-since"] = new Date(lastModified).toUTCString();
  }
  return { method, headers, redirect: "manual", cache: "no-store" };
}

async function ask(
  fetch: SafeFetchOptions["fetch"],
  url: URL,
  init: RequestInit,
  timeoutMs: number,
): Promise<Response> {
  if (timeoutMs <= 0) throw originTimeout();
  try {
    return await withDeadline(fetch(url.href, init), timeoutMs, discard);
  } catch (error) {
    if (error instanceof PictorError) throw error;
    throw new PictorError(
      "origin_failed",
      { detail: "The origin cannot be reached." },
      { cause: error },
    );
  }
}

/** Where a redirect leads: absolute, without fragment, never from https down to http. */
function redirectOf(from: URL, response: Response): URL {
  const location = response.headers.get("location") ?? "";
  if (location === "" || !URL.canParse(location, from.href)) {
    throw failed("The origin redirects to nowhere.");
  }
  const target = withoutHash(new URL(location, from));
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw new PictorError("origin_not_allowed", {
      param: "source",
      detail: "The origin redirects from https to http.",
    });
  }
  return target;
}

type Bounds = Parameters<typeof boundBody>[1];

async function accept(
  response: Response,
  request: SafeRequest,
  bounds: Bounds,
): Promise<SafeResponse> {
  const { status, headers } = response;
  if (status === 304 && request.unless !== undefined) {
    discard(response);
    return { status, headers, body: emptyBody() };
  }
  if (status !== 200) {
    discard(response);
    throw statusError(status, headers, bounds.now?.() ?? 0);
  }
  const size = sizeOf(headers);
  if (size !== undefined && size > bounds.maxBytes) {
    discard(response);
    throw tooLarge(bounds.maxBytes, size);
  }
  const known = size === undefined ? {} : { size };
  if (request.method === "HEAD" || response.body === null) {
    discard(response);
    if (request.method !== "HEAD" && (size ?? 0) > 0) throw failed("The origin sent no body.");
    return { status, headers, body: emptyBody(), ...known };
  }
  const expected = size === undefined ? {} : { expectedBytes: size };
  const body = boundBody(response.body, { ...bounds, ...expected });
  return { status, headers, body, ...known };
}

/**
 * What a status of the origin means for our client. 401 and 403 are failures between the operator and the origin,
 * not the client's (a store that hides its list answers 403 for a missing key, which we cannot tell apart).
 */
function statusError(status: number, headers: Headers, now: number): PictorError {
  if (status === 404 || status === 410) {
    return new PictorError("not_found", { detail: "The origin has no such picture." });
  }
  if (status === 401 || status === 403) return failed("The origin refused the request.");
  const detail = `The origin answered with status ${status}.`;
  const retryAfter = status === 429 || status === 503 ? retryAfterOf(headers, now) : undefined;
  return new PictorError(
    "origin_failed",
    retryAfter === undefined ? { detail } : { detail, retryAfter },
  );
}

/** `Retry-After` (RFC 9110 section 10.2.3), seconds or a date, → seconds from 1 to an hour. */
function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  if (!Number.isFinite(seconds)) return undefined;
  return Math.min(Math.max(1, seconds), LONGEST_RETRY_AFTER);
}

/** `Content-Length`, unless the body is compressed: then it counts the bytes on the wire, not those that we read. */
function sizeOf(headers: Headers): number | undefined {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") return undefined;
  const text = headers.get("content-length")?.trim() ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function failed(detail: string): PictorError {
  return new PictorError("origin_failed", { detail });
}

/** Lets go of a body that nobody reads, so that its connection is freed. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

function withoutHash(url: URL): URL {
  const plain = new URL(url);
  plain.hash = "";
  return plain;
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
