/** `pictor rules explain`: which rule a URL comes under, why, and what comes of it. */
import { printCanonical } from "../../cache/key.ts";
import type { Config } from "../../config.ts";
import { ENGINE_VERSION } from "../../engine/pictor/engine.ts";
import { ERRORS } from "../../errors.ts";
import { cacheHeaders } from "../../http/cache-control.ts";
import { vary } from "../../http/vary.ts";
import type { OutputClass } from "../../params/output.ts";
import { parse } from "../../params/parse.ts";
import type { Transform } from "../../params/resolve.ts";
import { classesOf } from "../../policy/classes.ts";
import { type Hints, hintsOf, settle } from "../../policy/hints.ts";
import { mountOf, printSource, readSource, sourceTag } from "../../policy/mounts.ts";
import { inWords } from "../../policy/rules/duration.ts";
import {
  classOf,
  errorTtl,
  MOMENTARY,
  mismatch,
  type Rules,
  ruleFor,
  type Subject,
} from "../../policy/rules/match.ts";
import {
  applyGamut,
  applyWidths,
  classesUnder,
  type SizeAsked,
  sizeAsked,
} from "../../policy/rules/wishes.ts";
import { BUILT_IN_RULE, type CacheRule } from "../../policy/rules.ts";
import { readUrl } from "../../policy/url.ts";
import { CliError } from "../failure.ts";
import { loadRules } from "./load.ts";

export interface ExplainOptions {
  readonly accept?: string | undefined;
  readonly status: number;
  readonly document?: string | undefined;
  /** `ALLOWED_HOSTS` counts for remote pictures. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** ms since the epoch. */
  readonly now: number;
}

/** Throws CliError for rules that cannot be used, PictorError for a URL that would be refused. */
export async function explainUrl(url: string, options: ExplainOptions): Promise<string> {
  const { ALLOWED_HOSTS } = options.settings;
  const { config, rules, mistakes } = await loadRules(options.document, {
    ...(ALLOWED_HOSTS !== undefined && { ALLOWED_HOSTS }),
  });
  if (mistakes.length > 0) throw new CliError(mistakes.map(({ message }) => message).join("\n"));
  return explained(readPicture(url, config), rules, config, options);
}

/** The URL, read as the Gateway does. */
interface Picture {
  readonly path: string;
  readonly mount: string | undefined;
  readonly preset: string | undefined;
  readonly transform: Transform;
  /** Of a client that says nothing of itself. */
  readonly under: (rule: CacheRule) => Transform;
  readonly hints: Hints;
  readonly size: SizeAsked;
  /** Unix seconds. */
  readonly exp: number | undefined;
}

function readPicture(text: string, config: Config): Picture {
  if (!URL.canParse(text, "https://img.invalid")) throw new CliError(`${text} is not a URL`);
  const { segments, query } = readUrl(new URL(text, "https://img.invalid"));
  const wishes = parse(query);
  const source = readSource(segments, {
    mounts: Object.keys(config.mounts),
    allowedHosts: config.allowedHosts,
    selfHosts: [],
  });
  const hints = hintsOf(new Headers());
  const { usual, under } = settle(wishes, config.presets, hints);
  return {
    path: printSource(source),
    mount: mountOf(source),
    preset: wishes.preset,
    transform: usual,
    under,
    hints,
    size: sizeAsked(wishes, config.presets),
    exp: wishes.exp,
  };
}

function explained(
  picture: Picture,
  rules: Rules,
  config: Config,
  { accept, status, now }: ExplainOptions,
): string {
  const { path, mount, preset, transform } = picture;
  const subjectOf = (format: OutputClass): Subject => ({ path, mount, preset, format, status });
  const pictureRule = (format: OutputClass) =>
    ruleFor(rules, { ...subjectOf(format), status: 200 });
  const wanted = classesOf(transform.format, accept ?? null, config.autoFormats, path);
  const classes = classesUnder(wanted, transform.format, pictureRule);
  const output = classes[0]!;
  const rule = ruleFor(rules, subjectOf(output));
  const pictured = pictureRule(output);
  const sized = applyGamut(applyWidths(picture.under(pictured), pictured, picture.size), pictured);
  const remaining = picture.exp === undefined ? undefined : picture.exp - Math.floor(now / 1000);
  const headers =
    status === 200
      ? headersOf(picture, rule, remaining)
      : errorHeaders(picture, rule, status, remaining);
  return [
    ...heading(picture, subjectOf(output), sized),
    ...others(classes, rule, (format) => ruleFor(rules, subjectOf(format))),
    "",
    ...decision(rules, subjectOf(output)),
    "",
    "headers",
    ...headers.map(([name, value]) => `  ${name}: ${value}`),
    "",
    status === 200 ? "lifetimes" : "lifetime",
    ...(status === 200 ? lifetimes(rule) : [errorInWords(rule, status)]),
    "",
    "key",
    `  ${printCanonical({ source: path, transform: sized, output }, ENGINE_VERSION)}`,
  ].join("\n");
}

function heading({ transform, ...picture }: Picture, subject: Subject, sized: Transform): string[] {
  const { width, height } = transform;
  const box = (size: Transform) => `${size.width ?? "any"} × ${size.height ?? "any"}`;
  const snapped = sized.width !== width || sized.height !== height;
  return [
    `path    ${picture.path}`,
    `mount   ${picture.mount ?? "none: a remote picture"}`,
    `preset  ${picture.preset ?? "none"}`,
    `format  ${subject.format}`,
    `status  ${subject.status}`,
    ...(snapped ? [`size    ${box(transform)}, snapped to ${box(sized)}`] : []),
  ];
}

/** What is answered instead where the first class does not fit, with the rule of each where it is another. */
function others(
  [, ...rest]: readonly OutputClass[],
  rule: CacheRule,
  ruleOf: (output: OutputClass) => CacheRule,
): string[] {
  if (rest.length === 0) return [];
  const named = rest.map((output) => {
    const { name } = ruleOf(output);
    return name === rule.name ? output : `${output} (rule ${name})`;
  });
  return [`else    ${named.join(", then ")}`];
}

/** Rule after rule until one matches. */
function decision(rules: Rules, subject: Subject): string[] {
  const lines: string[] = [];
  for (const { rule, match } of rules) {
    const why = mismatch(match, subject);
    if (why === undefined) return [...lines, `rule    ${rule.name}`];
    lines.push(`not     ${rule.name}: ${why}`);
  }
  return [...lines, `rule    ${BUILT_IN_RULE.name}: no other matches`];
}

type Lines = readonly (readonly [name: string, value: string])[];

function headersOf(picture: Picture, rule: CacheRule, remaining: number | undefined): Lines {
  const moment = remaining === undefined ? {} : { remaining };
  return [
    ...Object.entries(cacheHeaders(rule, moment)),
    ...variesBy(picture, rule),
    ["Cache-Tag", [sourceTag(picture.path), ...rule.tags].join(",")],
  ];
}

function errorHeaders(
  picture: Picture,
  rule: CacheRule,
  status: number,
  remaining = Number.POSITIVE_INFINITY,
): Lines {
  const ttl = Math.min(errorTtl(rule, status), remaining);
  const value = ttl > 0 ? `public, max-age=${ttl}` : "no-store";
  return [["Cache-Control", value], ...variesBy(picture, rule)];
}

function variesBy({ transform, hints }: Picture, rule: CacheRule): Lines {
  const accept = transform.format === "auto" ? ["Accept"] : [];
  const value = vary([...accept, ...hints.looked(), ...rule.vary]);
  return value === undefined ? [] : [["Vary", value]];
}

function lifetimes(rule: CacheRule): string[] {
  const { browserTtl, edgeTtl, staleWhileRevalidate, staleIfError, origin, immutable } = rule;
  const errors = Object.entries(rule.negativeTtl).map(
    ([name, ttl]) => `${name} ${ttl === 0 ? "never" : inWords(ttl)}`,
  );
  return [
    `  browsers ask again after ${inWords(browserTtl)}${origin.obey ? ", or as early as the edge" : ""}${immutable ? ", and not on reload (immutable)" : ""}`,
    `  the edge asks the origin again after ${inWords(edgeTtl)}${obeyed(origin)}`,
    `  for ${inWords(staleWhileRevalidate)} more, both may show the stale answer while they get a new one`,
    `  for ${inWords(staleIfError)} more, they may show it where there is no new one to get`,
    `  errors are kept: ${errors.join(", ")}`,
    ...(rule.sign ? ["  answers are signed"] : []),
  ];
}

function obeyed({ obey, min, max }: CacheRule["origin"]): string {
  return obey
    ? ` where its Cache-Control says nothing, else as it says, within ${inWords(min)} and ${inWords(max)}`
    : "";
}

function errorInWords(rule: CacheRule, status: number): string {
  if (MOMENTARY.has(status)) return `  ${status} is never kept: it speaks of one request or moment`;
  const ttl = errorTtl(rule, status);
  const known = Object.values(ERRORS).some((kind) => kind.status === status);
  const name = rule.negativeTtl[status] === undefined ? classOf(status) : String(status);
  return [
    `  kept for ${ttl === 0 ? "no time" : inWords(ttl)}, by browsers and at the edge (negativeTtl ${name})`,
    ...(known ? [] : [`  ${status} is no status that there is here`]),
  ].join("\n");
}
