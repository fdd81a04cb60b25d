/** The rules: which answer to which file is right. */
import type { Answer } from "./ask.ts";
import type { Limits } from "./limits.ts";
import { decodedOrReason, isCmyk, judgeLook } from "./look.ts";
import type { Entry } from "./manifest.ts";
import { type Verdict, wrong } from "./verdict.ts";

/** What docs/limits.md leaves out, though it is sound: kinds of TIFF, and HEIC. */
function isLeftOut({ category, features }: Entry): boolean {
  return category === "heic" || /\b(old-jpeg|ccitt g3|cielab)\b/.test(features);
}

/** Whether its manifest calls the file sound. */
export function decodes({ category, expected }: Entry): boolean {
  return category !== "hostile" && /^decodes(;|$)/.test(expected);
}

/** Whether nothing but its size excuses a refusal. */
export function mustDecode(entry: Entry): boolean {
  return decodes(entry) && !isLeftOut(entry);
}

/**
 * Smallest pictures, in megapixels, that may be too large to be decoded for a result of 200 px (docs/limits.md): the
 * costliest kind of the format, in a file of 20 MiB. A refusal of a smaller one is wrong; of a JPEG, every one is.
 */
const OVER_BUDGET_MP: Readonly<Record<string, number>> = {
  png: 17,
  webp: 9,
  avif: 5.9,
  gif: 100,
  jxl: 0.6,
  bmp: 40,
  tiff: 40,
};

function mayBeOverBudget({ format, width, height }: Entry): boolean {
  return width * height >= (OVER_BUDGET_MP[format] ?? Infinity) * 1e6;
}

/** Of a file outside of hostile/. */
export async function judgePicture(
  entry: Entry,
  file: Uint8Array,
  answer: Answer,
  limits: Limits,
): Promise<Verdict> {
  const failure = failureOf(answer);
  if (failure !== undefined) return wrong(failure);
  if (answer.status === 200) return judgeLook(entry, file, answer);
  const code = limits.refusal(answer);
  const reason = refusalText(answer);
  if (code === undefined) return wrong(`${reason} (not a limit that docs/limits.md lists)`);
  if (code === "picture_too_large") {
    return mayBeOverBudget(entry) ? { outcome: "over budget", reason } : wrong(reason);
  }
  if (isCmyk(entry) || mustDecode(entry)) return wrong(reason);
  return { outcome: "limit", reason };
}

/** Of a file from hostile/, or a mutated one: any clean answer is right, but where a refusal is due. */
export async function judgeHostile(
  { path, expected }: Pick<Entry, "path" | "expected">,
  answer: Answer,
): Promise<Verdict> {
  const failure = failureOf(answer);
  if (failure !== undefined) return wrong(failure);
  if (answer.status !== 200) return { outcome: "limit", reason: refusalText(answer) };
  const result = await decodedOrReason(answer.body);
  if (typeof result === "string") return wrong(`200, but sharp: ${result}`);
  if (!mustBeRefused(expected)) return { outcome: "ok" };
  const note = ANSWERED_ANYWAY[path];
  return note === undefined ? wrong(`200, expected: ${expected}`) : { outcome: "ok", note };
}

/** "must be refused or …" leaves a choice. */
function mustBeRefused(expected: string): boolean {
  return /^must be refused(?! or\b)/.test(expected);
}

/** Files that the manifest wants refused, and why an answer is right all the same. */
const ANSWERED_ANYWAY: Readonly<Record<string, string>> = {};

/** What no file may lead to. */
function failureOf({ status, failure, problem }: Answer): string | undefined {
  if (failure !== undefined) return failure;
  if (status === 200) return undefined;
  if (status < 400 || status >= 500) return `status ${status} ${problem?.code ?? ""}`;
  return problem ? undefined : `status ${status} without a valid problem`;
}

function refusalText({ status, problem }: Answer): string {
  return `${status} ${problem?.code}: ${problem?.detail}`;
}
