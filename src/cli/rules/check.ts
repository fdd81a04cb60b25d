/** `pictor rules check`: mistakes, and rules that cannot keep what they promise. */
import { MAX_AVIF_OUTPUT_PIXELS } from "../../image/budget.ts";
import { warningsFor } from "../../policy/rules/warnings.ts";
import { loadRules } from "./load.ts";

/** `file`: a document; without it, pictor.config.ts. Throws CliError. */
export async function checkRules(
  file: string | undefined,
  { strict, canSign = hasKey(process.env) }: { strict: boolean; canSign?: boolean },
): Promise<{ readonly text: string; readonly code: number }> {
  const { rules, mistakes, name } = await loadRules(file);
  const warnings = warningsFor(rules, { canSign, maxAvifPixels: MAX_AVIF_OUTPUT_PIXELS });
  const failed = mistakes.length > 0 || (strict && warnings.length > 0);
  const lines = [
    ...mistakes.map(({ message }) => `error: ${message}`),
    ...warnings.map(({ place, text }) => `${strict ? "error" : "warning"}: ${place}: ${text}`),
    `${name}: ${counted(rules.length + mistakes.length, "rule")}, ${counted(mistakes.length, "mistake")}, ${counted(warnings.length, "warning")}`,
  ];
  return { text: lines.join("\n"), code: failed ? 1 : 0 };
}

const hasKey = ({ RESPONSE_SIGNING_KEYS = "" }: NodeJS.ProcessEnv) =>
  RESPONSE_SIGNING_KEYS.trim() !== "";

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
