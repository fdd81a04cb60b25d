/**
 * The body of `POST /_/purge` → what is to be purged, in the spelling that stamps use. Strict: a purge that names
 * nothing because of a typing error would be believed.
 */
import type { PurgeRecord, PurgeTargets } from "./cache/purge.ts";
import { printDraft, TARGET_LISTS, type TargetList } from "./cache/purge-record.ts";
import { PictorError } from "./errors.ts";
import { TELLING } from "./params/output.ts";
import { printSource, readSource, type SourceRules } from "./policy/mounts.ts";
import { parseSourceUrl } from "./policy/sources.ts";
import { readUrl } from "./policy/url.ts";

export interface Purge {
  readonly targets: PurgeTargets;
  readonly mode: PurgeRecord["mode"];
}

export interface PurgeBodyRules {
  /** `selfHosts`: the hosts whose URLs are this service's own. */
  readonly sources: SourceRules;
  /** Names of all presets. */
  readonly presets: readonly string[];
}

/** Names in all lists together. */
export const MAX_TARGETS = 100;
/** UTF-8 bytes of the whole body. */
export const MAX_BODY_BYTES = 65_536;

/** Media subtypes that pictures have, and the classes that tell of them. */
export const PURGE_FORMATS = [
  "avif",
  "webp",
  "jpeg",
  "png",
  "gif",
  "jxl",
  "svg",
  ...TELLING,
] as const;

const FIELDS = [...TARGET_LISTS, "everything", "mode"];

/**
 * Without a `mode` it is `hard`: who purges and says no more means that the old bytes are not to be seen again. `soft`
 * is the gentle form, and asked for by name.
 *
 * Throws `PictorError` bad_body (400).
 */
export function parsePurge(text: string, rules: PurgeBodyRules): Purge {
  const body = readObject(text);
  const unknown = Object.keys(body).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) throw badBody(unknown, `only ${FIELDS.join(", ")}`, unknown);
  const named = Object.fromEntries(
    TARGET_LISTS.map((list) => [list, readList(body, list, rules)]),
  ) as Record<TargetList, string[]>;
  const targets = { ...named, everything: readEverything(body.everything) };
  const count = TARGET_LISTS.reduce((sum, list) => sum + named[list].length, 0);
  if (count === 0 && !targets.everything) {
    throw badBody(
      "body",
      `something to purge: ${[...TARGET_LISTS, "everything"].join(", ")}`,
      text,
    );
  }
  if (count > MAX_TARGETS) {
    throw badBody(
      "body",
      `at most ${MAX_TARGETS} targets`,
      `${count} targets`,
      "send them in several requests",
    );
  }
  const purge = { targets, mode: readMode(body.mode) };
  assertFits(purge);
  return purge;
}

/** Bytes of all targets, percent-encoded, as JSON: a few records (`cache/purge-parts.ts`), and a name that R2 takes. */
const MAX_TARGET_BYTES = 7_000;

function assertFits({ targets, mode }: Purge): void {
  const { length } = printDraft({ ...targets, mode });
  if (length <= MAX_TARGET_BYTES) return;
  const expected = `at most ${MAX_TARGET_BYTES} bytes of targets, percent-encoded`;
  throw badBody("body", expected, `${length} bytes`, "send them in several requests");
}

function readObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badBody("body", "a JSON object", text);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw badBody("body", "a JSON object", text);
}

function readEverything(value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw badBody("everything", "true", JSON.stringify(value));
}

function readMode(value: unknown): PurgeRecord["mode"] {
  if (value === undefined) return "hard";
  if (value === "soft" || value === "hard") return value;
  throw badBody("mode", "soft or hard", JSON.stringify(value));
}

const READERS: Record<TargetList, (text: string, rules: PurgeBodyRules, at: string) => string[]> = {
  sources: (text, { sources }, at) => [readSourceName(text, sources, at)],
  tags: (text, _, at) => [readTag(text, at)],
  prefixes: (text, { sources }, at) => readPrefix(text, sources, at),
  presets: (text, { presets }, at) => [oneOf(text, presets, at)],
  formats: (text, _, at) => [oneOf(text === "jpg" ? "jpeg" : text, PURGE_FORMATS, at)],
};

function readList(
  body: Record<string, unknown>,
  list: TargetList,
  rules: PurgeBodyRules,
): string[] {
  const value = body[list] ?? [];
  if (!Array.isArray(value)) throw badBody(list, "a list of texts", JSON.stringify(value));
  // More than that is refused below; until then nobody pays for them.
  const names = value.slice(0, MAX_TARGETS + 1).flatMap((name: unknown, index) => {
    const at = `${list}[${index}]`;
    if (typeof name !== "string") throw badBody(at, "text", JSON.stringify(name));
    if (/\p{Surrogate}/u.test(name)) throw badBody(at, "well-formed text", JSON.stringify(name));
    return READERS[list](name, rules, at);
  });
  return [...new Set(names)];
}

function oneOf(text: string, known: readonly string[], at: string): string {
  if (known.includes(text)) return text;
  throw badBody(
    at,
    known.length > 0 ? `one of ${known.join(", ")}` : "nothing: there are none",
    text,
  );
}

/** Cloudflare's own limits of a tag. */
function readTag(text: string, at: string): string {
  if (/^[!-+\--~]{1,1024}$/.test(text)) return text;
  throw badBody(at, "a whole tag: 1 to 1024 visible ASCII characters without a comma", text);
}

/**
 * A key as in the URL's path, with or without the first slash; a whole URL of this service, whose query does not
 * matter; or the URL of a remote picture.
 */
function readSourceName(text: string, rules: SourceRules, at: string): string {
  return orBadBody(at, "a key, or the URL of a picture", text, () => {
    assertPlain(text);
    const remote = remoteUrl(text, rules);
    if (remote) return printSource(readSource([remote], rules));
    return printSource(readSource(readUrl(pathOf(text)).segments, rules));
  });
}

/** `undefined` for what is a path, or a URL of this service. */
function remoteUrl(text: string, { selfHosts }: SourceRules): string | undefined {
  if (!/^https?:\/\//i.test(text)) {
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
    throw new PictorError("bad_url", { expected: "a key, or an http or https URL" });
  }
  return selfHosts.includes(parseSourceUrl(text).host) ? undefined : text;
}

/** As an image's URL is read: a `%` begins a percent-encoding, and `?` ends the path. */
function pathOf(text: string): URL {
  if (/^https?:\/\//i.test(text)) return new URL(text);
  const path = text.startsWith("/") ? text : `/${text}`;
  return new URL(`https://pictor.invalid${path.replaceAll(" ", "%20")}`);
}

/** URL parsing would take them for a slash, or for nothing at all. */
function assertPlain(text: string): void {
  if (text !== "" && !/[\p{Cc}\\]/u.test(text)) return;
  throw new PictorError("bad_url", { expected: "no control characters, and no backslash" });
}

/**
 * A folder, up to and with its slash: `/trips` would also be the beginning of `/tripsitter.jpg`. Mounts are printed as
 * they are configured, keys percent-encoded; a folder with mounts below it can have both spellings.
 */
function readPrefix(text: string, rules: SourceRules, at: string): string[] {
  return orBadBody(at, "a folder that ends with a slash, such as /trips/", text, () => {
    assertPlain(text);
    const remote = remoteUrl(text, rules);
    if (!/^[^?#]*\/$/.test(text))
      throw new PictorError("bad_url", { fix: `${text.replace(/[?#].*|\/*$/, "")}/` });
    if (remote) return [`/${encodeURIComponent(parseSourceUrl(remote).href)}`];
    const { segments } = readUrl(pathOf(text));
    const path = `/${segments.join("/")}`;
    const encoded = `/${segments.map(encodeURIComponent).join("/")}`;
    const mounts = rules.mounts.filter((mount) => path.startsWith(mount));
    const mount = mounts.sort((a, b) => b.length - a.length)[0];
    const own = mount === undefined ? encoded : mount + encodedPath(path.slice(mount.length));
    return rules.mounts.some((below) => below.startsWith(path)) ? [own, path] : [own];
  });
}

const encodedPath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** What is wrong with a URL is wrong with the body here; its own advice stays. */
function orBadBody<T>(param: string, expected: string, received: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PictorError)) throw error;
    const { info } = error;
    throw badBody(param, info.expected ?? expected, received, info.fix);
  }
}

function badBody(param: string, expected: string, received: string, fix?: string): PictorError {
  return new PictorError("bad_body", {
    param,
    expected,
    received: received.length > 100 ? `${received.slice(0, 100)}…` : received,
    ...(fix === undefined ? {} : { fix }),
  });
}
