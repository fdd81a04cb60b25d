/** `npm run bench`: measures, and writes `docs/benchmarks.md` with its plots. */
import { readOptions } from "./options.ts";
import { writePages } from "./report/pages.ts";
import { lastResults, saveResults } from "./results.ts";
import { measured } from "./run.ts";

const options = readOptions(process.argv.slice(2));
const say = (text: string) => console.log(text);
const results = options.reportOnly ? await lastResults() : await measured(options, say);
if (!options.reportOnly) await saveResults(results);
say(await writePages(results, options));
