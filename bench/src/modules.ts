/** What the engine's modules and the whole deployment weigh. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleWorker } from "../../src/cli/local/bundle.ts";
import { WASM } from "./paths.ts";
import type { ModuleFacts } from "./results.ts";

/** The `.wasm` files that the project builds: one a folder. */
export async function ownModules(): Promise<ModuleFacts[]> {
  const folders = await readdir(WASM, { withFileTypes: true });
  const files = await Promise.all(
    folders.filter((entry) => entry.isDirectory()).map(({ name }) => modulesIn(name)),
  );
  return Promise.all(files.flat().map((path) => weighed(relative(WASM, path), path)));
}

async function modulesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(WASM, folder));
  return names.filter((name) => name.endsWith(".wasm")).map((name) => join(WASM, folder, name));
}

/** All that a deployment uploads; or why there is none here. */
export async function bundleFacts(): Promise<ModuleFacts[] | string> {
  try {
    const { directory, modules } = await bundleWorker();
    // The bundler puts a hash before the names.
    const nameOf = (path: string) => relative(directory, path).replace(/^[0-9a-f]{40}-/, "");
    return await Promise.all(modules.map(({ path }) => weighed(nameOf(path), path)));
  } catch (error) {
    return `the bundle could not be made (${(error as Error).message.split("\n")[0]})`;
  }
}

async function weighed(name: string, path: string): Promise<ModuleFacts> {
  const file = await readFile(path);
  return { name, bytes: file.length, gzip: gzipSync(file, { level: 9 }).length };
}
