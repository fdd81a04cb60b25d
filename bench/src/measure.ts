/** Contenders take turns, so that a noisy moment of the machine hits all of them alike. */
import { performance } from "node:perf_hooks";
import { ownCpu } from "./clock.ts";
import { median } from "./statistics.ts";

/** CPU time so far, in ms. */
export type Clock = () => number | Promise<number>;

export interface Runner {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** The clock that counts this contender's work; this process' by default. */
  readonly cpu?: Clock;
  /** Runs that are timed together, where the clock is coarse. */
  readonly repeat?: number;
  /** Timed rounds, if fewer than the others'. */
  readonly rounds?: number;
  /** Untimed runs, if fewer than the others'. */
  readonly warmups?: number;
}

/** Milliseconds for one run. */
export interface Timing {
  readonly cpuMin: number;
  readonly cpuMedian: number;
  readonly wallMin: number;
  readonly wallMedian: number;
  readonly rounds: number;
}

interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

export interface Turns {
  readonly rounds: number;
  /** Untimed runs of each, first: V8 compiles hot WASM code again, in the background. */
  readonly warmups: number;
  /** After that many milliseconds, three rounds are enough. */
  readonly enough?: number;
}

const LEAST_ROUNDS = 3;

export async function takeTurns(
  runners: readonly Runner[],
  { rounds, warmups, enough = Number.POSITIVE_INFINITY }: Turns,
): Promise<Record<string, Timing>> {
  for (let i = 0; i < warmups; i++) {
    for (const runner of runners) if (i < (runner.warmups ?? warmups)) await runner.run();
  }
  const samples = new Map<string, Sample[]>(runners.map(({ name }) => [name, []]));
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round >= LEAST_ROUNDS && performance.now() - start > enough) break;
    for (const runner of runners) {
      if (round < (runner.rounds ?? rounds)) samples.get(runner.name)!.push(await timed(runner));
    }
  }
  return Object.fromEntries([...samples].map(([name, list]) => [name, summed(list)]));
}

async function timed({ run, cpu = ownCpu, repeat = 1 }: Runner): Promise<Sample> {
  const cpuStart = await cpu();
  const start = performance.now();
  for (let i = 0; i < repeat; i++) await run();
  const wall = (performance.now() - start) / repeat;
  return { cpu: ((await cpu()) - cpuStart) / repeat, wall };
}

function summed(samples: readonly Sample[]): Timing {
  const cpu = samples.map((sample) => sample.cpu);
  const wall = samples.map((sample) => sample.wall);
  return {
    cpuMin: Math.min(...cpu),
    cpuMedian: median(cpu),
    wallMin: Math.min(...wall),
    wallMedian: median(wall),
    rounds: samples.length,
  };
}
