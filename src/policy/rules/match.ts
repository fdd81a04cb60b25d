/** Which rule a request comes under: the first one that matches. */
import { ERRORS } from "../../errors.ts";
import { BUILT_IN_RULE, type CacheRule } from "../rules.ts";
import type { RuleDefinition } from "./definition.ts";
import { type Glob, matchesGlob } from "./glob.ts";

/** What a rule is for; what is absent is no condition. */
export interface CompiledMatch {
  readonly path?: readonly Glob[];
  readonly mount?: readonly string[];
  readonly format?: readonly string[];
  readonly preset?: readonly string[];
  /** `404` or `4xx`, as text. */
  readonly status?: readonly string[];
}

export interface CompiledRule {
  readonly match: CompiledMatch;
  /** What it says, over what is built in. */
  readonly rule: CacheRule;
  /** As it was written, and where: for those who judge it. */
  readonly definition: RuleDefinition;
  readonly place: string;
}

/** In their order. */
export type Rules = readonly CompiledRule[];

/** One answer to one request, as far as rules can tell it from others. */
export interface Subject {
  /** Path of the source in its one canonical spelling (`printSource`). */
  readonly path: string;
  /** None for remote sources. */
  readonly mount: string | undefined;
  /** Class of output. */
  readonly format: string | undefined;
  readonly preset?: string | undefined;
  /** 200 for whatever is a picture, also for 206 and 304. */
  readonly status: number;
}

/** In `match.mount`: pictures that the URL names by their own URL. */
export const REMOTE = "remote";

/**
 * The first rule that matches, or the built-in one. For a 200, `negativeTtl` also holds what rules that name errors
 * say of this request, so that the one rule tells how long whatever comes of it may be kept.
 */
export function ruleFor(rules: Rules, subject: Subject): CacheRule {
  const found = firstFor(rules, subject);
  if (subject.status >= 400) return found;
  const named = errorsNamedBy(rules);
  if (named.length === 0) return found;
  const said = named.map((status) => {
    return [status, errorTtl(firstFor(rules, { ...subject, status }), status)] as const;
  });
  return { ...found, negativeTtl: { ...found.negativeTtl, ...Object.fromEntries(said) } };
}

function firstFor(rules: Rules, subject: Subject): CacheRule {
  const path = decoded(subject.path);
  return (
    rules.find(({ match }) => mismatchOf(match, subject, path) === undefined)?.rule ?? BUILT_IN_RULE
  );
}

/** Seconds that an error may be kept; 0 is `no-store`. */
export function errorTtl({ negativeTtl }: Pick<CacheRule, "negativeTtl">, status: number): number {
  if (MOMENTARY.has(status)) return 0;
  return negativeTtl[status] ?? negativeTtl[classOf(status)] ?? 0;
}

/**
 * What a request header alone decided (412, 416), or the state of this service at one moment: never kept, whatever a
 * rule says. 502 and 504 speak of the origin, and may be.
 */
export const MOMENTARY: ReadonlySet<number> = new Set([412, 416, 500, 503, 508]);

export const classOf = (status: number): string => `${Math.floor(status / 100)}xx`;

/** Errors that there are here, ascending. */
export const ERROR_STATUSES: readonly number[] = [
  ...new Set(Object.values(ERRORS).map(({ status }) => status as number)),
].sort((a, b) => a - b);

const named = new WeakMap<Rules, readonly number[]>();

/** Errors that at least one rule is for by name or class. */
function errorsNamedBy(rules: Rules): readonly number[] {
  const known = named.get(rules);
  if (known) return known;
  const found = ERROR_STATUSES.filter((status) =>
    rules.some(({ match }) => match.status && namesStatus(match.status, status)),
  );
  named.set(rules, found);
  return found;
}

export function namesStatus(names: readonly string[], status: number): boolean {
  return names.includes(String(status)) || names.includes(classOf(status));
}

/** Why a rule does not match, as a sentence; `undefined` when it does. */
export function mismatch(match: CompiledMatch, subject: Subject): string | undefined {
  return mismatchOf(match, subject, decoded(subject.path))?.();
}

/** The cheapest conditions first; the words only for those who ask. */
function mismatchOf(
  { path, mount, format, preset, status }: CompiledMatch,
  subject: Subject,
  decodedPath: string,
): (() => string) | undefined {
  if (status && !namesStatus(status, subject.status)) {
    return () => `its status is ${subject.status}, not ${status.join(" or ")}`;
  }
  const subjectMount = subject.mount ?? REMOTE;
  if (mount && !mount.includes(subjectMount)) {
    return () => `its mount is ${subjectMount}, not ${mount.join(" or ")}`;
  }
  const output = subject.format ?? "own";
  if (format && !format.includes(output)) {
    return () => `its format is ${output}, not ${format.join(" or ")}`;
  }
  if (preset && !preset.includes(subject.preset ?? "")) {
    return () => `its preset is ${subject.preset ?? "none"}, not ${preset.join(" or ")}`;
  }
  if (path && !path.some((glob) => matchesGlob(glob, decodedPath))) {
    return () =>
      `its path ${decodedPath} does not match ${path.map(({ text }) => text).join(" or ")}`;
  }
  return undefined;
}

/** Globs are written as people read paths. A canonical path was encoded from text, so it can always be decoded. */
function decoded(path: string): string {
  return path.includes("%") ? decodeURIComponent(path) : path;
}
