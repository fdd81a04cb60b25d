/** Names and aliases, derived from the table. */

import type { Param } from "./row.ts";
import { PARAM_NAMES, PARAMS, type ParamName } from "./table.ts";

/** The table seen without its literal types, for code that treats all rows alike. */
export const ROWS: Readonly<Record<ParamName, Param>> = PARAMS as never;

const LONG_NAMES: ReadonlyMap<string, ParamName> = new Map(
  PARAM_NAMES.flatMap((name) =>
    [name, ...(ROWS[name].alias ?? [])].map((spelling) => [spelling, name] as const),
  ),
);

/** The long name for a name or alias, if there is one. */
export function longName(spelling: string): ParamName | undefined {
  return LONG_NAMES.get(spelling);
}

/** The known name nearest to a misspelt one, at most two edits away, and less than half of it. */
export function nearestName(spelling: string): string | undefined {
  const lower = spelling.slice(0, 40).toLowerCase();
  const candidates = [...LONG_NAMES.keys()]
    .filter((name) => name.length > 2)
    .map((name) => ({ name, edits: editDistance(lower, name) }))
    .filter(({ name, edits }) => edits <= Math.min(2, (name.length - 1) / 2))
    .sort((a, b) => a.edits - b.edits);
  return candidates[0]?.name;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitution, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[b.length]!;
}
