/** The documented limits, read from the page that users read: what it does not list is no limit. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../failure.ts";
import { ROOT } from "../local/paths.ts";
import type { Answer } from "./ask.ts";

export interface Limits {
  /** Code of a refusal that the page lists, e.g. `unsupported_format`; nothing for any other answer. */
  refusal(answer: Answer): string | undefined;
}

export async function readLimits(): Promise<Limits> {
  const path = join(ROOT, "docs", "limits.md");
  const page = await readFile(path, "utf8").catch(() => {
    throw new CliError("docs/limits.md is missing: it lists what may be refused.");
  });
  return limitsOf(page);
}

/**
 * A row of a table that holds a status and a code lists that refusal: `| … | 413 | \`picture_too_large\` | … |`.
 * 415 says which kind of picture it is in `detail`, so that sentence has to be in the page, too.
 */
export function limitsOf(page: string): Limits {
  const listed = new Set(
    [...page.matchAll(/\|\s*(4\d\d)\s*\|\s*`([a-z_]+)`\s*\|/g)].map(
      ([, status, code]) => `${status} ${code}`,
    ),
  );
  return {
    refusal({ status, problem }) {
      if (!problem || !listed.has(`${status} ${problem.code}`)) return undefined;
      const { code, detail } = problem;
      const isNamed = code !== "unsupported_format" || (detail !== "" && page.includes(detail));
      return isNamed ? code : undefined;
    },
  };
}
