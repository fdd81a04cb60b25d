/** Rules as written → rules as used: checked in full, frozen. Every mistake names its exact place. */

import { ConfigError } from "../../config-error.ts";
import { OUTPUT_CLASSES, PLACEHOLDERS } from "../../params/output.ts";
import { MAX_SIDE } from "../../params/table.ts";
import { BUILT_IN_RULE, type CacheRule } from "../rules.ts";
import { MATCH_FIELDS, RULE_FIELDS, type RuleDefinition } from "./definition.ts";
import { DAY, DURATION, secondsOf } from "./duration.ts";
import {
  flagOf,
  integerOf,
  listOf,
  objectOf,
  oneOrMore,
  optional,
  type Reader,
  refuse,
  textOf,
  wordOf,
} from "./fields.ts";
import { GlobError, parseGlob } from "./glob.ts";
import {
  type CompiledMatch,
  type CompiledRule,
  ERROR_STATUSES,
  MOMENTARY,
  namesStatus,
  REMOTE,
  type Rules,
} from "./match.ts";

/** Where the rules stand, and what they may speak of. */
export interface RulesContext {
  /** Put before every place: `pictor.config.ts`, or the live document's name. */
  readonly file: string;
  readonly mounts: readonly string[];
  readonly presets: readonly string[];
}

export const MOST_RULES = 200;
const MOST_GLOBS = 50;
const MOST_NAMES = 50;
const MOST_TAGS = 16;
const MOST_HEADERS = 8;
const MOST_WIDTHS = 64;

/** Longest lifetime that a rule may state. */
export const LONGEST_TTL = 365 * DAY;
const LONGEST_NEGATIVE_TTL = 30 * DAY;

/** What `formats` may list; `auto`, and a URL without `format`, are always allowed. */
export const RULE_FORMATS = [
  "avif",
  "webp",
  "jpeg",
  "png",
  "gif",
  "jxl",
  "svg",
  "json",
  ...PLACEHOLDERS,
] as const;

/** Throws ConfigError for the first mistake. */
export function readRules(definitions: unknown, context: RulesContext): Rules {
  const { rules, mistakes } = examineRules(definitions, context);
  if (mistakes[0]) throw mistakes[0];
  return rules;
}

/** All that is wrong, one mistake a rule. */
export function examineRules(
  definitions: unknown,
  context: RulesContext,
): { readonly rules: Rules; readonly mistakes: readonly ConfigError[] } {
  const place = `${context.file}: rules`;
  const mistakes: ConfigError[] = [];
  const rules: CompiledRule[] = [];
  const collect = (read: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      mistakes.push(error);
    }
  };
  collect(() => {
    if (!Array.isArray(definitions)) return refuse(place, "a list", definitions);
    if (definitions.length > MOST_RULES) {
      return refuse(place, `at most ${MOST_RULES} rules`, definitions.length);
    }
    const names = new Map<string, string>();
    definitions.forEach((definition: unknown, at) => {
      collect(() => {
        const rule = readRule(definition, `${place}[${at}]`, context);
        assertNewName(rule, names);
        rules.push(rule);
      });
    });
  });
  return { rules: Object.freeze(rules), mistakes };
}

function assertNewName({ rule: { name }, place }: CompiledRule, names: Map<string, string>): void {
  const before = names.get(name);
  if (before !== undefined) refuse(`${place}.name`, `a name that ${before} does not have`, name);
  names.set(name, place.slice(place.lastIndexOf("rules[")));
}

function readRule(value: unknown, place: string, context: RulesContext): CompiledRule {
  const fields = objectOf(value, place, RULE_FIELDS);
  const match = optional(fields.match, `${place}.match`, matchReader(context)) ?? {};
  const rule = Object.freeze(readSettings(fields, place));
  const compiled = { match, rule, definition: fields as unknown as RuleDefinition, place };
  assertMeant(compiled, fields);
  return Object.freeze(compiled);
}

const NAME = textOf(
  /^(?!built-in$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  "a name of up to 64 letters, digits, dots, dashes and underscores, other than built-in",
);

function readSettings(fields: Readonly<Record<string, unknown>>, place: string): CacheRule {
  const read = <T>(name: keyof RuleDefinition, reader: Reader<T>, usual: T): T =>
    optional(fields[name], `${place}.${name}`, reader) ?? usual;
  const built = BUILT_IN_RULE;
  const widths = optional(fields.widths, `${place}.widths`, readWidths);
  const formats = optional(fields.formats, `${place}.formats`, FORMATS);
  const saveData = optional(fields.saveData, `${place}.saveData`, readSaveData);
  const gamut = optional(fields.gamut, `${place}.gamut`, wordOf(["srgb", "keep"]));
  return {
    name: NAME(fields.name, `${place}.name`),
    browserTtl: read("browserTtl", TTL, built.browserTtl),
    edgeTtl: read("edgeTtl", TTL, built.edgeTtl),
    staleWhileRevalidate: read("staleWhileRevalidate", TTL, built.staleWhileRevalidate),
    staleIfError: read("staleIfError", TTL, built.staleIfError),
    negativeTtl: read("negativeTtl", readNegative, built.negativeTtl),
    origin: read("originCacheControl", readOrigin, built.origin),
    immutable: read("immutable", flagOf, built.immutable),
    tags: read("tags", TAGS, built.tags),
    vary: read("vary", VARY, built.vary),
    sign: read("sign", flagOf, built.sign),
    ...(widths && { widths }),
    ...(formats && { formats }),
    ...(saveData && { saveData }),
    ...(gamut && { gamut }),
  };
}

function durationUpTo(most: number): Reader<number> {
  const days = most / DAY;
  return (value, place) => {
    const seconds = secondsOf(value) ?? refuse(place, DURATION, value);
    return seconds <= most ? seconds : refuse(place, `at most ${days}d`, value);
  };
}

const TTL = durationUpTo(LONGEST_TTL);
const NEGATIVE_TTL = durationUpTo(LONGEST_NEGATIVE_TTL);

const ERROR_NAMES = [
  "4xx",
  "5xx",
  ...ERROR_STATUSES.filter((status) => !MOMENTARY.has(status)).map(String),
];

/** A class that is said covers the single statuses that only the built-in rule says. */
const readNegative: Reader<CacheRule["negativeTtl"]> = (value, place) => {
  const said = Object.keys(value ?? {}).find((name) => MOMENTARY.has(Number(name)));
  if (said !== undefined && typeof value === "object") {
    throw new ConfigError(
      `${place}.${said}`,
      "is always no-store: it speaks of one request or moment",
    );
  }
  const entries = Object.entries(objectOf(value, place, ERROR_NAMES)).map(
    ([name, ttl]) => [name, NEGATIVE_TTL(ttl, `${place}.${name}`)] as const,
  );
  const built = Object.entries(BUILT_IN_RULE.negativeTtl).filter(
    ([name]) => !entries.some(([own]) => own === `${name[0]}xx`),
  );
  return Object.freeze(Object.fromEntries([...built, ...entries]));
};

const readOrigin: Reader<CacheRule["origin"]> = (value, place) => {
  const { min, max } = BUILT_IN_RULE.origin;
  if (value === "ignore") return BUILT_IN_RULE.origin;
  if (value === "obey") return Object.freeze({ obey: true, min, max });
  if (typeof value !== "object") return refuse(place, "ignore, obey, or { min, max }", value);
  const bounds = objectOf(value, place, ["min", "max"]);
  const origin = {
    obey: true,
    min: optional(bounds.min, `${place}.min`, TTL) ?? min,
    max: optional(bounds.max, `${place}.max`, TTL) ?? max,
  };
  if (origin.min > origin.max) refuse(`${place}.min`, "at most `max`", bounds.min);
  return Object.freeze(origin);
};

/** Visible ASCII without what separates tags; the names of inputs are ours. */
const TAG = textOf(
  /^(?!source:|fallback$|degraded$)[!#-+\--~]{1,64}$/,
  "a tag of up to 64 visible ASCII characters without space, comma and quotes, that is not source:…, fallback or degraded",
);
const TAGS = listOf(TAG, 0, MOST_TAGS);

const HEADER = textOf(
  /^[A-Za-z0-9!#$%&'+.^_`|~-]{1,64}$/,
  "the name of a request header (Vary: * would forbid every cache)",
);
const VARY: Reader<readonly string[]> = (value, place) => {
  const names = listOf(HEADER, 0, MOST_HEADERS)(value, place);
  const lower = names.map((name) => name.toLowerCase());
  const twice = lower.findIndex((name, at) => lower.indexOf(name) !== at);
  return twice < 0 ? names : refuse(`${place}[${twice}]`, "each header once", names[twice]);
};

const FORMATS = listOf(wordOf(RULE_FORMATS), 1, MOST_NAMES);

const readWidths: Reader<NonNullable<CacheRule["widths"]>> = (value, place) => {
  const fields = objectOf(value, place, ["ladder", "mode"]);
  const ladder = listOf(integerOf(1, MAX_SIDE), 1, MOST_WIDTHS)(fields.ladder, `${place}.ladder`);
  const unsorted = ladder.findIndex((width, at) => at > 0 && width < ladder[at - 1]!);
  if (unsorted > 0) {
    refuse(`${place}.ladder[${unsorted}]`, `more than ${ladder[unsorted - 1]}`, ladder[unsorted]);
  }
  return Object.freeze({ ladder, mode: wordOf(["snap", "refuse"])(fields.mode, `${place}.mode`) });
};

/** One step below the usual 80: `medium-high`. */
const SAVING_QUALITY = 70;

const readSaveData: Reader<CacheRule["saveData"]> = (value, place) => {
  if (value === false) return undefined;
  if (value === true) return Object.freeze({ quality: SAVING_QUALITY, overrides: false });
  if (typeof value !== "object") return refuse(place, "true, false, or { quality }", value);
  const { quality } = objectOf(value, place, ["quality"]);
  return Object.freeze({
    quality: integerOf(1, 100)(quality, `${place}.quality`),
    overrides: true,
  });
};

const STATUS: Reader<string> = (value, place) => {
  const text = String(value);
  const known =
    ["200", "2xx", "4xx", "5xx"].includes(text) || ERROR_STATUSES.includes(Number(text));
  if (known && (typeof value === "number" || typeof value === "string")) return text;
  return refuse(
    place,
    `200 (also for 206 and 304), an error that there is (${ERROR_STATUSES.join(", ")}), or 2xx, 4xx, 5xx`,
    value,
  );
};

function matchReader({ mounts, presets }: RulesContext): Reader<CompiledMatch> {
  const readers = {
    path: oneOrMore(readGlob, MOST_GLOBS),
    mount: oneOrMore(wordOf([...mounts, REMOTE]), MOST_NAMES),
    format: oneOrMore(wordOf(OUTPUT_CLASSES), MOST_NAMES),
    preset: oneOrMore(wordOf(presets, "preset"), MOST_NAMES),
    status: oneOrMore(STATUS, MOST_NAMES),
  };
  return (value, place) => {
    const fields = objectOf(value, place, MATCH_FIELDS);
    const entries = Object.entries(fields).map(
      ([name, field]) =>
        [name, readers[name as keyof typeof readers](field, `${place}.${name}`)] as const,
    );
    return Object.freeze(Object.fromEntries(entries));
  };
}

function readGlob(value: unknown, place: string) {
  if (typeof value !== "string") return refuse(place, "a glob as text", value);
  try {
    return parseGlob(value);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    return refuse(place, error.message, value);
  }
}

/** What can have an effect on errors alone, and on pictures alone. */
const FOR_ERRORS: readonly string[] = ["name", "match", "negativeTtl", "vary"];

/** What is said must be able to have an effect. */
function assertMeant(
  { match, rule, place }: CompiledRule,
  fields: Readonly<Record<string, unknown>>,
): void {
  if (rule.immutable && rule.browserTtl === 0) {
    throw new ConfigError(
      `${place}.immutable`,
      "contradicts browserTtl 0: nothing is kept that could be",
    );
  }
  const { status } = match;
  if (!status) return;
  if (!namesStatus(status, 200)) {
    const useless = Object.keys(fields).find((name) => !FOR_ERRORS.includes(name));
    if (useless !== undefined) {
      throw new ConfigError(
        `${place}.${useless}`,
        "has no effect: match.status names errors only, and how long they live is negativeTtl",
      );
    }
  }
  if (
    fields.negativeTtl !== undefined &&
    !ERROR_STATUSES.some((code) => namesStatus(status, code))
  ) {
    throw new ConfigError(`${place}.negativeTtl`, "has no effect: match.status names no error");
  }
}
