/** `pictor corpus`: the corpus of real and hostile pictures against the deployment's own bundle. */
import { parseArgs } from "node:util";
import { type AskCounts, createAsk } from "./corpus/ask.ts";
import { createGoodRequest } from "./corpus/good.ts";
import { mustDecode } from "./corpus/judge.ts";
import { readLimits } from "./corpus/limits.ts";
import { type Corpus, corpusFolder, type Entry, readCorpus } from "./corpus/manifest.ts";
import { count, line, remarks, table, wrongOnes } from "./corpus/report.ts";
import { type Bench, runHostile, runMutants, runPictures } from "./corpus/run.ts";
import { runtimeMemory } from "./corpus/runtime.ts";
import type { Judged } from "./corpus/verdict.ts";
import { CliError } from "./failure.ts";
import { guardRuntime } from "./local/guard.ts";
import { createProgress } from "./local/progress.ts";
import { startService } from "./local/service.ts";

/** Of the pictures that decode, and are not over budget, this share must be answered. */
const LEAST_SHARE = 0.95;
const HOSTILE = "hostile";

interface Options {
  readonly verbose: boolean;
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
    const options = { verbose: { type: "boolean" }, category: { type: "string" } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { verbose: values.verbose ?? false, category: values.category };
  } catch (cause) {
    throw new CliError("Usage: pictor corpus [--verbose] [--category <name>]", { cause });
  }
}

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
  { verbose }: Options,
  counts: AskCounts,
): Promise<number> {
  const progress = createProgress("Corpus:", process.stderr, Date.now);
  let done = 0;
  const onJudged = (judged: Judged) => {
    if (verbose) console.log(line(judged));
    else if (done < entries.length) progress.update(++done, entries.length);
  };
  const pictures = entries.filter(({ category }) => category !== HOSTILE);
  const hostile = entries.filter(({ category }) => category === HOSTILE);
  const start = await memoryLine("start");
  const judged = await runPictures({ ...bench, onJudged }, pictures);
  const middle = await memoryLine("middle");
  judged.push(...(await runHostile({ ...bench, onJudged }, hostile)));
  const answered = pictures.filter(
    (entry, at) => mustDecode(entry) && judged[at]?.outcome === "ok",
  );
  judged.push(...(await runMutants({ ...bench, onJudged }, answered)));
  const end = await memoryLine("end");
  progress.end();
  const share = shareOf(pictures, judged);
  console.log(report(judged, share, counts, [start, middle, end]));
  const wrong = count(judged, "wrong");
  const failed = wrong + (share.part < LEAST_SHARE ? 1 : 0);
  console.log(`${judged.length - wrong} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

interface Share {
  readonly answered: number;
  readonly all: number;
  /** 1 when there are none. */
  readonly part: number;
}

/** `judged` begins with the verdicts on `pictures`, in their order. */
function shareOf(pictures: readonly Entry[], judged: readonly Judged[]): Share {
  const own = judged.filter((_, at) => pictures[at] && mustDecode(pictures[at]));
  const all = own.filter(({ outcome }) => outcome !== "over budget").length;
  const answered = count(own, "ok") + count(own, "cmyk");
  return { answered, all, part: all === 0 ? 1 : answered / all };
}

function report(
  judged: readonly Judged[],
  { answered, all, part }: Share,
  { requests, failures, retried, reconnected }: AskCounts,
  memory: readonly string[],
): string {
  const slowest = Math.max(...judged.map(({ ms }) => ms)) / 1000;
  const wrong = wrongOnes(judged);
  return [
    table(judged),
    `\nRefusals and remarks:\n${remarks(judged)}`,
    `\nMust decode: ${answered} of ${all} answered (${(part * 100).toFixed(1)}%, at least ${LEAST_SHARE * 100}%)`,
    `Requests: ${requests}; 5xx or no answer: ${failures}; asked again after 503: ${retried}, after a closed connection: ${reconnected}; slowest answer ${slowest.toFixed(1)} s`,
    `Memory of the runtime: ${memory.join(", ")}`,
    wrong === "" ? "" : `\nWrong:\n${wrong}\n`,
  ].join("\n");
}

async function memoryLine(when: string): Promise<string> {
  const memory = await runtimeMemory();
  if (!memory) return `${when} unknown`;
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  return `${when} ${mib(memory.now)} MiB (peak ${mib(memory.peak)})`;
}
