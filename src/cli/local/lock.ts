/** One service at a time for one state directory: two runtimes that write one bucket's database fail each other. */

import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../failure.ts";

const run = promisify(execFile);

interface Owner {
  readonly pid: number;
}

export interface Lock {
  release(): Promise<void>;
}

/** Throws `CliError` when a living process owns the directory. A dead owner's lock is taken over. */
export async function lockState(state: string, folder: string): Promise<Lock> {
  await mkdir(state, { recursive: true });
  const path = join(state, "lock.json");
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(path, JSON.stringify({ pid: process.pid } satisfies Owner), { flag: "wx" });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = await readOwner(path);
    if (attempt > 0 || (owner !== undefined && (await isAlive(owner.pid)))) {
      throw new CliError(
        `"${folder}" is already being served by process ${owner?.pid ?? "?"}. Stop that one first.`,
      );
    }
    await rm(path, { force: true });
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/**
 * Numbers of processes come back, in a restarted container at once: a living process counts only when it is
 * another Pictor. Where `ps` cannot tell, it counts.
 */
async function isAlive(pid: number): Promise<boolean> {
  if (pid === process.pid) return false;
  try {
    const { stdout } = await run("ps", ["-p", String(pid), "-o", "args="]);
    return /pictor/.test(stdout);
  } catch (error) {
    // Exit code 1 without a word: there is no such process.
    return (error as { code?: unknown }).code !== 1;
  }
}
