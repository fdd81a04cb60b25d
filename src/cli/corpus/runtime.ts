/** Memory of the runtime, as the kernel counts it. Linux only; elsewhere there is nothing to say. */
import { readdir, readFile } from "node:fs/promises";

export interface RuntimeMemory {
  /** Resident bytes now. */
  readonly now: number;
  /** The most there ever were. */
  readonly peak: number;
}

/** Of the largest `workerd` that this process started. */
export async function runtimeMemory(): Promise<RuntimeMemory | undefined> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => ownRuntime(pid).catch(() => undefined)));
  return found.filter((memory) => memory !== undefined).sort((a, b) => b.now - a.now)[0];
}

async function ownRuntime(pid: string): Promise<RuntimeMemory | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1];
  if (field("PPid") !== String(process.pid) || field("Name") !== "workerd") return undefined;
  return { now: Number(field("VmRSS")) * 1024, peak: Number(field("VmHWM")) * 1024 };
}
