/** `pictor.config.ts`: what it may say, and whether what it says can be meant. Checked when the Worker is built. */
import { at, ConfigError } from "./config-error.ts";
import { PictorError } from "./errors.ts";
import { parse } from "./params/parse.ts";
import { type Presets, resolve } from "./params/resolve.ts";
import { PARAMS, type ParamName, type Wishes } from "./params/table.ts";
import { isPublicHost } from "./policy/addresses.ts";
import { readKey } from "./policy/mounts.ts";
import type { RuleDefinition } from "./policy/rules/definition.ts";
import type { VariantsDefinition } from "./policy/variant-limits.ts";

/** Where a mount's pictures come from, and what is shown where they cannot be had. */
export type MountDefinition = MountedOrigin & {
  /** Key of the picture to show instead, as in the URL's path: `missing.png`, `/press/missing.png`; or a remote URL. */
  readonly fallback?: string;
};

export type MountedOrigin =
  | {
      readonly type: "r2";
      /** Name of the R2 binding in wrangler.toml. */
      readonly bucket: string;
      /** Put before every key, e.g. `public/`. */
      readonly prefix?: string;
    }
  | {
      readonly type: "http";
      /** `https://…/`; the rest of the path is appended. */
      readonly url: string;
      /** Lets the base address be private; for development. Redirects from it are still checked in full. */
      readonly allowPrivate?: boolean;
    };

export type PresetDefinition = Partial<
  Record<Exclude<ParamName, "draw">, string | number | boolean>
> & {
  /** Overlays, in the order in which they are drawn. */
  readonly draw?: string | readonly string[];
};
export type AutoFormat = "avif" | "webp";

export interface CorsDefinition {
  readonly origins: readonly string[];
}

export interface Definition {
  /** Path prefix → origin. */
  readonly mounts: Readonly<Record<string, MountDefinition>>;
  readonly presets?: Readonly<Record<string, PresetDefinition>>;
  readonly autoFormats?: readonly AutoFormat[];
  readonly cors?: CorsDefinition;
  /** Cache rules; the first that matches counts, and what it does not say is built in (docs/caching.md). */
  readonly rules?: readonly RuleDefinition[];
  /** What the variant store may keep; without it, everything (docs/operations.md). */
  readonly variants?: VariantsDefinition;
}

/** Only for its types: editors complete and check `pictor.config.ts`. */
export function defineConfig(definition: Definition): Definition {
  return definition;
}

const MOUNT_PATH = /^\/(?:[^/%?#\\]+\/)*$/;

export function readMounts(mounts: Definition["mounts"]): Definition["mounts"] {
  for (const [path, mount] of Object.entries(mounts)) {
    const place = `pictor.config.ts: mounts["${path}"]`;
    if (!MOUNT_PATH.test(path)) {
      throw new ConfigError(place, "expected a path that starts and ends with `/`, such as /blog/");
    }
    if (path.startsWith("/_/")) throw new ConfigError(place, "/_/ belongs to the service itself");
    assertMount(place, mount);
    if (mount.fallback !== undefined) assertFallback(`${place}.fallback`, mount.fallback, mounts);
  }
  return mounts;
}

const REMOTE_URL = /^https?:\/\//i;

/** A key that leads to a picture; whether there is one shows when it is wanted. Remote hosts are judged then, too. */
function assertFallback(place: string, key: unknown, mounts: Definition["mounts"]): void {
  if (typeof key !== "string" || key === "" || key.length > 1024) {
    throw new ConfigError(place, "expected the key of a picture, such as missing.png");
  }
  if (REMOTE_URL.test(key)) {
    if (URL.canParse(key)) return;
    throw new ConfigError(place, `expected a URL, received "${key}"`);
  }
  const wrong = MISREAD.find(([pattern]) => pattern.test(key));
  if (wrong) throw new ConfigError(place, `expected ${wrong[1]}, received "${key}"`);
  try {
    readKey(key, { mounts: Object.keys(mounts), allowedHosts: [], selfHosts: [] });
  } catch (error) {
    if (!(error instanceof PictorError)) throw error;
    throw new ConfigError(place, `expected a key below one of the mounts, received "${key}"`);
  }
}

const MISREAD: readonly (readonly [RegExp, string])[] = [
  [/^[a-z][a-z0-9+.-]*:\/\//i, "a key, or an http or https URL"],
  [/%[0-9A-Fa-f]{2}/, "a key that is not percent-encoded"],
  [/[?#]/, "a key without ? and #: it is shown with the transform of what it stands for"],
  [/[\\\p{Cc}]/u, "a key without backslashes and control characters"],
  [/(?:^|\/)\.{1,2}(?:\/|$)/, "a key without . and .. as segments"],
];

function assertMount(place: string, mount: MountDefinition): void {
  if (mount.type === "r2") {
    if (!mount.bucket)
      throw new ConfigError(`${place}.bucket`, "expected the name of an R2 binding");
    return;
  }
  if (mount.type !== "http") {
    throw new ConfigError(
      `${place}.type`,
      `expected "r2" or "http", received "${(mount as { type: string }).type}"`,
    );
  }
  const url = URL.canParse(mount.url) ? new URL(mount.url) : undefined;
  const ok =
    url &&
    /^https?:$/.test(url.protocol) &&
    url.pathname.endsWith("/") &&
    !url.search &&
    !url.username;
  if (!ok) {
    throw new ConfigError(
      `${place}.url`,
      `expected an http(s) URL that ends with "/" and has no query or credentials, received "${mount.url}"`,
    );
  }
  assertPublic(place, mount);
}

function assertPublic(place: string, mount: { url: string; allowPrivate?: boolean }): void {
  if (mount.allowPrivate === true || isPublicHost(new URL(mount.url).hostname)) return;
  throw new ConfigError(
    `${place}.url`,
    "is a private address; `allowPrivate: true` permits that, for development",
  );
}

export function readPresets(presets: NonNullable<Definition["presets"]>): Presets {
  return Object.fromEntries(
    Object.entries(presets).map(([name, definition]) => [name, readPreset(name, definition)]),
  );
}

function readPreset(name: string, definition: PresetDefinition): Wishes {
  const place = `pictor.config.ts: presets.${name}`;
  const pairs = Object.entries(definition).flatMap(([param, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [param, String(one)] as const),
  );
  const wishes: Wishes = at(place, () => {
    const { preset: _, ...parsed } = parse([["preset", name], ...pairs]);
    resolve(parsed);
    return parsed;
  });
  const misplaced = Object.keys(wishes).find(
    (param) => PARAMS[param as ParamName].role !== "transform",
  );
  if (misplaced) throw new ConfigError(`${place}.${misplaced}`, "does not belong into a preset");
  return wishes;
}

export function readAutoFormats(formats: readonly string[]): readonly AutoFormat[] {
  const known = ["avif", "webp"] as const;
  return formats.map((format) => {
    const found = known.find((name) => name === format);
    if (!found) {
      throw new ConfigError(
        "pictor.config.ts: autoFormats",
        `expected any of ${known.join(", ")}, received "${format}"`,
      );
    }
    return found;
  });
}

export function readCors(cors: CorsDefinition): CorsDefinition {
  for (const origin of cors.origins) {
    if (origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue;
    throw new ConfigError(
      "pictor.config.ts: cors.origins",
      `expected "*" or origins such as https://www.example.com, received "${origin}"`,
    );
  }
  return cors;
}
