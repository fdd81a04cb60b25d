/** Where and with what the numbers were made. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { versions as sharpVersions } from "./contenders/sharp.ts";
import { ROOT } from "./paths.ts";

export function machine(engineVersion: string): Record<string, string> {
  const bench = createRequire(import.meta.url);
  const root = createRequire(join(ROOT, "package.json"));
  const ipx = createRequire(bench.resolve("ipx"));
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    processor: `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    "load at the start": loadavg()[0]!.toFixed(1),
    Node: `${process.version} (V8 ${process.versions.v8})`,
    workerd: versionOf(root, "workerd"),
    engine: engineVersion,
    sharp: `${sharpVersions.sharp} (libvips ${sharpVersions.libvips})`,
    jSquash: ["jpeg", "webp", "png", "avif", "jxl", "resize"]
      .map((part) => `${part} ${versionOf(bench, `@jsquash/${part}`)}`)
      .join(", "),
    "@cf-wasm/photon": versionOf(bench, "@cf-wasm/photon"),
    "wasm-image-optimization (w-i-o)": versionOf(bench, "wasm-image-optimization"),
    ipx: `${versionOf(bench, "ipx")} (sharp ${versionOf(ipx, "sharp")})`,
    "calc-s2-rust": versionOf(bench, "calc-s2-rust"),
  };
}

/** Read from the file: some packages do not export theirs. */
function versionOf(require: NodeJS.Require, name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")).version;
    } catch {
      // Not in this folder.
    }
  }
  return "unknown";
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
    const isChanged = git("status", "--porcelain", "--", "src", "wasm") !== "";
    return git("rev-parse", "--short", "HEAD") + (isChanged ? ", with changes" : "");
  } catch {
    return "unknown";
  }
}
