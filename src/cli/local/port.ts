/** Finds out before any work whether the port is free, and who holds it if not. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { CliError } from "../failure.ts";

/** Throws `CliError` when nobody else may listen on 127.0.0.1:`port`. */
export async function assertPortFree(port: number): Promise<void> {
  if (port === 0) return;
  const code = await tryListen(port);
  if (code === undefined) return;
  if (code === "EACCES") {
    throw new CliError(
      `This user may not listen on port ${port}. Take another one:\n\n  PORT=8788 npm start`,
    );
  }
  throw await portTaken(port);
}

/**
 * A plain listen, which fails beside any other listener. The runtime itself would share a port with another
 * runtime (SO_REUSEPORT), and requests would go to either.
 */
function tryListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "EADDRINUSE"));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}

export async function portTaken(port: number): Promise<CliError> {
  const holder = await portHolder(port).catch(() => undefined);
  const who = holder ? `${holder.name} (process ${holder.pid})` : "another program";
  const other = port === 8788 ? 8789 : 8788;
  return new CliError(
    `Port ${port} is taken by ${who}. Stop it, or take another port:\n\n  PORT=${other} npm start`,
  );
}

/** Linux tells it in /proc; elsewhere, and for other users' programs, nobody is named. */
async function portHolder(port: number): Promise<{ pid: number; name: string } | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of (await readFile(table, "utf8").catch(() => "")).split("\n")) {
      const fields = line.trim().split(/\s+/);
      // State 0A is LISTEN.
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A" && fields[9]) inodes.add(fields[9]);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, "utf8")).trim() };
    }
  }
  return undefined;
}
