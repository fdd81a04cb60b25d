/**
 * The deployment's own bundle, made by the deployment's own tool: `wrangler deploy --dry-run`. It needs no account
 * and no network. The result is kept under a fingerprint of everything that goes into it, so that the second start,
 * and every test file after the first, takes it from the disk.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { CliError } from "../failure.ts";
import { ROOT, STATE } from "./paths.ts";

const run = promisify(execFile);

export interface BundleModule {
  readonly type: "ESModule" | "CompiledWasm" | "Text" | "Data";
  readonly path: string;
}

export interface Bundle {
  readonly directory: string;
  /** The entry first, as Miniflare wants it. */
  readonly modules: readonly BundleModule[];
  /** Equal when, and only when, the bundle's inputs are the same. */
  readonly fingerprint: string;
}

export interface BundleOptions {
  /** The Wrangler configuration; the deployment's own by default. */
  readonly config?: string;
  readonly signal?: AbortSignal;
}

const INPUTS = ["src", "wasm", "pictor.config.ts", "wrangler.toml", "package-lock.json"];
/** What Wrangler's default rules, and ours, make of a file in the bundle. */
const TYPES: Readonly<Record<string, BundleModule["type"]>> = {
  ".js": "ESModule",
  ".mjs": "ESModule",
  ".wasm": "CompiledWasm",
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
  ".bin": "Data",
};
const KEPT_BUNDLES = 4;

/** Bundles the Worker, or finds the bundle that an earlier run made of the same files. Throws `CliError`. */
export async function bundleWorker(options: BundleOptions = {}): Promise<Bundle> {
  const config = options.config ?? join(ROOT, "wrangler.toml");
  const fingerprint = await fingerprintOf([...INPUTS.map((path) => join(ROOT, path)), config]);
  const home = join(STATE, "bundles");
  const directory = join(home, fingerprint);
  if (!(await exists(directory))) {
    await mkdir(home, { recursive: true });
    await prune(home);
    await build(config, directory, options.signal);
  }
  return { directory, modules: await modulesOf(directory), fingerprint };
}

async function build(config: string, directory: string, signal?: AbortSignal): Promise<void> {
  const wrangler = join(
    dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
    "bin",
    "wrangler.js",
  );
  const scratch = `${directory}.${process.pid}.${Date.now()}.tmp`;
  try {
    await run(
      process.execPath,
      [wrangler, "deploy", "--dry-run", "--outdir", scratch, "--config", config],
      {
        cwd: ROOT,
        env: { ...process.env, ...OFFLINE, WRANGLER_LOG_PATH: join(STATE, "wrangler.log") },
        maxBuffer: 16 * 1024 * 1024,
        ...(signal && { signal }),
      },
    );
    await rename(scratch, directory);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    // Another process may have finished the same bundle first.
    if (await exists(directory)) return;
    throw new CliError(`The Worker could not be bundled.\n\n${outputOf(error)}`, { cause: error });
  }
}

/** Nothing is looked up, reported or drawn. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "true",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
};

function outputOf(error: unknown): string {
  const { stdout, stderr, message } = error as {
    stdout?: string;
    stderr?: string;
    message: string;
  };
  const text = [stderr, stdout].filter(Boolean).join("\n").trim() || message;
  return stripVTControlCharacters(text);
}

async function modulesOf(directory: string): Promise<BundleModule[]> {
  const modules: BundleModule[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    modules.push({ type, path: join(entry.parentPath ?? entry.path, entry.name) });
  }
  const entry = join(directory, "worker.js");
  return modules.sort((a, b) => Number(b.path === entry) - Number(a.path === entry));
}

/** Hashes names, sizes and times, not contents: it runs at every start, and a touched file only costs a bundle. */
async function fingerprintOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of await filesBelow(path)) {
      const { size, mtimeMs } = await stat(file);
      hash.update(`${relative(ROOT, file)}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest("hex").slice(0, 24);
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [resolve(path)];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Keeps the newest bundles; a bundle in use by another process was made or used lately, so it is among them. */
async function prune(home: string): Promise<void> {
  const names = await readdir(home);
  const dated = await Promise.all(
    names.map(async (name) => ({
      path: join(home, name),
      time: (await stat(join(home, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  const old = dated.sort((a, b) => b.time - a.time).slice(KEPT_BUNDLES - 1);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
