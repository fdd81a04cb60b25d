/** Cache rules as they are written: in `pictor.config.ts`, and in the live document. */
import type { OutputClass } from "../../params/output.ts";

/** Whole seconds, or a text such as `90s`, `5m`, `1h`, `30d`. */
export type Duration = number | string;

/** What a rule is for. Everything that it names must hold; of a list, any one. Without it, the rule is for all. */
export interface RuleMatch {
  /** Globs on the decoded path of the source: `*` and `?` stay within a segment, `**` crosses them. */
  readonly path?: string | readonly string[];
  /** Paths of mounts, as in `mounts`; `remote` for pictures that the URL names by their own URL. */
  readonly mount?: string | readonly string[];
  /** Classes of output. `base` is JPEG or PNG, `own` the source's own format (a URL without `format`). */
  readonly format?: OutputClass | readonly OutputClass[];
  /** Presets that the URL names. */
  readonly preset?: string | readonly string[];
  /** 200, an error such as 404, or a class: `2xx`, `4xx`, `5xx`. Without it, all. */
  readonly status?: number | string | readonly (number | string)[];
}

export interface RuleDefinition {
  readonly name: string;
  readonly match?: RuleMatch;
  readonly browserTtl?: Duration;
  readonly edgeTtl?: Duration;
  readonly staleWhileRevalidate?: Duration;
  readonly staleIfError?: Duration;
  /** By status (`404`) or class (`4xx`, `5xx`); 0 is `no-store`. */
  readonly negativeTtl?: Readonly<Record<string, Duration>>;
  /** `obey`, or bounds for it: the origin's `Cache-Control` decides the edge's TTL, and `edgeTtl` where it is silent. */
  readonly originCacheControl?:
    | "ignore"
    | "obey"
    | { readonly min?: Duration; readonly max?: Duration };
  readonly immutable?: boolean;
  readonly tags?: readonly string[];
  /** Names of request headers. */
  readonly vary?: readonly string[];
  /** In device pixels, ascending. */
  readonly widths?: { readonly ladder: readonly number[]; readonly mode: "snap" | "refuse" };
  /** What `format` may ask for, and what `format=auto` may choose besides JPEG and PNG. */
  readonly formats?: readonly string[];
  /** `keep`: wide pictures stay wide, whatever the URL says; `srgb`: none does. Without it, the URL's `gamut` counts. */
  readonly gamut?: "srgb" | "keep";
  readonly sign?: boolean;
}

/** Each name once, so that a mistake is told by the list of those that exist. */
export const RULE_FIELDS = [
  "name",
  "match",
  "browserTtl",
  "edgeTtl",
  "staleWhileRevalidate",
  "staleIfError",
  "negativeTtl",
  "originCacheControl",
  "immutable",
  "tags",
  "vary",
  "widths",
  "formats",
  "gamut",
  "sign",
] as const satisfies readonly (keyof RuleDefinition)[];

export const MATCH_FIELDS = [
  "path",
  "mount",
  "format",
  "preset",
  "status",
] as const satisfies readonly (keyof RuleMatch)[];
