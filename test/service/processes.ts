/** What Linux tells of child processes (proc(5)); nothing elsewhere. */
import { readdirSync, readFileSync } from "node:fs";

/** Children of this process with that name. */
export function childrenNamed(name: string): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0 && isChild(pid, name));
  } catch {
    return [];
  }
}

/** Resident memory of all of them. */
export function residentBytes(pids: readonly number[]): number {
  const pages = pids.map((pid) =>
    Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]),
  );
  return pages.reduce((sum, count) => sum + count, 0) * 4096;
}

function isChild(pid: number, name: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command may hold spaces and brackets: the fields begin after the last bracket.
    const close = stat.lastIndexOf(")");
    const parent = stat.slice(close + 2).split(" ")[1];
    return stat.slice(stat.indexOf("(") + 1, close) === name && Number(parent) === process.pid;
  } catch {
    // It ended between the listing and now.
    return false;
  }
}
