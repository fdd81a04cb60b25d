/** Takes every file through the service: into the bucket, asked for over HTTP, judged, and out of the bucket again. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bucket } from "../local/service.ts";
import type { Answer, Ask } from "./ask.ts";
import { type AskFor, type Fidelity, fidelityOf } from "./fidelity.ts";
import type { GoodRequest } from "./good.ts";
import { judgeHostile, judgePicture } from "./judge.ts";
import type { Limits } from "./limits.ts";
import { QUERY } from "./look.ts";
import type { Entry } from "./manifest.ts";
import { mutants, mutationSources } from "./mutate.ts";
import type { Judged, Verdict } from "./verdict.ts";

export interface Bench {
  readonly folder: string;
  /** Of the service, without a slash at the end. */
  readonly url: string;
  readonly originals: Bucket;
  readonly ask: Ask;
  readonly good: GoodRequest;
  readonly limits: Limits;
  readonly onJudged: (judged: Judged) => void;
}

const PARALLEL = 4;

export async function runPictures(bench: Bench, entries: readonly Entry[]): Promise<Judged[]> {
  return inParallel(entries, async (entry) => {
    const file = await read(bench, entry);
    const answer = await answerTo(bench, entry.path, file);
    const verdict = await judgePicture(entry, file, answer, bench.limits);
    return noted(bench, entry, answer, verdict);
  });
}

export interface FidelityRun {
  readonly judged: readonly Judged[];
  readonly measured: readonly Fidelity[];
}

/** In several sizes. */
export async function runFidelity(bench: Bench, entries: readonly Entry[]): Promise<FidelityRun> {
  const all = await inParallel(entries, async (entry) => {
    const file = await read(bench, entry);
    let ms = 0;
    const found = await stored(bench, entry.path, file, (ask) =>
      fidelityOf(entry, file, async (query) => {
        const answer = await ask(query);
        ms = Math.max(ms, answer.ms);
        return answer;
      }),
    );
    return { measured: found.measured, judged: noted(bench, entry, { ms }, found.verdict) };
  });
  return {
    judged: all.map(({ judged }) => judged),
    measured: all.flatMap(({ measured }) => measured),
  };
}

/** In the order of the entries, whichever is done first. */
async function inParallel<Result>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<Result>,
): Promise<Result[]> {
  const waiting = [...entries.entries()].reverse();
  const results: Result[] = [];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [at, entry] = next;
      results[at] = await work(entry);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}

/** One after the other, and after each the good request: whoever breaks it is known by name. */
export async function runHostile(bench: Bench, entries: readonly Entry[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const entry of entries) {
    judged.push(await judgedHostile(bench, entry, await read(bench, entry)));
  }
  return judged;
}

/** Damaged copies of files that were answered well. */
export async function runMutants(bench: Bench, good: readonly Entry[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const [seed, source] of mutationSources(good).entries()) {
    let n = 0;
    for (const mutant of mutants(await read(bench, source), seed)) {
      const path = `mutant/${seed}-${n++}/${source.path}`;
      const entry = { path, category: "mutant", expected: "" };
      judged.push(await judgedHostile(bench, entry, mutant));
    }
  }
  return judged;
}

async function judgedHostile(
  bench: Bench,
  entry: Pick<Entry, "path" | "category" | "expected">,
  file: Uint8Array,
): Promise<Judged> {
  const answer = await answerTo(bench, entry.path, file);
  const verdict = await judgeHostile(entry, answer);
  const afterwards = await bench.good.again();
  return noted(bench, entry, answer, afterwards ?? verdict);
}

async function read({ folder }: Bench, { path }: Entry): Promise<Uint8Array> {
  // A copy with an ArrayBuffer of its own: Miniflare's bucket refuses Node's pooled buffers.
  return new Uint8Array(await readFile(join(folder, path)));
}

function answerTo(bench: Bench, key: string, file: Uint8Array): Promise<Answer> {
  return stored(bench, key, file, (ask) => ask(QUERY));
}

/** While the work is done, the file is in the bucket. */
async function stored<Result>(
  { originals, url, ask }: Bench,
  key: string,
  file: Uint8Array,
  work: (ask: AskFor) => Promise<Result>,
): Promise<Result> {
  await originals.put(key, file);
  try {
    return await work((query) => ask(`${url}/${pathOf(key)}?${query}`));
  } finally {
    await originals.delete(key);
  }
}

function pathOf(key: string): string {
  return key.split("/").map(encodeURIComponent).join("/");
}

function noted(
  { onJudged }: Bench,
  { path, category }: Pick<Entry, "path" | "category">,
  { ms }: Pick<Answer, "ms">,
  verdict: Verdict,
): Judged {
  const judged = { path, category, ms, ...verdict };
  onJudged(judged);
  return judged;
}
