/**
 * What goes through Workers Cache, and what comes out of it: the platform keys by path and query alone and obeys the
 * answer's headers alone, so what a rule or a purge says must be in the one or the other.
 */
import { FILLED, GENERATION } from "../cache/answer.ts";
import { ORDER, type Order, readOrder } from "../cache/order.ts";
import { STAMP } from "../cache/stamp.ts";
import type { Fill } from "../ports.ts";
import { isStorable } from "./storable.ts";

/** Sorts behind all parameters, so that the query stays sorted. */
const KEY = /[?&]~=[\w-]*$/;

/**
 * The canonical request under a key that also says what of the rule concerns storing, and what was purged of it: so
 * that either, when it changes, makes another entry. `refused`: headers of an entry that was found and may not be
 * given. It carries the order, and nothing else.
 */
export async function keyedRequest(request: Request, refused?: Headers): Promise<Request> {
  const text = request.headers.get(ORDER) ?? "";
  const key = await keyOf(readOrder(text), refused);
  const url = `${request.url}${request.url.includes("?") ? "&" : "?"}~=${key}`;
  return new Request(url, { headers: { [ORDER]: text } });
}

async function keyOf({ rule, purged }: Order, refused: Headers | undefined): Promise<string> {
  const { edgeTtl, staleWhileRevalidate, staleIfError, negativeTtl, origin, tags, sign } = rule;
  const words = [
    [edgeTtl, staleWhileRevalidate, staleIfError],
    Object.entries(negativeTtl).sort(([a], [b]) => (a < b ? -1 : 1)),
    [origin.obey, origin.min, origin.max],
    [tags, sign, purged],
    refused ? [refused.get(STAMP), refused.get(FILLED), refused.get(GENERATION)] : [],
  ];
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(JSON.stringify(words)),
  );
  const half = String.fromCharCode(...new Uint8Array(digest, 0, 12));
  return btoa(half).replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * The Transformer's entrypoint as it stands behind the cache: it sees the canonical URL, and all that it answers says
 * how it may be kept. Harmless without a cache before it.
 */
export function behindWorkersCache(transform: Fill): Fill {
  return async (request) =>
    explicit(await transform(new Request(request.url.replace(KEY, ""), request)));
}

/**
 * Nothing is left to the platform's own guesses: without `Cache-Control` it keeps a 200 for two hours, a server error
 * that names a lifetime for that long, and without `stale-if-error` anything for ever while errors last.
 */
function explicit(answer: Response): Response {
  const copy = new Response(answer.body, answer);
  const { headers } = copy;
  const edge = headers.get("CDN-Cache-Control") ?? headers.get("Cache-Control") ?? "";
  headers.delete("Cloudflare-CDN-Cache-Control");
  if (!isStorable(copy)) {
    headers.delete("CDN-Cache-Control");
    headers.set("Cache-Control", "no-store");
  } else {
    const bounded = /\bstale-if-error=/i.test(edge) ? edge : `${edge}, stale-if-error=0`;
    headers.set("CDN-Cache-Control", bounded);
  }
  return copy;
}
