/** Rules that are valid and cannot keep what they seem to promise. For `pictor rules check`. */
import { MAX_SIDE } from "../../params/row.ts";
import { globCovers } from "./cover.ts";
import type { RuleDefinition } from "./definition.ts";
import { DAY, HOUR, inWords } from "./duration.ts";
import type { CompiledMatch, CompiledRule, Rules } from "./match.ts";
import { classOf } from "./match.ts";
import { LONGEST_TTL } from "./read.ts";

export interface Warning {
  /** As in a mistake, e.g. `pictor.config.ts: rules[2].browserTtl`. */
  readonly place: string;
  readonly text: string;
}

/** What else of the configuration rules depend on. */
export interface Surroundings {
  /** Whether there is a key to sign answers with. */
  readonly canSign: boolean;
  /** Most pixels of a result in AVIF: wider ones fall to WebP. */
  readonly maxAvifPixels: number;
}

export function warningsFor(rules: Rules, surroundings: Surroundings): readonly Warning[] {
  return rules.flatMap((rule, at) => {
    const own = CHECKS.flatMap((check) => check(rule, surroundings));
    return [...own, ...unreachable(rule, rules.slice(0, at))].map(({ field, text }) => ({
      place: field === "" ? rule.place : `${rule.place}.${field}`,
      text,
    }));
  });
}

interface Finding {
  /** Below the rule; empty for the rule itself. */
  readonly field: string;
  readonly text: string;
}

type Check = (rule: CompiledRule, surroundings: Surroundings) => readonly Finding[];

/** Findings for what holds; the words are made for those alone. */
function when(holds: boolean, field: string, text: () => string): readonly Finding[] {
  return holds ? [{ field, text: text() }] : [];
}

const isSaid = ({ definition }: CompiledRule, name: keyof RuleDefinition) =>
  definition[name] !== undefined;

/**
 * A purge reaches the edge within seconds, and no browser: those keep the answer for browserTtl, and may show it for
 * `stale-while-revalidate` more.
 */
const purgePromised: Check = (compiled) => {
  const { rule } = compiled;
  const kept = rule.browserTtl + rule.staleWhileRevalidate;
  const tagged = isSaid(compiled, "tags") && rule.tags.length > 0;
  return [
    ...when(tagged && (kept > HOUR || rule.immutable), "tags", () => {
      const how = rule.immutable ? " as immutable" : "";
      return `promise a purge, but browsers show the answer for up to ${inWords(kept)}${how} (browserTtl and staleWhileRevalidate), and no purge reaches them; keep the two within an hour`;
    }),
    ...when(!tagged && rule.browserTtl > DAY && !rule.immutable, "browserTtl", () => {
      return `no purge and no change of this rule reaches what browsers keep, for ${inWords(rule.browserTtl)}; if the URL changes with the picture, say \`immutable: true\``;
    }),
  ];
};

/** Where the origin is obeyed, browsers get no more than the edge. */
const browserBeyondEdge: Check = ({ rule }) =>
  when(rule.browserTtl > rule.edgeTtl && !rule.origin.obey, "browserTtl", () => {
    return `is longer than edgeTtl: browsers keep the answer for ${inWords(rule.browserTtl)} while the edge asks again after ${inWords(rule.edgeTtl)}, so the short edgeTtl is not felt`;
  });

const obeyed: Check = (compiled) => {
  const { rule } = compiled;
  if (!rule.origin.obey) return [];
  const stale = (["staleWhileRevalidate", "staleIfError"] as const).filter(
    (name) => isSaid(compiled, name) && rule[name] > 0,
  );
  return [
    ...when(rule.origin.max >= LONGEST_TTL, "originCacheControl", () => {
      return "has no `max`: a mistaken max-age of the origin is kept for up to a year";
    }),
    ...when(rule.origin.min > 0, "originCacheControl.min", () => {
      return `also keeps, for ${inWords(rule.origin.min)}, what the origin calls no-store or private`;
    }),
    ...stale.flatMap((field) =>
      when(true, field, () => {
        return "an origin that is obeyed and sends s-maxage, must-revalidate or proxy-revalidate forbids stale answers (RFC 9111 section 4.2.4); only its lifetime is taken over, so they are given all the same: say 0 to obey in this, too";
      }),
    ),
  ];
};

const staleOfNothing: Check = (compiled) =>
  when(
    compiled.rule.edgeTtl === 0 &&
      !compiled.rule.origin.obey &&
      isSaid(compiled, "staleWhileRevalidate") &&
      compiled.rule.staleWhileRevalidate > 0,
    "staleWhileRevalidate",
    () =>
      "with edgeTtl 0 every answer is stale at once: every request is made anew behind its answer",
  );

const ladders: Check = ({ rule: { widths } }, { maxAvifPixels }) => {
  const top = widths?.ladder.at(-1) ?? 0;
  const widest = Math.floor(Math.sqrt(maxAvifPixels));
  return when(top > widest, "widths.ladder", () => {
    return `${top} px is above the limit of AVIF (${(maxAvifPixels / 1e6).toFixed(1)} megapixels, ${widest} × ${widest}; at most ${MAX_SIDE} px a side in any format): with format=auto such results are WebP, with format=avif a 413`;
  });
};

const signing: Check = ({ rule }, { canSign }) =>
  when(rule.sign && !canSign, "sign", () => {
    return "there is no key here (RESPONSE_SIGNING_KEYS): without one in the deployment, its answers are 503";
  });

const negatives: Check = ({ rule, definition }) =>
  Object.keys(definition.negativeTtl ?? {}).flatMap((name) => {
    const ttl = rule.negativeTtl[name] ?? 0;
    const field = `negativeTtl.${name}`;
    return [
      ...when(ttl >= HOUR, field, () => {
        return `what is repaired or uploaded meanwhile stays an error for up to ${inWords(2 * ttl)}: at the edge and then in browsers`;
      }),
      ...when(name.startsWith("5") && ttl > MOST_OF_FAILURE, field, () => {
        return `a short failure of the origin lasts ${inWords(ttl)} for readers`;
      }),
    ];
  });

const MOST_OF_FAILURE = 60;

/** Headers with about as many values as there are readers. */
const PERSONAL = [
  "cookie",
  "authorization",
  "user-agent",
  "referer",
  "accept-language",
  "x-forwarded-for",
];

const varying: Check = ({ rule }) =>
  rule.vary.flatMap((name, at) =>
    when(PERSONAL.includes(name.toLowerCase()), `vary[${at}]`, () => {
      return `nearly every reader sends another ${name}: caches in front keep an entry for each, and Pictor's answer does not depend on it`;
    }),
  );

const encoded: Check = ({ match }) =>
  (match.path ?? []).flatMap(({ text }, at) =>
    when(/%[0-9A-Fa-f]{2}/.test(text) && !text.includes("://"), `match.path[${at}]`, () => {
      return `globs are compared with decoded paths: write ${JSON.stringify(decodedGlob(text))}`;
    }),
  );

function decodedGlob(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const CHECKS: readonly Check[] = [
  purgePromised,
  browserBeyondEdge,
  obeyed,
  staleOfNothing,
  ladders,
  signing,
  negatives,
  varying,
  encoded,
];

/** Only what one earlier rule takes alone is found; several together may do so unseen. */
function unreachable({ match }: CompiledRule, earlier: Rules): readonly Finding[] {
  const taking = earlier.find((other) => covers(other.match, match));
  if (!taking) return [];
  return [{ field: "", text: `is never reached: ${taking.rule.name} takes all that it matches` }];
}

function covers(wide: CompiledMatch, narrow: CompiledMatch): boolean {
  const lists = (["mount", "format", "preset"] as const).every((name) =>
    includesAll(wide[name], narrow[name]),
  );
  return lists && coversPaths(wide, narrow) && coversStatuses(wide.status, narrow.status);
}

function includesAll(
  wide: readonly string[] | undefined,
  narrow: readonly string[] | undefined,
): boolean {
  return wide === undefined || (narrow?.every((value) => wide.includes(value)) ?? false);
}

function coversPaths({ path: wide }: CompiledMatch, { path: narrow }: CompiledMatch): boolean {
  if (wide === undefined) return true;
  return narrow?.every((glob) => wide.some((other) => globCovers(other, glob))) ?? false;
}

function coversStatuses(
  wide: readonly string[] | undefined,
  narrow: readonly string[] | undefined,
): boolean {
  if (wide === undefined) return true;
  return (
    narrow?.every((name) => wide.includes(name) || wide.includes(classOf(Number(name)))) ?? false
  );
}
