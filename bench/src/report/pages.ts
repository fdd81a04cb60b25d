import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verdicts } from "../goals.ts";
import type { Options } from "../options.ts";
import { DOCS, STATE } from "../paths.ts";
import type { Results } from "../results.ts";
import { page } from "./page.ts";
import { plots } from "./plots.ts";

/**
 * Writes the page and its plots; answers what to say. A quick run, and one on chosen pictures, leaves the project's
 * page alone unless told where to write.
 */
export async function writePages(results: Results, options: Options): Promise<string> {
  const isPartial = results.quick || options.only !== undefined;
  const folder = options.out ?? (isPartial ? STATE : DOCS);
  await mkdir(join(folder, "img"), { recursive: true });
  const file = join(folder, "benchmarks.md");
  const old = await readFile(file, "utf8").catch(() => undefined);
  await writeFile(file, page(results, old));
  for (const [name, svg] of Object.entries(plots(results))) {
    await writeFile(join(folder, "img", name), svg);
  }
  const lines = verdicts(results).map(({ work, goal, measured, met }) => {
    const mark = met === undefined ? "?" : met ? "met" : "MISSED";
    return `${mark.padEnd(7)}${work}: ${measured} (goal ${goal})`;
  });
  return [...lines, `Written: ${file}`].join("\n");
}
