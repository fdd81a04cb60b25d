/**
 * `pictor.config.ts` and the environment → one frozen, validated object. Every mistake names its exact place.
 * Nothing is guessed: what is missing has a safe default, what is wrong is an error.
 */
import { at, ConfigError } from "./config-error.ts";
import {
  type AutoFormat,
  type CorsDefinition,
  type Definition,
  readAutoFormats,
  readCors,
  readMounts,
  readPresets,
} from "./definition.ts";
import { type DocumentLocation, parseLocation } from "./live/location.ts";
import type { Presets } from "./params/resolve.ts";
import type { Rules } from "./policy/rules/match.ts";
import { readRules } from "./policy/rules/read.ts";
import { SIGNING_MODES, type SigningMode } from "./policy/signature/authorize.ts";
import { parseKeys, type SigningKey } from "./policy/signature/keys.ts";
import { parseResponseKeys } from "./policy/signature/response-keys.ts";
import { type AllowList, allowsAnyHost, parseAllowedHosts } from "./policy/sources.ts";
import { type PurgeToken, readTokens } from "./policy/tokens.ts";
import { readVariantLimits, type VariantLimits } from "./policy/variant-limits.ts";

export { ConfigError } from "./config-error.ts";
export { defineConfig, type MountDefinition } from "./definition.ts";

export interface Config {
  readonly mounts: Definition["mounts"];
  readonly presets: Presets;
  readonly autoFormats: readonly AutoFormat[];
  readonly cors: CorsDefinition;
  /** Of `pictor.config.ts`: in force unless a live document replaces them (`live/`). */
  readonly rules: Rules;
  /** `RULES_DOCUMENT`. */
  readonly rulesDocument: DocumentLocation | undefined;
  readonly signing: { readonly mode: SigningMode; readonly keys: readonly SigningKey[] };
  readonly allowedHosts: AllowList;
  readonly edgeCache: "cache-api" | "workers-cache";
  /** Who may purge. */
  readonly purgeTokens: readonly PurgeToken[];
  /** Ed25519 seeds, the first of which signs answers. */
  readonly responseKeys: readonly SigningKey[];
  /** What the variant store may keep. */
  readonly variants: VariantLimits;
  /** Set by `npm start` alone: the start page, and `ALLOWED_HOSTS=*` without signatures. */
  readonly localDevelopment: boolean;
}

/** The Worker's variables and secrets that are text. */
export type Settings = Readonly<Record<string, unknown>>;

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
  const keys = at("SIGNING_KEYS", () => parseKeys(textOf(settings, "SIGNING_KEYS")));
  const mounts = readMounts(definition.mounts);
  const presets = readPresets(definition.presets ?? {});
  return Object.freeze({
    mounts,
    presets,
    autoFormats: readAutoFormats(definition.autoFormats ?? ["avif", "webp"]),
    cors: readCors(definition.cors ?? { origins: ["*"] }),
    rules: readRules(definition.rules ?? [], {
      file: "pictor.config.ts",
      mounts: Object.keys(mounts),
      presets: Object.keys(presets),
    }),
    rulesDocument: parseLocation(textOf(settings, "RULES_DOCUMENT")),
    signing: { mode, keys },
    allowedHosts,
    edgeCache: oneOf(settings, "EDGE_CACHE", ["cache-api", "workers-cache"], "cache-api"),
    purgeTokens: at("PURGE_TOKEN", () =>
      readTokens(
        {
          PURGE_TOKEN: textOf(settings, "PURGE_TOKEN"),
          PURGE_TOKENS: textOf(settings, "PURGE_TOKENS"),
        },
        localDevelopment,
      ),
    ),
    responseKeys: at("RESPONSE_SIGNING_KEYS", () =>
      parseResponseKeys(textOf(settings, "RESPONSE_SIGNING_KEYS"), keys),
    ),
    variants: readVariantLimits(definition.variants ?? {}, "pictor.config.ts: variants"),
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
