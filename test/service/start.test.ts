/** `npm start` as a person meets it: a child process, its output, its exit code, and what it leaves behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ROOT, SAMPLES, stateDirectory } from "../../src/cli/local/paths.ts";

interface Run {
  readonly child: ChildProcess;
  /** Everything printed so far, both streams. */
  text(): string;
  readonly exited: Promise<number | null>;
  /** Fulfilled with the service's URL; rejected when the process ends before. */
  readonly ready: Promise<string>;
}

const PICTOR = join(ROOT, "bin", "pictor.mjs");

const runs: Run[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pictor-start-"));
  await cp(join(SAMPLES, "coffee.jpg"), join(folder, "coffee.jpg"));
  await cp(join(SAMPLES, "animals"), join(folder, "animals"), { recursive: true });
  await writeFile(join(folder, "notes.txt"), "no picture");
  await writeFile(join(folder, ".hidden.jpg"), "hidden");
});

afterEach(async () => {
  for (const { child, exited } of runs.splice(0)) {
    if (child.exitCode === null) child.kill("SIGTERM");
    await exited;
  }
});

afterAll(async () => {
  await rm(stateDirectory(folder), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  return follow([process.execPath, PICTOR, "start", ...args], env);
}

/** Runs a command that runs the service, whatever lies between the two. */
function follow(command: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const { SIGNING: _, SIGNING_KEYS: __, npm_lifecycle_event: ___, ...clean } = process.env;
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...clean, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk;
      const url = /Open {2}(http:\S+)\//.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exited.then((code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  // Runs that are meant to fail never look at it.
  ready.catch(() => {});
  const run = { child, text: () => text, exited, ready };
  runs.push(run);
  return run;
}

async function stop(run: Run, signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
  run.child.kill(signal);
  return run.exited;
}

/** Processes below `pid`, by /proc; the runtime among them. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    const stat = /^\d+$/.test(name)
      ? await readFile(`/proc/${name}/stat`, "utf8").catch(() => "")
      : "";
    // The name, in parentheses, may hold spaces; the parent is the second field after it.
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found = [pid];
  for (const one of found) {
    for (const [child, parent] of parents) if (parent === one) found.push(child);
  }
  return found.slice(1);
}

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
}

/** Within half a minute: only what is never done is to be told from what a busy machine does late. */
async function allGone(pids: readonly number[]): Promise<boolean> {
  const deadline = performance.now() + 30_000;
  while ((await Promise.all(pids.map(isRunning))).includes(true)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}

/** Those that are still there. */
function killAll(pids: readonly number[], signal: NodeJS.Signals = "SIGKILL"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {} // gone
  }
}

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address ? address.port : 0 });
    });
  });
}

describe("a folder of one's own", () => {
  it("is loaded once, then followed: nothing again, then only what changed or vanished", async () => {
    const first = start([folder]);
    await first.ready;
    expect(first.text()).toContain(`3 pictures of ${folder} (3 loaded)`);
    expect(await stop(first)).toBe(0);

    const second = start([folder]);
    await second.ready;
    expect(second.text()).toContain("3 pictures");
    expect(second.text()).toContain("(nothing changed)");
    await stop(second);

    // Only the time differs: the hash says that there is nothing to load.
    await utimes(join(folder, "coffee.jpg"), new Date(), new Date());
    await cp(join(SAMPLES, "space", "rocket.jpg"), join(folder, "animals", "cat.webp"));
    await rm(join(folder, "animals", "raccoon.jpg"));
    const third = start([folder]);
    await third.ready;
    expect(third.text()).toContain("2 pictures");
    expect(third.text()).toContain("(1 loaded, 1 dropped)");
    await stop(third);
  });

  it("that is missing, or has no pictures, is said so and ends with 1", async () => {
    const missing = start([join(folder, "nowhere")]);
    expect(await missing.exited).toBe(1);
    expect(missing.text()).toMatch(/^There is no folder ".*nowhere"\.\n$/);

    const empty = await mkdtemp(join(tmpdir(), "pictor-empty-"));
    const none = start([empty]);
    expect(await none.exited).toBe(1);
    expect(none.text()).toBe(`There are no pictures in "${empty}".\n`);
    await rm(empty, { recursive: true });
  });

  it("that is being served already is not served a second time", async () => {
    const first = start([folder]);
    await first.ready;
    const second = start([folder]);
    expect(await second.exited).toBe(1);
    expect(second.text()).toContain(`already being served by process ${first.child.pid}`);
  });
});

describe("settings", () => {
  it("a taken port is named, with another to take, and ends with 1", async () => {
    const { server, port } = await listen();
    const run = start([folder], { PORT: String(port) });
    expect(await run.exited).toBe(1);
    expect(run.text()).toContain(`Port ${port} is taken by `);
    expect(run.text()).toContain("PORT=8788 npm start");
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    [{ PORT: "http" }, 'PORT must be a number from 0 to 65535, not "http".'],
    [{ PORT: "65536" }, "PORT must be a number"],
    [{ SIGNING: "maybe" }, "SIGNING"],
    [{ SIGNING: "required" }, "SIGNING=required needs a key"],
    [{ SIGNING: "required", SIGNING_KEYS: "k1:00" }, "SIGNING_KEYS"],
  ])("%o is refused with a message, and ends with 1", async (env, message) => {
    const run = start([folder], env);
    expect(await run.exited).toBe(1);
    expect(run.text()).toContain(message);
    expect(run.text()).not.toMatch(/\n\s+at /);
  });
});

describe.skipIf(process.platform !== "linux")("the end", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s leaves no process behind, and frees the port",
    async (signal) => {
      const run = start([folder]);
      const url = await run.ready;
      const pids = await descendants(run.child.pid ?? 0);
      expect(pids.length).toBeGreaterThan(0);
      expect(await stop(run, signal)).toBe(0);
      expect(await allGone(pids)).toBe(true);
      await expect(fetch(url)).rejects.toThrow();
    },
  );

  it("kill -9 takes the runtime along, and the next start works", async () => {
    const run = start([folder]);
    const url = await run.ready;
    const pids = await descendants(run.child.pid ?? 0);
    expect(await stop(run, "SIGKILL")).toBe(null);
    expect(await allGone(pids)).toBe(true);
    const next = start([folder], { PORT: new URL(url).port });
    expect(await next.ready).toBe(url);
  });

  it("kill of the npm above ends the service as well, in order, and frees the port", async () => {
    const npm = follow(["npm", "start", "--", folder]);
    const url = await npm.ready;
    const pids = await descendants(npm.child.pid ?? 0);
    expect(pids.length).toBeGreaterThan(1);
    npm.child.kill("SIGTERM");
    expect(await allGone(pids).finally(() => killAll(pids))).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
    // It was not merely killed: a clean end gives the folder back.
    expect(await readdir(stateDirectory(folder))).not.toContain("lock.json");
  });

  // `wait` keeps the shell from becoming the service itself.
  const BELOW_A_SHELL = ["sh", "-c", '"$@" & wait', "sh", process.execPath, PICTOR, "start"];

  it("a shell that dies takes a service along that npm started", async () => {
    const shell = follow([...BELOW_A_SHELL, folder], { npm_lifecycle_event: "start" });
    const url = await shell.ready;
    const pids = await descendants(shell.child.pid ?? 0);
    expect(await readdir(stateDirectory(folder))).toContain("lock.json");
    shell.child.kill("SIGKILL");
    expect(await allGone(pids).finally(() => killAll(pids))).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
    expect(await readdir(stateDirectory(folder))).not.toContain("lock.json");
  });

  it("a shell that dies leaves a service alone that was started without npm", async () => {
    const shell = follow([...BELOW_A_SHELL, folder]);
    const url = await shell.ready;
    const pids = await descendants(shell.child.pid ?? 0);
    try {
      shell.child.kill("SIGKILL");
      await expect
        .poll(() => descendants(shell.child.pid ?? 0), { timeout: 30_000 })
        .not.toContain(pids[0]);
      // It has another parent from now on. Under npm it would look after half a second.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect((await fetch(`${url}/coffee.jpg?w=10`)).status).toBe(200);
    } finally {
      killAll(pids.slice(0, 1), "SIGTERM");
    }
    expect(await allGone(pids).finally(() => killAll(pids))).toBe(true);
  });
});
