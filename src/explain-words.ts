/** `explain=1` in sentences: why this format, and what became of the signature. Pure. */
import type { OutputClass } from "./params/output.ts";
import type { Transform } from "./params/resolve.ts";
import type { Grant, SigningMode } from "./policy/signature/authorize.ts";

export interface Choice {
  readonly format: Transform["format"];
  /** Named by `Accept` and allowed here, best first, and what they fall to. */
  readonly classes: readonly OutputClass[];
  /** What `format=auto` may choose besides JPEG and PNG. */
  readonly enabled: readonly OutputClass[];
  /** Classes that were tried and do not fit. */
  readonly refused: readonly OutputClass[];
  /** Classes that were passed over, as they would show an animation's first frame alone. */
  readonly stills: readonly OutputClass[];
  readonly chosen: OutputClass;
  /** Format of the bytes, where there is a plan for them. */
  readonly made: string | undefined;
  /** Format of the source, where its header was read. */
  readonly source: string | undefined;
}

const upper = (names: readonly string[]) => names.map((name) => name.toUpperCase()).join(", ");

export function whyThisFormat(choice: Choice): string {
  const { format, chosen } = choice;
  if (chosen === "info") return "The path is /_/info/: facts are told, and no format is chosen.";
  if (format === undefined) return whyOwn(choice);
  if (format === "auto") return whyAuto(choice);
  if (format === "baseline-jpeg") return "format=baseline-jpeg was asked for.";
  return `format=${format} was asked for. It stands alone: what cannot be done in it is refused.`;
}

function whyOwn({ refused, made, source }: Choice): string {
  if (refused.length > 0) {
    return `No format was asked for, and the result is too large for the source's own: ${baseOf(made)}.`;
  }
  if (made === undefined)
    return "No format was asked for: the source's own, where it is written here.";
  if (made === source) return `No format was asked for: ${upper([made])} is the source's own.`;
  return `No format was asked for, and the source's own is not written here: ${baseOf(made)}.`;
}

function whyAuto({ classes, enabled, refused, stills, chosen, made }: Choice): string {
  const named = classes.filter((output) => output !== "base");
  if (enabled.length === 0) return `format=auto chooses nothing else here: ${baseOf(made)}.`;
  if (named.length === 0) {
    return `Accept names none of ${upper(enabled)}: ${baseOf(made)}.`;
  }
  const best = `Of ${upper(enabled)}, Accept names ${upper(named)}`;
  const reasons = [
    ...(stills.length > 0 ? [`an animation would be a still as ${upper(stills)}`] : []),
    ...(refused.length > 0 ? [`the result is too large for ${upper(refused)}`] : []),
  ];
  if (reasons.length === 0) return `${best}; ${upper([chosen])} is the best of these.`;
  const fell = chosen === "base" ? baseOf(made) : upper([chosen]);
  return `${best}; ${reasons.join(", and ")}, so it is ${fell}.`;
}

function baseOf(made: string | undefined): string {
  if (made === "png") return "PNG, as the picture has transparency or is to be lossless";
  if (made === "gif") return "GIF, as the picture moves";
  if (made === "jpeg") return "JPEG, as the picture has no transparency";
  return "PNG with transparency, JPEG without";
}

export function signatureStatus(mode: SigningMode, { signed, kid, exp }: Grant): string {
  const until =
    exp === undefined ? "" : `; the URL works until ${new Date(exp * 1000).toISOString()}`;
  if (signed) return `valid, under key ${kid}${until}`;
  return mode === "presets"
    ? `none, and none needed: the URL names a preset and nothing else${until}`
    : `not looked at: SIGNING is off${until}`;
}
