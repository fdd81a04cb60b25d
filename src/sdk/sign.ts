/** Signing of URLs, for servers and build scripts. WebCrypto alone: Node 20, browsers, Workers, Deno, Bun. */
import { readExpiry } from "../policy/signature/expiry.ts";
import { decodeHex, importKey, isKeyId, MIN_KEY_BYTES } from "../policy/signature/keys.ts";
import { sign } from "../policy/signature/verify.ts";
import { readUrl, valueIn } from "../policy/url.ts";

export interface SignOptions {
  /** Id of the key, as in the service's `SIGNING_KEYS`. A `kid` that the URL carries must be the same. */
  readonly kid: string;
  /** At least 32 bytes, as hexadecimal text or bytes; or a key imported for HMAC-SHA256, which saves the import. */
  readonly key: string | Uint8Array | CryptoKey;
  /** When the URL stops to work: a date, or Unix seconds. Without it, the URL's own `exp` holds, or it always works. */
  readonly exp?: Date | number;
}

/** For relative URLs: only path and query are signed, never the host. */
const BASE = "https://relative.invalid";

/**
 * Adds `kid`, `exp` and `sig` to a URL: absolute (`https://img.example.com/a.jpg?w=800`), or from the root
 * (`/a.jpg?w=800`), and answers one of the same kind. A `kid` or `exp` that it carries already stays, and is not added
 * again. Change nothing in it afterwards; the fragment, the host and analytics parameters are not covered.
 *
 * Throws what the service would answer (`PictorError`, with `code` and `info`) for a URL or an expiry that it would
 * refuse to read, and `TypeError` for another option or kind of URL that cannot be used: also for a URL with a `sig`,
 * with another `kid`, or with an `exp` beside the option. No error repeats the key.
 */
export async function signUrl(url: string, options: SignOptions): Promise<string> {
  const { kid } = options;
  if (typeof kid !== "string" || !isKeyId(kid)) {
    throw new TypeError("kid must be 1 to 64 characters from A-Z a-z 0-9 . _ -");
  }
  const target = parse(url);
  complete(target, kid, options.exp);
  const read = readUrl(target);
  readExpiry(read.query);
  append(target, `sig=${await sign(read, await keyOf(options.key))}`);
  readUrl(target); // the signature itself may have made it too long
  return print(target, url);
}

/** The `kid` that a URL carries, which chooses the key that can sign it. Throws as `signUrl` does for the URL. */
export function keyIdIn(url: string): string | undefined {
  return valueIn(readUrl(parse(url)).query, "kid");
}

/** Adds what the URL does not say yet. */
function complete(target: URL, kid: string, exp: SignOptions["exp"]): void {
  const { query } = readUrl(target);
  if (valueIn(query, "sig") !== undefined) throw new TypeError("The URL is signed already");
  const own = valueIn(query, "kid");
  if (own !== undefined && own !== kid) throw new TypeError("The URL names another kid");
  if (own === undefined) append(target, `kid=${kid}`);
  if (exp === undefined) return;
  if (valueIn(query, "exp") !== undefined) throw new TypeError("The URL has its own exp already");
  append(target, `exp=${unixSeconds(exp)}`);
}

function parse(url: string): URL {
  if (!/^(https?:\/)?\//i.test(url)) {
    throw new TypeError("The URL must start with https://, http:// or /");
  }
  return new URL(url, BASE);
}

/** In the form that came: with scheme and host, with the host alone (`//host/…`), or from the root. */
function print(target: URL, url: string): string {
  if (/^https?:/i.test(url)) return target.href;
  if (target.origin !== BASE) return target.href.slice(target.protocol.length);
  return target.pathname + target.search + target.hash;
}

/** Text, not `searchParams`: that would spell the rest of the query anew. */
function append(target: URL, parameter: string): void {
  target.search = target.search === "" ? parameter : `${target.search}&${parameter}`;
}

const unixSeconds = (exp: Date | number): number =>
  exp instanceof Date ? Math.floor(exp.getTime() / 1000) : exp;

async function keyOf(key: SignOptions["key"]): Promise<CryptoKey> {
  if (typeof key !== "string" && !(key instanceof Uint8Array)) return key;
  const bytes = typeof key === "string" ? decodeHex(key) : Uint8Array.from(key);
  if (bytes === undefined || bytes.length < MIN_KEY_BYTES) {
    throw new TypeError(`key must be at least ${MIN_KEY_BYTES} bytes, or as many in hexadecimal`);
  }
  return importKey(bytes);
}
