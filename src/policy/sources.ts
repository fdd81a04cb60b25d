/** Which remote URLs may be read: the allow-list of hosts (`ALLOWED_HOSTS`), and what is refused beside it. */
import { PictorError } from "../errors.ts";
import { canonicalHost, isPublicHost } from "./addresses.ts";

/** One entry of the allow-list. */
export interface HostRule {
  /** `host`: exactly that one. `subdomains`: any depth below it, not itself. `any`: every public host. */
  readonly kind: "host" | "subdomains" | "any";
  readonly host: string;
  /** Absent: only the default port of the URL's scheme. */
  readonly port?: number;
}

export type AllowList = readonly HostRule[];

export interface SourceRules {
  readonly list: AllowList;
  /** Hosts that lead back to this service; see `assertNotSelf`. */
  readonly selfHosts?: readonly string[];
}

const LONGEST_URL = 8192;

/**
 * `ALLOWED_HOSTS`: entries separated by commas; `img.example.com`, `*.example.com`, `*`, each with an optional `:port`.
 * An entry that cannot be read is `not_configured`, never skipped; the error counts entries, it does not quote them.
 */
export function parseAllowedHosts(text: string): AllowList {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(parseRule);
}

/** Whether the list holds `*`. */
export function allowsAnyHost(list: AllowList): boolean {
  return list.some((rule) => rule.kind === "any");
}

/** Whether a URL may be read: http(s), without credentials, a public host, on the list with that port. */
export function isAllowed(url: URL, list: AllowList): boolean {
  return isPlain(url) && isPublicHost(url.hostname) && list.some((rule) => matches(url, rule));
}

/**
 * Like `isAllowed`, as an assertion. Throws `loop` (508) and `origin_not_allowed` (403); never names the list or the URL,
 * which may be one that an origin's redirect names.
 */
export function assertAllowed(url: URL, rules: SourceRules): void {
  assertNotSelf(url, rules.selfHosts ?? []);
  if (isAllowed(url, rules.list)) return;
  throw new PictorError("origin_not_allowed", {
    param: "source",
    detail: "This source may not be read here.",
    expected: "an http or https URL, without credentials, on a host and port that are allowed",
  });
}

/**
 * Throws `loop` when the URL leads back to this service. A self host without a port stands for every port of it, as
 * all of a Worker's ports and both schemes lead to the Worker; one with a port (local development) for that port.
 */
export function assertNotSelf(url: URL, selfHosts: readonly string[]): void {
  const host = canonicalHost(url.hostname);
  const isSelf = selfHosts.map(splitPort).some(([name, port]) => {
    return hostPart(name) === host && (port === undefined || port === portOf(url));
  });
  if (!isSelf) return;
  throw new PictorError("loop", {
    param: "source",
    detail: "The source leads back to this service.",
    fix: "name the picture by its own key",
  });
}

/**
 * A remote source as it came in the path, decoded → its URL, without fragment and trailing dots of the host.
 * Only text that spells its scheme and host out is read: URL parsing forgives `https:host`, tabs and backslashes.
 */
export function parseSourceUrl(text: string): URL {
  const readable =
    text.length <= LONGEST_URL && !hasControl(text) && /^https?:\/\/[^/?#\\]+[^\\]*$/i.test(text);
  const url = readable ? parseUrl(text) : undefined;
  if (url === undefined) {
    throw new PictorError("bad_url", {
      param: "source",
      expected: "an absolute http or https URL",
      received: text.slice(0, 100),
    });
  }
  url.hash = "";
  url.hostname = canonicalHost(url.hostname);
  return url;
}

/** Scheme http or https, and no user name or password. */
export function isPlain(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

function matches(url: URL, rule: HostRule): boolean {
  if (rule.port === undefined ? url.port !== "" : rule.port !== portOf(url)) return false;
  if (rule.kind === "any") return true;
  const host = canonicalHost(url.hostname);
  // The dot belongs to the suffix: `evilexample.com` is no subdomain of `example.com`.
  return rule.kind === "host" ? host === rule.host : host.endsWith(`.${rule.host}`);
}

function parseRule(entry: string, index: number): HostRule {
  const [name, port] = splitPort(entry);
  const kind = name === "*" ? "any" : name.startsWith("*.") ? "subdomains" : "host";
  const host = kind === "any" ? "" : hostPart(kind === "host" ? name : name.slice(2));
  if (host === undefined || host.includes("*") || port === 0 || (port ?? 0) > 65_535) {
    throw new PictorError("not_configured", {
      detail: `Entry ${index + 1} of ALLOWED_HOSTS cannot be read.`,
      expected: "host, *.host or *, each with an optional :port, without a scheme or path",
      received: `entry ${index + 1}, which is not`,
    });
  }
  return port === undefined ? { kind, host } : { kind, host, port };
}

function splitPort(text: string): readonly [host: string, port: number | undefined] {
  const [, host = "", port] = /^(.+?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  return [host, port === undefined ? undefined : Number(port)];
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** A host, as an operator writes it, → its canonical form; undefined when it is anything else. */
function hostPart(text: string): string | undefined {
  if (text === "" || /[/?#@\\\s]/.test(text)) return undefined;
  const url = parseUrl(`http://${text}/`);
  return url && (canonicalHost(url.hostname) || undefined);
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
