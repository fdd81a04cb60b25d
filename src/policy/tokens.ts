/** Who may purge what: bearer tokens with scopes (`PURGE_TOKEN`, `PURGE_TOKENS`). */
import { PictorError } from "../errors.ts";

export interface PurgeToken {
  /** For logs and records; the secret is in neither. */
  readonly name: string;
  readonly secret: string;
  readonly scopes: readonly Scope[];
}

/** `value`: absent where the scope has none, and where it means any. */
export interface Scope {
  readonly kind: "*" | "everything" | "source" | "prefix" | "tag" | "preset" | "format";
  readonly value?: string;
}

/** What a purge names. */
export interface PurgeTargets {
  /** Canonical source paths, e.g. `/trips/lisbon.jpg`. */
  readonly sources: readonly string[];
  /** Whole tags, as in `Cache-Tag`. */
  readonly tags: readonly string[];
  /** Beginnings of canonical source paths, up to and with a slash, e.g. `/trips/`. */
  readonly prefixes: readonly string[];
  readonly presets: readonly string[];
  /** Formats or media subtypes of the answer: `avif`, `webp`, `jpeg`, `png`, `gif`, `jxl`, `json`. */
  readonly formats: readonly string[];
  readonly everything: boolean;
}

/** Characters of a secret. Local development takes any length. */
export const MIN_SECRET_LENGTH = 16;

/** RFC 6750 section 2.1: what a bearer token is made of. */
const SECRET = /^[A-Za-z0-9._~+/-]+=*$/;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;

export interface TokenTexts {
  /** One secret that may purge all there is. */
  readonly PURGE_TOKEN: string;
  /** `name:secret:scope+scope,name:secret:scope`. */
  readonly PURGE_TOKENS: string;
}

/**
 * The tokens of both settings; none when both are blank. Throws `PictorError` not_configured, with the setting as
 * `param`; it counts entries and repeats nothing of one, as any part may be the secret.
 */
export function readTokens(texts: TokenTexts, localDevelopment = false): readonly PurgeToken[] {
  const shortest = localDevelopment ? 1 : MIN_SECRET_LENGTH;
  const tokens = [
    ...readMainToken(texts.PURGE_TOKEN.trim(), shortest),
    ...entriesOf(texts.PURGE_TOKENS).map((entry, index) => readToken(entry, index + 1, shortest)),
  ];
  for (const field of ["name", "secret"] as const) {
    if (new Set(tokens.map((token) => token[field])).size === tokens.length) continue;
    throw badTokens("PURGE_TOKENS", `a ${field} of its own for each token`, "one twice");
  }
  return tokens;
}

function readMainToken(secret: string, shortest: number): PurgeToken[] {
  if (secret === "") return [];
  assertSecret("PURGE_TOKEN", secret, shortest, "it");
  return [{ name: "PURGE_TOKEN", secret, scopes: [{ kind: "*" }] }];
}

function entriesOf(text: string): string[] {
  return text.trim() === "" ? [] : text.split(",").map((entry) => entry.trim());
}

function readToken(entry: string, position: number, shortest: number): PurgeToken {
  const where = `entry ${position}`;
  const [, name, secret, scopes] = /^([^:]*):([^:]*):(.*)$/.exec(entry) ?? [];
  if (name === undefined || secret === undefined || scopes === undefined) {
    throw badTokens("PURGE_TOKENS", "name:secret:scope+scope", `${where}, which is not`);
  }
  if (!NAME.test(name)) {
    const expected = "names of 1 to 64 characters from A-Z a-z 0-9 . _ -";
    throw badTokens("PURGE_TOKENS", expected, `${where} with another name`);
  }
  assertSecret("PURGE_TOKENS", secret, shortest, where);
  return { name, secret, scopes: scopes.split("+").map((scope) => readScope(scope, where)) };
}

function assertSecret(setting: string, secret: string, shortest: number, where: string): void {
  if (!SECRET.test(secret)) {
    const expected = "secrets of A-Z a-z 0-9 . _ ~ + / -, and = at the end";
    throw badTokens(setting, expected, `${where} with other characters`);
  }
  if (secret.length < shortest) {
    const expected = `secrets of at least ${shortest} characters`;
    throw badTokens(setting, expected, `${where} with ${secret.length}`);
  }
}

const BARE = /^(?:\*|everything|source|tag|preset|format)$/;
const VALUES: Readonly<Record<string, (value: string) => string | undefined>> = {
  prefix: (value) => canonicalPrefix(value),
  tag: (value) => (/^[!-+\--~]+$/.test(value) ? value : undefined),
  preset: (value) => (/^[A-Za-z0-9_-]+$/.test(value) ? value : undefined),
  format: (value) => (/^[a-z]+$/.test(value) ? value : undefined),
};

/** `*`, `everything`, `source`, `prefix:/blog/`, `tag`, `tag:t`, `preset`, `preset:card`, `format`, `format:avif`. */
function readScope(text: string, where: string): Scope {
  if (BARE.test(text)) return { kind: text as Scope["kind"] };
  const [, kind = "", given = ""] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  const value = Object.hasOwn(VALUES, kind) ? VALUES[kind]!(given) : undefined;
  if (value !== undefined) return { kind: kind as Scope["kind"], value };
  const expected =
    "scopes of *, everything, source, prefix:/path/, tag, tag:name, preset, preset:name, format, format:name";
  throw badTokens("PURGE_TOKENS", expected, `${where} with another scope`);
}

function badTokens(param: string, expected: string, received: string): PictorError {
  return new PictorError("not_configured", {
    detail: `${param} cannot be read: expected ${expected}, received ${received}.`,
    param,
    expected,
    received,
  });
}

/** Folders alone; `+` and `,` part the setting, and stand in a path as %2B and %2C. */
function canonicalPrefix(text: string): string | undefined {
  if (!/^\/[^?#\\]*$/.test(text) || !text.endsWith("/")) return undefined;
  const canonical = canonicalPath(text);
  return canonical?.split("/").some((part) => part === "." || part === "..")
    ? undefined
    : canonical;
}

/** One spelling for all paths, also for mounts, which are printed as they are configured. */
function canonicalPath(path: string): string | undefined {
  try {
    return path
      .split("/")
      .map((part) => encodeURIComponent(decodeURIComponent(part)))
      .join("/");
  } catch {
    return undefined;
  }
}

/**
 * The token that a request bears, by its `Authorization` header. Secrets are compared by their digests, all of them
 * each time, so that the time it takes tells nothing.
 *
 * Throws token_missing (401) and token_wrong (403), the latter also when there are no tokens: purge is then off.
 */
export async function bearerOf(
  authorization: string | null,
  tokens: readonly PurgeToken[],
): Promise<PurgeToken> {
  if (tokens.length === 0) {
    throw new PictorError("token_wrong", {
      detail: "Purge is off: neither PURGE_TOKEN nor PURGE_TOKENS is set.",
    });
  }
  const [, secret] = /^Bearer +([!-~]+) *$/i.exec(authorization ?? "") ?? [];
  if (secret === undefined) {
    throw new PictorError("token_missing", {
      expected: "Authorization: Bearer <token>",
      received: authorization === null ? "no Authorization header" : "another kind of it",
    });
  }
  const given = await digest(secret);
  const same = await Promise.all(
    tokens.map(async (token) => isEqual(given, await digest(token.secret))),
  );
  const found = tokens[same.indexOf(true)];
  if (!found) throw new PictorError("token_wrong", { detail: "The bearer token is not known." });
  return found;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let different = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) different |= a[at]! ^ (b[at] ?? 0);
  return different === 0;
}

/** Every target must be within a scope, or nothing at all is purged. Throws token_wrong (403). */
export function assertScope({ name, scopes }: PurgeToken, targets: PurgeTargets): void {
  const refused = targetsOf(targets).find(
    (target) => !scopes.some((scope) => allows(scope, target)),
  );
  if (!refused) return;
  throw new PictorError("token_wrong", {
    detail: `The token "${name}" does not allow this.`,
    param: refused.list,
    expected: `targets within ${scopes.map(printScope).join(", ")}`,
    received: refused.name,
  });
}

interface Target {
  readonly list: keyof PurgeTargets;
  readonly name: string;
}

function targetsOf(targets: PurgeTargets): Target[] {
  const lists = ["sources", "prefixes", "tags", "presets", "formats"] as const;
  const named = lists.flatMap((list) => targets[list].map((name) => ({ list, name })));
  return targets.everything ? [{ list: "everything", name: "true" }, ...named] : named;
}

function allows({ kind, value }: Scope, { list, name }: Target): boolean {
  if (kind === "*") return true;
  if (kind === "everything") return list === "everything";
  if (kind === "prefix") {
    const isPath = list === "sources" || list === "prefixes";
    return isPath && canonicalPath(name)?.startsWith(value ?? "") === true;
  }
  return list === `${kind}s` && (value === undefined || value === name);
}

const printScope = ({ kind, value }: Scope) => (value === undefined ? kind : `${kind}:${value}`);
