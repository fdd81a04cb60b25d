/** The rows of one photo: first all that is timed, then the scores, which take all cores. */
import type { Jsquash } from "./contenders/jsquash.ts";
import type { Pictor } from "./contenders/pictor.ts";
import { renderWithSharp } from "./contenders/sharp.ts";
import { type Runner, takeTurns } from "./measure.ts";
import type { Photo } from "./photos.ts";
import { type Picture, referenceOf } from "./quality/reference.ts";
import type { Scorers } from "./quality/scorers.ts";
import type { Outcome, Row } from "./results.ts";
import { FORMATS, sizesOf, type Task, taskOf } from "./task.ts";

/** Beyond that, jSquash takes seconds, and more memory than an isolate has many times over. */
const MAX_JSQUASH_MEGAPIXELS = 13;
const JSQUASH_SIZE = 800;
const JSQUASH_ROUNDS = 2;
/** Besides the run whose result is kept. */
const WARMUPS = 1;
/** Of the rounds of a row, in ms. */
const ENOUGH = 1000;

export interface RowTools {
  readonly pictor: Pictor;
  readonly jsquash: Jsquash;
  readonly scorers: Scorers;
  readonly rounds: number;
  readonly onFailure: (text: string) => void;
}

interface Timed extends Pick<Row, "timings" | "memory"> {
  readonly task: Task;
  readonly ours: Uint8Array;
  readonly sharp: Uint8Array;
}

export async function rowsOf(photo: Photo, whole: Picture, tools: RowTools): Promise<Row[]> {
  const timed: Timed[] = [];
  for (const task of tasksOf(photo)) {
    try {
      timed.push(await timedRow(task, tools));
    } catch (error) {
      tools.onFailure(`${photo.name}, ${task.size} px ${task.format}: ${textOf(error)}`);
    }
  }
  const references = new Map<number, Promise<Picture>>();
  const referenceAt = ({ size, plan }: Task) => {
    const made = references.get(size) ?? referenceOf(whole, plan.output);
    references.set(size, made);
    return made;
  };
  return Promise.all(
    timed.map(async (row) => scoredRow(row, await referenceAt(row.task), tools.scorers)),
  );
}

function tasksOf(photo: Photo): Task[] {
  return sizesOf(photo).flatMap((size) => FORMATS.map((format) => taskOf(photo, size, format)));
}

async function timedRow(task: Task, { pictor, jsquash, rounds }: RowTools): Promise<Timed> {
  const withJsquash = task.size === JSQUASH_SIZE && task.photo.megapixels <= MAX_JSQUASH_MEGAPIXELS;
  const ours = await pictor.render(task);
  const sharp = await renderWithSharp(task);
  const runners: Runner[] = [
    { name: "ours", run: () => pictor.render(task) },
    { name: "sharp", run: () => renderWithSharp(task) },
  ];
  if (withJsquash) {
    await jsquash.renew();
    runners.push({ name: "jsquash", run: () => jsquash.render(task), rounds: JSQUASH_ROUNDS });
  }
  const timings = await takeTurns(runners, { rounds, warmups: WARMUPS, enough: ENOUGH });
  const memory = { ...pictor.memory(task), ...(withJsquash && { jsquash: jsquash.memory() }) };
  return { task, ours, sharp, timings, memory };
}

async function scoredRow(
  { task, ours, sharp, timings, memory }: Timed,
  reference: Picture,
  scorers: Scorers,
): Promise<Row> {
  const { photo, size, format } = task;
  const outcome = async (file: Uint8Array): Promise<Outcome> => ({
    bytes: file.length,
    ...(await scorers.score(reference, file)),
  });
  const [mine, theirs] = await Promise.all([outcome(ours), outcome(sharp)]);
  return { photo: photo.name, size, format, timings, memory, ours: mine, sharp: theirs };
}

/** `PictorError`s say more in `detail`. */
function textOf(error: unknown): string {
  const { code, detail, message } = error as { code?: string; detail?: string; message?: string };
  return [code, detail ?? message].filter(Boolean).join(": ");
}
