/**
 * The strict reading of a request's URL, once, for everything that follows: signature, parameters and origin all see
 * the same decoded text, so no two of them can understand one URL differently.
 *
 * URL parsing (WHATWG) has already resolved plain dot segments and turned `\` into `/`. What it lets through and a
 * later decoding could turn into something else is refused here.
 */
import { PictorError } from "../errors.ts";
import { isAnalytics } from "./analytics.ts";

/** Decoded once; both may be empty, the name may not. */
export type QueryEntry = readonly [name: string, value: string];

export interface RequestUrl {
  /** Decoded once. `%2F` is a `/` inside a segment, which is why the path is not one string. At least one. */
  readonly segments: readonly string[];
  /** In the order sent, analytics parameters dropped, no name twice but `draw`. */
  readonly query: readonly QueryEntry[];
}

/** Characters of path and query together, as URL parsing gives them. */
export const MAX_URL_LENGTH = 8192;
/** Parameters in the query, analytics included. */
export const MAX_QUERY_ENTRIES = 100;

/** The only parameter that may repeat: overlays are drawn in the order of the URL. */
const REPEATABLE = "draw";

const ENCODED_UTF8 = "percent-encoded UTF-8, with a literal % as %25";

/**
 * Throws `PictorError`: bad_url and repeated_parameter (400), uri_too_long (414).
 * `pathname` and `search` are those of a parsed `URL`.
 */
export function readUrl(url: Pick<URL, "pathname" | "search">): RequestUrl {
  assertLength(url.pathname.length + url.search.length);
  const segments = url.pathname.split("/").slice(1).map(readSegment);
  const query = readQuery(url.search.slice(1));
  assertNoRepeats(query);
  return { segments, query };
}

/** The value of the (first) parameter of this name; `""` for one without `=`, `undefined` for none. */
export function valueIn(query: readonly QueryEntry[], name: string): string | undefined {
  return query.find((entry) => entry[0] === name)?.[1];
}

function assertLength(length: number): void {
  if (length <= MAX_URL_LENGTH) return;
  throw new PictorError("uri_too_long", {
    detail: "Path and query together are too long.",
    expected: `at most ${MAX_URL_LENGTH} characters`,
    received: `${length} characters`,
  });
}

function readSegment(raw: string): string {
  const segment = decode(raw);
  if (segment === undefined) throw badUrl("A part of the path", ENCODED_UTF8, raw);
  // Object stores and file systems elsewhere take these for separators, ends and parents.
  if (segment.includes("\\")) throw badUrl("A part of the path", "no backslash (%5C)", raw);
  if (segment.includes("\0")) throw badUrl("A part of the path", "no NUL (%00)", raw);
  if (segment.split("/").some((part) => part === "." || part === "..")) {
    throw badUrl("A part of the path", "no . or .. beside an encoded slash (%2F)", raw);
  }
  return segment;
}

function readQuery(raw: string): QueryEntry[] {
  // Names of analytics parameters are read, their values are not: mail tools put half-encoded text there.
  const pieces = raw.split("&").filter((piece) => piece !== "");
  if (pieces.length > MAX_QUERY_ENTRIES) {
    throw new PictorError("bad_url", {
      detail: "The query holds too many parameters.",
      expected: `at most ${MAX_QUERY_ENTRIES} parameters`,
      received: `${pieces.length} parameters`,
    });
  }
  return pieces.flatMap((piece) => {
    const equals = piece.indexOf("=");
    const name = readName(equals < 0 ? piece : piece.slice(0, equals), piece);
    if (isAnalytics(name)) return [];
    return [[name, readValue(equals < 0 ? "" : piece.slice(equals + 1), name)] as const];
  });
}

function readName(raw: string, piece: string): string {
  const name = decode(raw.replaceAll("+", " "));
  if (name === undefined) throw badUrl("The name of a parameter", ENCODED_UTF8, piece);
  if (name === "") throw badUrl("The name of a parameter", "a name before the =", piece);
  if (hasControl(name)) throw badUrl("The name of a parameter", "no control characters", piece);
  return name;
}

function readValue(raw: string, name: string): string {
  const value = decode(raw.replaceAll("+", " "));
  if (value === undefined) throw badUrl("The value of a parameter", ENCODED_UTF8, raw, name);
  // No parameter needs one, and values end up in headers and logs.
  if (hasControl(value))
    throw badUrl("The value of a parameter", "no control characters", raw, name);
  return value;
}

function assertNoRepeats(query: readonly QueryEntry[]): void {
  const seen = new Set<string>();
  for (const [name] of query) {
    if (seen.has(name) && name !== REPEATABLE) {
      throw new PictorError("repeated_parameter", {
        param: excerpt(name),
        expected: "each parameter once (but draw)",
        received: `${excerpt(name)} ${query.filter((entry) => entry[0] === name).length} times`,
      });
    }
    seen.add(name);
  }
}

/** `undefined` where the percent-encoding or the UTF-8 in it is bad (overlong forms and surrogates included). */
function decode(raw: string): string | undefined {
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/** C0 controls and DEL. */
function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function badUrl(what: string, expected: string, received: string, param?: string): PictorError {
  return new PictorError("bad_url", {
    detail: `${what} cannot be read.`,
    ...(param === undefined ? {} : { param: excerpt(param) }),
    expected,
    received: excerpt(received),
  });
}

/** Errors repeat what came, but not all of a URL of 8,192 characters. */
const excerpt = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
