/** `pictor corpus`: the corpus of real and hostile pictures against the deployment's own bundle. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type AskCounts, createAsk } from "./corpus/ask.ts";
import { FIDELITY_CATEGORIES, type Fidelity } from "./corpus/fidelity.ts";
import { createGoodRequest } from "./corpus/good.ts";
import { mustDecode } from "./corpus/judge.ts";
import { readLimits } from "./corpus/limits.ts";
import { type Corpus, corpusFolder, type Entry, readCorpus } from "./corpus/manifest.ts";
import { corpusPage, fidelityTable, type Run, saysTheSame } from "./corpus/page.ts";
import { count, grouped, line, remarks, table, wrongOnes } from "./corpus/report.ts";
import { type Bench, runFidelity, runHostile, runMutants, runPictures } from "./corpus/run.ts";
import { runtimeMemory } from "./corpus/runtime.ts";
import type { Judged } from "./corpus/verdict.ts";
import { CliError } from "./failure.ts";
import { guardRuntime } from "./local/guard.ts";
import { ROOT } from "./local/paths.ts";
import { createProgress } from "./local/progress.ts";
import { startService } from "./local/service.ts";

const HOSTILE = "hostile";
const PAGE = join("docs", "corpus.md");

interface Options {
  readonly verbose: boolean;
  /** What becomes of docs/corpus.md; it is that of the whole corpus. */
  readonly page: "leave" | "write" | "check";
  readonly category: string | undefined;
}

export async function corpus(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const folder = corpusFolder(process.env);
  const found = await readCorpus(folder);
  if (!found) {
    console.log(
      "There is no corpus beside this checkout (PICTOR_CORPUS names another place): nothing to run.",
    );
    return 0;
  }
  const entries = found.entries.filter(
    ({ category }) => (options.category ?? category) === category,
  );
  if (entries.length === 0) throw new CliError(`The corpus has no category "${options.category}".`);
  return runAll(found, entries, options);
}

function readOptions(args: readonly string[]): Options {
  try {
    const flag = { type: "boolean" } as const;
    const options = {
      verbose: flag,
      write: flag,
      check: flag,
      category: { type: "string" },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { verbose = false, write, check, category } = values;
    if ([write, check, category].filter((value) => value !== undefined).length > 1) throw USAGE;
    return { verbose, category, page: write ? "write" : check ? "check" : "leave" };
  } catch (cause) {
    throw new CliError(USAGE, { cause });
  }
}

const USAGE = "Usage: pictor corpus [--verbose] [--write | --check | --category <name>]";

async function runAll(
  corpus: Corpus,
  entries: readonly Entry[],
  options: Options,
): Promise<number> {
  const limits = await readLimits();
  const service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const guard = await guardRuntime();
  const counts: AskCounts = { requests: 0, failures: 0, retried: 0, reconnected: 0 };
  try {
    const ask = createAsk(counts);
    const originals = await service.bucket("ORIGINALS");
    const good = await createGoodRequest(originals, service.url, ask);
    const { url } = service;
    const bench = { folder: corpus.folder, url, originals, ask, good, limits };
    return await judgeAll(bench, entries, options, counts);
  } finally {
    await service.dispose();
    guard.release();
  }
}

async function judgeAll(
  bench: Omit<Bench, "onJudged">,
  entries: readonly Entry[],
  { verbose, page }: Options,
  counts: AskCounts,
): Promise<number> {
  const progress = createProgress("Corpus:", process.stderr, Date.now);
  let done = 0;
  const onJudged = (judged: Judged) => {
    if (verbose) console.log(line(judged));
    else if (done < entries.length) progress.update(++done, entries.length);
  };
  const watched = { ...bench, onJudged };
  const pictures = entries.filter(({ category }) => category !== HOSTILE);
  const hostile = entries.filter(({ category }) => category === HOSTILE);
  const start = await memoryLine("start");
  const judged = await runPictures(watched, pictures);
  const middle = await memoryLine("middle");
  judged.push(...(await runHostile(watched, hostile)));
  const answered = pictures.filter(
    (entry, at) => mustDecode(entry) && judged[at]?.outcome === "ok",
  );
  judged.push(...(await runMutants(watched, answered)));
  const compared = pictures.filter(({ category }) => FIDELITY.has(category));
  const sizes = await runFidelity(watched, compared);
  const end = await memoryLine("end");
  progress.end();
  const run = {
    entries: [...pictures, ...hostile],
    judged,
    measured: sizes.measured,
    requests: counts.requests,
  };
  console.log(report(run, sizes.judged, counts, [start, middle, end]));
  const all = [...judged, ...sizes.judged];
  const wrong = count(all, "wrong");
  const failed = wrong + ((await isPageRight(run, page)) ? 0 : 1);
  console.log(`${all.length - wrong} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

const FIDELITY: ReadonlySet<string> = new Set(FIDELITY_CATEGORIES);

/** Writes it, or compares. */
async function isPageRight(run: Run, mode: Options["page"]): Promise<boolean> {
  if (mode === "leave") return true;
  const page = corpusPage(run);
  const path = join(ROOT, PAGE);
  if (mode === "write") {
    await writeFile(path, page);
    console.log(`wrote ${PAGE}`);
    return true;
  }
  if (saysTheSame(await readFile(path, "utf8").catch(() => ""), page)) return true;
  console.error(`${PAGE} is out of date: npm run docs:corpus`);
  return false;
}

function report(
  { judged, measured }: Run,
  sizes: readonly Judged[],
  { requests, failures, retried, reconnected }: AskCounts,
  memory: readonly string[],
): string {
  const slowest = Math.max(...[...judged, ...sizes].map(({ ms }) => ms)) / 1000;
  const wrong = wrongOnes([...judged, ...sizes]);
  return [
    table(judged),
    `\nRefusals and remarks:\n${remarks(judged)}`,
    `\nIn several sizes:\n${fidelityTable(measured)}`,
    `\nLeast alike:\n${leastAlike(measured)}`,
    `\nRequests: ${requests}; 5xx or no answer: ${failures}; asked again after 503: ${retried}, after a closed connection: ${reconnected}; slowest answer ${slowest.toFixed(1)} s`,
    `Memory of the runtime: ${memory.join(", ")}`,
    wrong === "" ? "" : `\nWrong:\n${wrong}\n`,
  ].join("\n");
}

/** For each size and encoding, the few that differ most. */
function leastAlike(measured: readonly Fidelity[]): string {
  const kinds = grouped(measured, ({ encoding, scale }) => `${encoding} ${scale}`);
  return kinds
    .flatMap(([kind, some]) => {
      const byDb = [...some].sort((a, b) => a.db - b.db).slice(0, 3);
      const bySsim = [...some].sort((a, b) => a.ssim - b.ssim).slice(0, 3);
      return [...new Set([...byDb, ...bySsim])].map(
        ({ path, db, ssim }) => `  ${kind}  ${db.toFixed(2)} dB  ${ssim.toFixed(5)}  ${path}`,
      );
    })
    .join("\n");
}

async function memoryLine(when: string): Promise<string> {
  const memory = await runtimeMemory();
  if (!memory) return `${when} unknown`;
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  return `${when} ${mib(memory.now)} MiB (peak ${mib(memory.peak)})`;
}
