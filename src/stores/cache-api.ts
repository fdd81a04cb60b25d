/**
 * The edge cache over the Cache API (`caches.default`): everywhere, per data centre, without tiers. That `put`
 * resolved proves nothing (it does so when the cache fails, too), so nothing here waits for it or relies on it.
 */
import type { Defer, EdgeCache } from "../ports.ts";
import { orNothing } from "./deadline.ts";

export interface CacheApiOptions {
  readonly cache: Pick<Cache, "match" | "put">;
  /** Keeps the `put` alive behind the answer. */
  readonly defer: Defer;
  /** Longest wait for `match`, ms; then it is a miss. Default 1 s. */
  readonly timeoutMs?: number;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "match" | "put") => void;
  /** Answers that say they are larger than this pass through and are not stored, bytes. Default 32 MiB. */
  readonly maxBytes?: number;
}

export function createCacheApi(options: CacheApiOptions): EdgeCache {
  const { cache, defer, timeoutMs = 1_000, onError = () => {} } = options;
  const { maxBytes = 33_554_432 } = options;

  async function match(key: Request): Promise<Response | undefined> {
    return cache.match(key);
  }

  async function put(key: Request, copy: Response): Promise<void> {
    try {
      await cache.put(key, copy);
    } catch (error) {
      onError(error, "put");
    }
  }

  return {
    async fetch(request, fill) {
      if (request.method !== "GET") return marked(await fill(request), "miss");
      // The URL alone is the key: with `Range` or `If-None-Match` on it, match would answer 206 or 304.
      const key = new Request(request.url);
      const found = await orNothing(match(key), timeoutMs, (e) => onError(e, "match"), discard);
      if (found !== undefined) return marked(found, "hit");
      const filled = await fill(request);
      if (!isStorable(filled) || (contentLength(filled) ?? 0) > maxBytes) {
        return marked(filled, "miss");
      }
      const bytes = await readWhole(filled);
      defer(put(key, new Response(bytes, filled)));
      return marked(new Response(bytes, filled), "stored");
    },
  };
}

/**
 * What the cache may hold: a 200, or an error that says for how long. 206 and `Vary: *` would make `put` throw; other
 * `Vary`, `Set-Cookie` and 5xx have no place in an answer for everybody.
 */
export function isStorable(response: Response): boolean {
  const { status, headers } = response;
  if (status !== 200 && (status < 400 || status > 499)) return false;
  if (headers.has("set-cookie") || headers.has("vary")) return false;
  return lifetime(headers.get("cache-control") ?? "") > 0;
}

/** Seconds that a shared cache may keep an answer (RFC 9111 section 5.2.2); 0 unless it says so. */
function lifetime(cacheControl: string): number {
  const directives = cacheControl
    .toLowerCase()
    .split(",")
    .map((directive) => directive.trim());
  if (directives.some((directive) => /^(?:no-store|no-cache|private)(?:=|$)/.test(directive))) {
    return 0;
  }
  return seconds(directives, "s-maxage") ?? seconds(directives, "max-age") ?? 0;
}

function seconds(directives: readonly string[], name: string): number | undefined {
  const found = directives.find((directive) => directive.startsWith(`${name}=`));
  if (found === undefined) return undefined;
  const text = found.slice(name.length + 1).replace(/^"(.*)"$/, "$1");
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function contentLength(response: Response): number | undefined {
  const text = response.headers.get("content-length") ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * The body, whole. It is never teed into `put`: workerd's cache keeps what came of a body that broke off as if it
 * were all of it, and a tee holds in memory whatever the slower side has not read. A torn body throws here.
 */
async function readWhole(response: Response): Promise<ArrayBuffer> {
  const bytes = await response.arrayBuffer();
  const length = contentLength(response);
  if (length !== undefined && length !== bytes.byteLength) {
    throw new Error(`the filled answer has ${bytes.byteLength} of ${length} bytes`);
  }
  return bytes;
}

function marked(response: Response, state: "hit" | "stored" | "miss"): Response {
  const answer = new Response(response.body, response);
  answer.headers.set("Pictor-Edge", state);
  return answer;
}

function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
