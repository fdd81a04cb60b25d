/**
 * Keeps the runtime from outliving this process. Signals that can be caught are caught in `start.ts`; against
 * `kill -9` a small shell of its own session waits on a pipe, which closes when this process is gone, however.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Guard {
  /** Call when the runtime is gone. */
  release(): void;
}

/** Guards every `workerd` that this process has started. Without `ps` or `sh` (Windows) it does nothing. */
export async function guardRuntime(): Promise<Guard> {
  const pids = await runtimePids().catch(() => []);
  if (pids.length === 0) return { release() {} };
  const shell = spawn("sh", ["-c", `read -r _; kill -9 ${pids.join(" ")} 2>/dev/null`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  letGo(shell);
  return { release: () => void shell.kill("SIGKILL") };
}

/** Neither the child nor its pipe keeps this process alive. */
function letGo(shell: ChildProcess): void {
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
}

async function runtimePids(): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,comm="]);
  return stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter(
      (match) =>
        match !== null && Number(match[2]) === process.pid && match[3]?.includes("workerd"),
    )
    .map((match) => Number(match?.[1]));
}
