/** `pictor size`: what a deployment uploads, and whether that still leaves room. */
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { CliError } from "./failure.ts";
import { bundleWorker } from "./local/bundle.ts";

const compress = promisify(gzip);

/**
 * Bytes after gzip. The paid plan, which a transform's CPU time needs anyhow, takes 10 MB; less than half of it is left to
 * formats to come. Whoever outgrows this should know, and say why. The codecs' WASM is nearly all of it.
 */
const MOST_BYTES = 4_500_000;

export async function size(): Promise<number> {
  const { directory, modules } = await bundleWorker();
  const rows = await Promise.all(
    modules.map(async ({ path }) => {
      const bytes = await readFile(path);
      return {
        path: relative(directory, path),
        raw: bytes.length,
        gzip: (await compress(bytes)).length,
      };
    }),
  );
  const total = rows.reduce((sum, row) => sum + row.gzip, 0);
  for (const { path, raw, gzip } of [...rows].sort((a, b) => b.gzip - a.gzip)) {
    console.log(`${kilobytes(raw)} ${kilobytes(gzip)}  ${path}`);
  }
  console.log(
    `${" ".repeat(10)} ${kilobytes(total)}  total after gzip, of ${kilobytes(MOST_BYTES).trim()}`,
  );
  if (total > MOST_BYTES) throw new CliError("The bundle is larger than allowed.");
  return 0;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`.padStart(10);
}
