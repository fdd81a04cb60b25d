/** CPU time of this process and of others, in milliseconds. */
import { readdirSync, readFileSync } from "node:fs";

/** User and system time of all threads: what libvips' threads and V8's compilers take counts too. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Linux counts in ticks of 10 ms (`sysconf(_SC_CLK_TCK)` is 100 everywhere). */
const TICK_MS = 10;

/** utime + stime of another process (proc(5)); in steps of 10 ms, so time several requests together. */
export function cpuOf(pid: number): number {
  const fields = statOf(pid).after;
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Children of this process with that name. Linux only; none elsewhere. */
export function childrenNamed(name: string): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0 && isChild(pid, name));
  } catch {
    return [];
  }
}

function isChild(pid: number, name: string): boolean {
  try {
    const { command, after } = statOf(pid);
    return command === name && Number(after[1]) === process.pid;
  } catch {
    // It ended between the listing and now.
    return false;
  }
}

/** The command may hold spaces and brackets: the fields begin after the last bracket. */
function statOf(pid: number) {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  return { command: text.slice(open + 1, close), after: text.slice(close + 2).split(" ") };
}
