/** What may be asked for under a rule: widths and formats. All of it comes before the key, so that folded URLs share entries. */
import { PictorError } from "../../errors.ts";
import type { OutputClass } from "../../params/output.ts";
import type { Presets, Transform } from "../../params/resolve.ts";
import { MAX_SIDE } from "../../params/row.ts";
import type { Wishes } from "../../params/table.ts";
import type { CacheRule } from "../rules.ts";

/** How a URL came to its size; a resolved transform no longer knows. */
export interface SizeAsked {
  /** Where it, and not the second side, made the shape. */
  readonly ar?: NonNullable<Transform["ar"]>;
  /** `auto`: the client had a say, so that a width that is not allowed is not the URL's fault. */
  readonly dpr: number | "auto";
}

/** `wishes` as parsed; they must have been resolved without an error. */
export function sizeAsked(wishes: Wishes, presets: Presets): SizeAsked {
  const { preset, ...explicit } = wishes;
  const {
    ar,
    width,
    height,
    dpr = 1,
  }: Wishes = {
    ...(preset !== undefined && Object.hasOwn(presets, preset) ? presets[preset] : {}),
    ...explicit,
  };
  // With both sides there, one of the three has given way to the URL: an explicit `ar` stays, a preset's does not.
  const counts = explicit.ar !== undefined || width === undefined || height === undefined;
  return ar && counts ? { ar, dpr } : { dpr };
}

/**
 * The transform with a width of the rule's ladder, in device pixels (`width` × `dpr`, presets expanded): the next
 * larger one, or the largest; `height` follows by `ar`, or in the proportion of the two. Where `height` alone is given,
 * the ladder is for it. A transform without either is left as it is. Everything else in px (`pad`, `blur`) stays.
 *
 * Throws bad_parameter (400) where the rule refuses instead (never what `dpr=auto` came to), or where the other side would get longer than 8192 px.
 */
export function applyWidths(
  transform: Transform,
  { widths }: Pick<CacheRule, "widths">,
  asked: SizeAsked = { dpr: 1 },
): Transform {
  const { width, height } = transform;
  const given = width ?? height;
  if (!widths || given === undefined || widths.ladder.includes(given)) return transform;
  const side = width === undefined ? "height" : "width";
  if (widths.mode === "refuse" && asked.dpr !== "auto") {
    throw notOnLadder(side, given, widths.ladder, asked.dpr);
  }
  const snapped = widths.ladder.find((rung) => rung > given) ?? widths.ladder.at(-1)!;
  if (width === undefined) return { ...transform, height: snapped };
  if (height === undefined) return { ...transform, width: snapped };
  return { ...transform, width: snapped, height: otherSide(snapped, width, height, asked) };
}

function otherSide(snapped: number, width: number, height: number, { ar }: SizeAsked): number {
  const exact = ar ? snapped * (ar.height / ar.width) : height * (snapped / width);
  const px = Math.max(1, Math.round(exact));
  if (px <= MAX_SIDE) return px;
  throw new PictorError("bad_parameter", {
    param: "height",
    expected: `a shape that is at most ${MAX_SIDE} px high where it is ${snapped} px wide, the nearest width that is allowed here`,
    received: `${width} × ${height}`,
  });
}

function notOnLadder(
  param: "width" | "height",
  given: number,
  ladder: readonly number[],
  dpr: number,
): PictorError {
  const nearest = ladder.reduce((best, rung) =>
    Math.abs(rung - given) <= Math.abs(best - given) ? rung : best,
  );
  const css = nearest / dpr;
  const whole = Number.isInteger(css) && css >= 1;
  return new PictorError("bad_parameter", {
    param,
    detail: `This \`${param}\` is not among those that are allowed here.`,
    expected: `one of ${ladder.join(", ")}${dpr === 1 ? "" : " after `dpr`"}`,
    received: dpr === 1 ? String(given) : `${given} after dpr=${dpr}`,
    fix: whole ? `${param}=${css}` : `${param}=${nearest}&dpr=1`,
  });
}

/** The transform with the rule's gamut, where it says one. */
export function applyGamut(transform: Transform, { gamut }: Pick<CacheRule, "gamut">): Transform {
  return gamut === undefined ? transform : { ...transform, gamut };
}

/** JPEG or PNG, and the source's own format: a picture is of more use than an error. */
const ALWAYS: readonly OutputClass[] = ["base", "own"];

function allows({ formats }: Pick<CacheRule, "formats">, output: OutputClass): boolean {
  return formats === undefined || ALWAYS.includes(output) || formats.includes(output);
}

/** Throws bad_parameter (400). `auto`, and a URL without `format`, are always allowed. */
export function assertFormat(format: Transform["format"], rule: Pick<CacheRule, "formats">): void {
  if (format === undefined || format === "auto") return;
  if (allows(rule, format === "baseline-jpeg" ? "jpeg" : format)) return;
  const expected = ["auto", ...(rule.formats ?? [])];
  throw new PictorError("bad_parameter", {
    param: "format",
    detail: "This `format` is not among those that are allowed here.",
    expected: `one of ${expected.join(", ")}`,
    received: format,
    fix: "format=auto",
  });
}

/**
 * The classes that remain, each judged by its own rule. What `format=auto` may not choose is left out; an explicit
 * format that is not allowed throws bad_parameter (400). Never empty.
 */
export function classesUnder(
  classes: readonly OutputClass[],
  format: Transform["format"],
  ruleOf: (output: OutputClass) => Pick<CacheRule, "formats">,
): readonly OutputClass[] {
  if (format !== undefined && format !== "auto") assertFormat(format, ruleOf(classes[0]!));
  return classes.filter((output) => allows(ruleOf(output), output));
}

/** The same where one rule is for all classes: what `format=auto` may choose of `autoFormats`. */
export function formatsUnder<const T extends OutputClass>(
  rule: Pick<CacheRule, "formats">,
  format: Transform["format"],
  autoFormats: readonly T[],
): readonly T[] {
  assertFormat(format, rule);
  return autoFormats.filter((output) => allows(rule, output));
}
