/** Which origin a path speaks of: the longest matching mount, or a remote URL. Pure: nothing is fetched here. */
import { PictorError } from "../errors.ts";
import { type AllowList, assertAllowed, parseSourceUrl } from "./sources.ts";

/** One picture, named without its transform. */
export type Source =
  | { readonly kind: "mount"; readonly mount: string; readonly name: string }
  | { readonly kind: "remote"; readonly url: string };

export interface SourceRules {
  /** Mount paths, each with a slash at both ends. */
  readonly mounts: readonly string[];
  readonly allowedHosts: AllowList;
  /** Host names that lead back to this service. */
  readonly selfHosts: readonly string[];
}

/**
 * Throws bad_url (400), origin_not_allowed (403), not_found (404) or loop (508).
 * `segments` are decoded once; a `/` inside of one came as `%2F`.
 */
export function readSource(segments: readonly string[], rules: SourceRules): Source {
  const [first = "", ...rest] = segments;
  if (rest.length === 0 && /^https?:\/\//i.test(first)) return remote(first, rules);
  if (/^https?:$/i.test(first)) throw notEncoded(segments);
  if (rest.length === 0 && /^(?:[a-z][a-z0-9+.-]*:\/\/|data:)/i.test(first))
    throw otherScheme(first);
  const path = `/${segments.join("/")}`;
  const mount = rules.mounts
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  const name = mount === undefined ? "" : path.slice(mount.length);
  if (mount === undefined || name === "" || name.endsWith("/")) {
    throw new PictorError("not_found", { detail: "The path names no picture." });
  }
  return { kind: "mount", mount, name };
}

/** `/https://…` as it stands would have lost its query, and its slashes are easily merged on the way. */
function notEncoded(segments: readonly string[]): PictorError {
  const url = segments.join("/");
  return new PictorError("bad_url", {
    param: "source",
    expected: "the URL of a remote picture as one percent-encoded segment",
    received: url.slice(0, 100),
    fix: `/${encodeURIComponent(url)}`,
  });
}

function otherScheme(url: string): PictorError {
  return new PictorError("bad_url", {
    param: "source",
    expected: "a key, or the percent-encoded http or https URL of a remote picture",
    received: url.slice(0, 100),
  });
}

function remote(text: string, { allowedHosts, selfHosts }: SourceRules): Source {
  const url = parseSourceUrl(text);
  assertAllowed(url, { list: allowedHosts, selfHosts });
  return { kind: "remote", url: url.href };
}

/** The source as the path of a canonical URL: one text for each picture, whatever way it was spelt. */
export function printSource(source: Source): string {
  return source.kind === "remote"
    ? `/${encodeURIComponent(source.url)}`
    : `${source.mount}${source.name.split("/").map(encodeURIComponent).join("/")}`;
}

/** A key as a parameter or the configuration names it: `logo.png`, `/blog/logo.png`, or a whole remote URL. */
export function readKey(key: string, rules: SourceRules): Source {
  if (/^https?:\/\//i.test(key)) return readSource([key], rules);
  return readSource(key.replace(/^\//, "").split("/"), rules);
}

export function mountOf(source: Source): string | undefined {
  return source.kind === "mount" ? source.mount : undefined;
}

/** Longest tag that Cloudflare takes is 1,024 characters; longer sources share a tag by their beginning. */
const LONGEST_TAG = 1000;

/** What everything made from the source of this path is tagged with. */
export function sourceTag(path: string): string {
  return `source:${path}`.slice(0, LONGEST_TAG);
}
