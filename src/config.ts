/**
 * `pictor.config.ts` and the environment → one frozen, validated object. Every mistake names its exact place.
 * Nothing is guessed: what is missing has a safe default, what is wrong is an error.
 */
import { PictorError } from "./errors.ts";
import { parse } from "./params/parse.ts";
import { type Presets, resolve } from "./params/resolve.ts";
import type { ParamName, Wishes } from "./params/table.ts";
import { SIGNING_MODES, type SigningMode } from "./policy/signature/authorize.ts";
import { parseKeys, type SigningKey } from "./policy/signature/keys.ts";
import { type AllowList, allowsAnyHost, parseAllowedHosts } from "./policy/sources.ts";

/** Where a mount's pictures come from. */
export type MountDefinition =
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

export type PresetDefinition = Partial<Record<ParamName, string | number | boolean>>;
export type AutoFormat = "avif" | "webp";

export interface Definition {
  /** Path prefix → origin. */
  readonly mounts: Readonly<Record<string, MountDefinition>>;
  readonly presets?: Readonly<Record<string, PresetDefinition>>;
  readonly autoFormats?: readonly AutoFormat[];
  readonly cors?: { readonly origins: readonly string[] };
}

/** Only for its types: editors complete and check `pictor.config.ts`. */
export function defineConfig(definition: Definition): Definition {
  return definition;
}

export interface Config {
  readonly mounts: Readonly<Record<string, MountDefinition>>;
  readonly presets: Presets;
  readonly autoFormats: readonly AutoFormat[];
  readonly cors: { readonly origins: readonly string[] };
  readonly signing: { readonly mode: SigningMode; readonly keys: readonly SigningKey[] };
  readonly allowedHosts: AllowList;
  readonly edgeCache: "cache-api";
  /** Set by `npm start` alone: the start page, and `ALLOWED_HOSTS=*` without signatures. */
  readonly localDevelopment: boolean;
}

/** The Worker's variables and secrets that are text. */
export type Settings = Readonly<Record<string, unknown>>;

/** A mistake in `pictor.config.ts` or in a setting; for whoever runs the service, never shown to clients. */
export class ConfigError extends Error {
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = "ConfigError";
  }
}

/** Throws ConfigError. */
export function readConfig(settings: Settings, definition: Definition): Config {
  const mode = oneOf(settings, "SIGNING", SIGNING_MODES, "required");
  const localDevelopment =
    oneOf(settings, "LOCAL_DEVELOPMENT", ["true", "false"], "false") === "true";
  const allowedHosts = at("ALLOWED_HOSTS", () =>
    parseAllowedHosts(textOf(settings, "ALLOWED_HOSTS")),
  );
  if (allowsAnyHost(allowedHosts) && mode !== "required" && !localDevelopment) {
    throw new ConfigError(
      "ALLOWED_HOSTS",
      "`*` lets anyone use this service for any host, so it needs SIGNING=required",
    );
  }
  return Object.freeze({
    mounts: readMounts(definition.mounts),
    presets: readPresets(definition.presets ?? {}),
    autoFormats: readAutoFormats(definition.autoFormats ?? ["avif", "webp"]),
    cors: readCors(definition.cors ?? { origins: ["*"] }),
    signing: { mode, keys: at("SIGNING_KEYS", () => parseKeys(textOf(settings, "SIGNING_KEYS"))) },
    allowedHosts,
    edgeCache: oneOf(settings, "EDGE_CACHE", ["cache-api"], "cache-api"),
    localDevelopment,
  });
}

function textOf(settings: Settings, name: string): string {
  const value = settings[name] ?? "";
  if (typeof value !== "string")
    throw new ConfigError(name, `expected text, received ${typeof value}`);
  return value;
}

function oneOf<T extends string>(
  settings: Settings,
  name: string,
  values: readonly T[],
  usual: T,
): T {
  const value = textOf(settings, name) || usual;
  const found = values.find((allowed) => allowed === value);
  if (!found)
    throw new ConfigError(name, `expected one of ${values.join(", ")}, received "${value}"`);
  return found;
}

/** Runs a reader and puts the place before its complaint. */
function at<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(place, complaint(error));
  }
}

function complaint(error: unknown): string {
  if (!(error instanceof PictorError))
    return error instanceof Error ? error.message : String(error);
  const { param, expected, received, detail } = error.info;
  const words = [
    param && `\`${param}\``,
    expected && `expected ${expected}`,
    received && `received ${received}`,
  ];
  return words.filter(Boolean).join(": ") || (detail ?? error.message);
}

const MOUNT_PATH = /^\/(?:[^/%?#\\]+\/)*$/;

function readMounts(mounts: Definition["mounts"]): Config["mounts"] {
  for (const [path, mount] of Object.entries(mounts)) {
    const place = `pictor.config.ts: mounts["${path}"]`;
    if (!MOUNT_PATH.test(path)) {
      throw new ConfigError(place, "expected a path that starts and ends with `/`, such as /blog/");
    }
    if (path.startsWith("/_/")) throw new ConfigError(place, "/_/ belongs to the service itself");
    assertMount(place, mount);
  }
  return mounts;
}

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
}

function readPresets(presets: NonNullable<Definition["presets"]>): Presets {
  return Object.fromEntries(
    Object.entries(presets).map(([name, definition]) => [name, readPreset(name, definition)]),
  );
}

const NOT_IN_PRESETS: readonly ParamName[] = ["preset", "explain", "exp", "kid", "sig"];

function readPreset(name: string, definition: PresetDefinition): Wishes {
  const place = `pictor.config.ts: presets.${name}`;
  const pairs = Object.entries(definition).map(([param, value]) => [param, String(value)] as const);
  const wishes: Wishes = at(place, () => {
    const { preset: _, ...parsed } = parse([["preset", name], ...pairs]);
    resolve(parsed);
    return parsed;
  });
  const misplaced = pairs
    .map(([param]) => param)
    .find((param) => NOT_IN_PRESETS.some((not) => not === param));
  if (misplaced) throw new ConfigError(`${place}.${misplaced}`, "does not belong into a preset");
  return wishes;
}

function readAutoFormats(formats: readonly string[]): readonly AutoFormat[] {
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

function readCors(cors: { readonly origins: readonly string[] }): Config["cors"] {
  for (const origin of cors.origins) {
    if (origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue;
    throw new ConfigError(
      "pictor.config.ts: cors.origins",
      `expected "*" or origins such as https://www.example.com, received "${origin}"`,
    );
  }
  return cors;
}
