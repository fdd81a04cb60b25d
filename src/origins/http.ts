/** Pictures over HTTP: a mounted base URL, or any remote URL that is allowed. */
import { PictorError } from "../errors.ts";
import { weakEqual } from "../http/etag.ts";
import { lifetimeOf } from "../http/lifetime.ts";
import { isPublicHost } from "../policy/addresses.ts";
import { assertNotSelf, isPlain, parseSourceUrl } from "../policy/sources.ts";
import type { Clock, Origin, OriginObject, Validator } from "../ports.ts";
import {
  createSafeFetch,
  type SafeFetch,
  type SafeFetchOptions,
  type SafeResponse,
} from "./safe-fetch.ts";

export interface RemoteOriginOptions extends Omit<SafeFetchOptions, "allow"> {
  /** Throws when a URL may not be read; `assertAllowed` with the operator's rules. Asked again for every redirect. */
  readonly allow: (url: URL) => void;
}

export interface HttpOriginOptions extends RemoteOriginOptions {
  /** `https://cdn.example.com/pictures/`; a query, such as an access token, is sent along. */
  readonly base: string;
  /** The base may be a private address (local development). Its redirects may not. */
  readonly allowPrivate?: boolean;
  readonly selfHosts?: readonly string[];
}

/** Absolute URLs: the name is the URL itself. */
export function createRemoteOrigin(options: RemoteOriginOptions): Origin {
  return originOf(createSafeFetch(options), options.now ?? Date.now, parseSourceUrl);
}

/**
 * A mount: the name is appended to the base, segment by segment, and never leads out of it. The operator chose the
 * base, so it need not be on the allow-list. Redirects must be, but for those to the base's own public host.
 */
export function createHttpOrigin(options: HttpOriginOptions): Origin {
  const base = parseBase(options);
  const allow = (url: URL, hop: number): void => {
    assertNotSelf(url, options.selfHosts ?? []);
    const own = url.origin === base.origin && isPlain(url);
    if (own && (hop === 0 || isPublicHost(url.hostname))) return;
    options.allow(url);
  };
  return originOf(createSafeFetch({ ...options, allow }), options.now ?? Date.now, (name) =>
    resolveName(base, name),
  );
}

function originOf(safeFetch: SafeFetch, now: Clock, resolve: (name: string) => URL): Origin {
  return {
    async open(name) {
      const answer = await safeFetch(resolve(name));
      return { body: answer.body, ...factsOf(answer, validatorOf(answer.headers), now()) };
    },
    async head(name, known) {
      const request = { method: "HEAD", ...(known && { unless: known }) } as const;
      const answer = await safeFetch(resolve(name), request);
      const said = validatorOf(answer.headers);
      return factsOf(answer, answer.status === 304 ? confirmed(known ?? {}, said) : said, now());
    },
  };
}

function factsOf(
  { size, headers }: SafeResponse,
  validator: Validator,
  now: number,
): Omit<OriginObject, "body"> {
  const lifetime = lifetimeOf(headers, now);
  return {
    validator,
    ...(size === undefined ? {} : { size }),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

/**
 * What a 304 says of the version that was asked about: that it is current, unless the answer names another one. Servers
 * differ there in what they repeat (RFC 9110 section 15.4.5), and in whether the tag is still strong.
 */
function confirmed(known: Validator, said: Validator): Validator {
  if (known.etag !== undefined && said.etag !== undefined) {
    return weakEqual(known.etag, said.etag) ? known : said;
  }
  const dated = known.etag === undefined && said.lastModified !== undefined;
  return dated && said.lastModified !== known.lastModified ? said : known;
}

/** A mount that cannot be used is the operator's error: `not_configured`. */
function parseBase(options: HttpOriginOptions): URL {
  const url = URL.canParse(options.base) ? new URL(options.base) : undefined;
  if (url === undefined || !isPlain(url)) {
    throw new PictorError("not_configured", {
      detail: "A mount's base must be an http or https URL without credentials.",
    });
  }
  if (options.allowPrivate !== true && !isPublicHost(url.hostname)) {
    throw new PictorError("not_configured", {
      detail: "A mount's base is a private address; allowPrivate permits that.",
    });
  }
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** Exported for its tests: the URL of a name under a base that ends in `/`. Throws `bad_url`. */
export function resolveName(base: URL, name: string): URL {
  assertPlainName(name);
  const url = new URL(base);
  url.pathname = base.pathname + name.split("/").map(encodeURIComponent).join("/");
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) throw badName();
  return url;
}

/** Servers differ in how often they decode; deeper nesting than this is nobody's file name. */
const MAX_DECODINGS = 3;

/**
 * Refuses what could lead out of the base on a server that decodes again, takes `\` for `/`, or ends a segment at
 * `;`, `?` or `#`: dot segments, backslashes and controls, however often percent-encoded. The gateway has checked the first layer already.
 */
function assertPlainName(name: string): void {
  let text = name;
  for (let round = 0; round <= MAX_DECODINGS; round++) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for.
    if (/(?:^|\/)\.{1,2}(?:[/;?#]|$)|[\\\u0000-\u001f\u007f]/.test(text)) throw badName();
    const decoded = decodeOnce(text);
    if (decoded === text) break;
    if (round === MAX_DECODINGS) throw badName();
    text = decoded;
  }
  if (name === "" || /[\ud800-\udfff]/u.test(name)) throw badName();
}

/** Decodes the ASCII escapes, which alone can spell `.`, `/`, `\` and `%`. */
function decodeOnce(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function badName(): PictorError {
  return new PictorError("bad_url", {
    param: "source",
    detail: "The name of the picture holds dot segments, backslashes, controls or nothing at all.",
  });
}

/** ETag (RFC 9110 section 8.8.3) and Last-Modified, when they can be read. */
function validatorOf(headers: Headers): Validator {
  const etag = headers.get("etag")?.trim() ?? "";
  const lastModified = Date.parse(headers.get("last-modified") ?? "");
  return {
    ...(/^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]{0,256}"$/.test(etag) ? { etag } : {}),
    ...(Number.isFinite(lastModified) ? { lastModified } : {}),
  };
}
