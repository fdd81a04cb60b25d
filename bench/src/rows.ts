/** The rows of one photo: first all that is timed, then the scores and the memory, which take all cores. */
import { performance } from "node:perf_hooks";
import { type Contender, type Name, Refused } from "./contenders/contender.ts";
import type { Ours } from "./contenders/ours.ts";
import { type Runner, takeTurns } from "./measure.ts";
import { ownMemory } from "./memory/own.ts";
import { probedBytes } from "./memory/probes.ts";
import type { Photo } from "./photos.ts";
import { type Picture, referenceOf } from "./quality/reference.ts";
import type { Scorers } from "./quality/scorers.ts";
import type { Outcome, Row } from "./results.ts";
import { type Asked, asked } from "./rows-asked.ts";
import type { Task } from "./task.ts";

/** Of the others than ours and sharp: they are several times as slow, and their ratios need no third digit. */
const PEER_ROUNDS = 2;
/** Those that took longer than that, in ms of wall time, are timed once. */
const SLOW = 1000;
/** Besides the run whose result is kept. */
const WARMUPS = 1;
/** Of the rounds of a row, in ms. */
const ENOUGH = 700;

export interface RowTools {
  readonly ours: Ours;
  readonly sharp: Contender;
  readonly peers: readonly Contender[];
  readonly scorers: Scorers;
  readonly rounds: number;
  readonly onFailure: (text: string) => void;
}

interface Timed extends Pick<Row, "timings" | "refusals"> {
  readonly asked: Asked;
  readonly files: { readonly [who in Name]?: Uint8Array };
}

export async function rowsOf(photo: Photo, whole: Picture, tools: RowTools): Promise<Row[]> {
  const timed: Timed[] = [];
  for (const row of asked(photo)) timed.push(await timedRow(row, tools));
  const references = new Map<number, Promise<Picture>>();
  const referenceAt = ({ size, output }: Task) => {
    const made = references.get(size) ?? referenceOf(whole, output);
    references.set(size, made);
    return made;
  };
  return Promise.all(
    timed.map(async (row) => finishedRow(row, await referenceAt(row.asked.task), tools)),
  );
}

/** A contender that fails has no part in the rounds; the others go on. */
async function timedRow(row: Asked, tools: RowTools): Promise<Timed> {
  const { ours, sharp, peers, rounds } = tools;
  const files: { [who in Name]?: Uint8Array } = {};
  const refusals: { [who in Name]?: string } = {};
  const runners: Runner[] = [];
  const peersHere = peers.filter(({ name }) => row.peers.includes(name));
  for (const contender of [ours, sharp, ...peersHere]) {
    const { name, cpu } = contender;
    const start = performance.now();
    try {
      files[name] = await contender.render(row.task);
      const peerRounds = performance.now() - start > SLOW ? 1 : PEER_ROUNDS;
      runners.push({
        name,
        run: () => contender.render(row.task),
        ...(cpu && { cpu }),
        ...(peersHere.includes(contender) && { rounds: peerRounds, warmups: 0 }),
      });
    } catch (error) {
      refusals[name] = textOf(error);
      if (!(error instanceof Refused))
        tools.onFailure(`${named(row.task)}, ${name}: ${textOf(error)}`);
    }
  }
  const timings = await takeTurns(runners, { rounds, warmups: WARMUPS, enough: ENOUGH });
  return { asked: row, files, refusals, timings };
}

async function finishedRow(
  { asked: { task, probed }, files, refusals, timings }: Timed,
  reference: Picture,
  { scorers, onFailure }: RowTools,
): Promise<Row> {
  const { photo, size, format } = task;
  const scored = async (who: string, file: Uint8Array): Promise<[string, Outcome][]> => {
    try {
      return [[who, { bytes: file.length, ...(await scorers.score(reference, file)) }]];
    } catch (error) {
      onFailure(`${named(task)}, ${who}'s result: ${textOf(error)}`);
      return [];
    }
  };
  const outcomes = await Promise.all(Object.entries(files).map(([who, file]) => scored(who, file)));
  const probes = probed.filter((who) => files[who] !== undefined);
  const memories = await Promise.all(
    probes.map(async (who) => [who, await probedBytes(who, task)] as const),
  );
  const memory = {
    ...(files.ours && { ours: await ownMemory(task) }),
    ...Object.fromEntries(memories.filter(([, bytes]) => bytes !== undefined)),
  };
  const all = { timings, refusals, memory, outcomes: Object.fromEntries(outcomes.flat()) };
  return { photo: photo.name, size, format, ...all };
}

function named({ photo, size, format }: Task): string {
  return `${photo.name}, ${size} px ${format}`;
}

/** `PictorError`s say more in `detail`. */
export function textOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  const { code, detail, message } = error as { code?: string; detail?: string; message?: string };
  return [code, detail ?? message].filter(Boolean).join(": ");
}
