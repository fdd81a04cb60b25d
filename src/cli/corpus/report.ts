/** The table, the list of what is wrong, and the closing line. */
import { type Judged, OUTCOMES, type Outcome } from "./verdict.ts";

export function table(all: readonly Judged[]): string {
  const rows = grouped(all, ({ category }) => category).map(([category, judged]) => [
    category,
    judged.length,
    ...OUTCOMES.map((outcome) => count(judged, outcome)),
  ]);
  const total = ["total", all.length, ...OUTCOMES.map((outcome) => count(all, outcome))];
  return aligned([["category", "files", ...OUTCOMES], ...rows, total]);
}

/** Refusals and remarks by category, the frequent ones first. */
export function remarks(all: readonly Judged[]): string {
  const said = all.filter(({ outcome, reason, note }) => outcome !== "wrong" && (reason ?? note));
  const rows = grouped(
    said,
    ({ category, reason, note }) => `${category}\t${generic(reason ?? note!)}`,
  )
    .map(([key, judged]) => [judged.length, ...key.split("\t")] as const)
    .sort((a, b) => (a[1] === b[1] ? b[0] - a[0] : a[1]! < b[1]! ? -1 : 1));
  return aligned(rows.map(([n, category, text]) => [category!, n, text!]));
}

/** Refusals that differ in their figures are one kind. */
function generic(reason: string): string {
  return reason.startsWith("413") ? reason.replace(/[0-9.]+ MiB/g, "… MiB") : reason;
}

export function wrongOnes(all: readonly Judged[]): string {
  const wrong = all.filter(({ outcome }) => outcome === "wrong");
  return wrong.map(({ path, reason }) => `  ${path}\n      ${reason}`).join("\n");
}

export function line({ path, outcome, reason, note, ms }: Judged): string {
  const remark = reason ?? note;
  return `${outcome.padEnd(11)} ${Math.round(ms).toString().padStart(6)} ms  ${path}${remark ? `  ${remark}` : ""}`;
}

export function count(judged: readonly Judged[], outcome: Outcome): number {
  return judged.filter((one) => one.outcome === outcome).length;
}

export function grouped<One>(
  all: readonly One[],
  keyOf: (one: One) => string,
): [key: string, some: One[]][] {
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return [...groups];
}

/** Columns that hold numbers stand to the right, the others to the left. */
function aligned(rows: readonly (readonly (string | number)[])[]): string {
  const columns = (rows[0] ?? []).map((_, at) => {
    const cells = rows.map((row) => row[at]!);
    const width = Math.max(...cells.map((cell) => String(cell).length));
    return { width, right: cells.some((cell) => typeof cell === "number") };
  });
  const print = (cell: string | number, at: number) => {
    const { width, right } = columns[at]!;
    return right ? String(cell).padStart(width) : String(cell).padEnd(width);
  };
  return rows.map((row) => `  ${row.map(print).join("  ").trimEnd()}`).join("\n");
}
