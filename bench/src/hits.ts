/** What a hit costs: through the Gateway with its signature checked, beside a Worker that only asks the cache. */
import { type Load, load } from "./hits/load.ts";
import { type HitWorker, startBare, startOurs } from "./hits/workers.ts";
import type { HitRound, Hits } from "./results.ts";

/** As many as keep one workerd busy. */
const CONNECTIONS = 8;

/** Or the reason why there is nothing to measure. */
export async function throughHits({ quick }: { readonly quick: boolean }): Promise<Hits | string> {
  if (process.platform !== "linux")
    return "workerd's CPU time is read from /proc, which is Linux's.";
  const [rounds, duration] = quick ? [5, 500] : [15, 1000];
  const ours = await startOurs();
  try {
    const bare = await startBare(ours.bytes);
    try {
      await inTurns(ours, bare, 1, 2 * duration); // V8's compilers warm up
      const { length: bytes } = ours.bytes;
      return {
        bytes,
        connections: CONNECTIONS,
        rounds: await inTurns(ours, bare, rounds, duration),
      };
    } finally {
      await bare.stop();
    }
  } finally {
    await ours.stop();
  }
}

/** The bare Worker comes twice a round: what it differs from itself is the noise of the machine. */
async function inTurns(
  ours: HitWorker,
  bare: HitWorker,
  rounds: number,
  duration: number,
): Promise<HitRound[]> {
  const done: HitRound[] = [];
  for (let i = 0; i < rounds; i++) {
    const first = await side(bare, duration);
    const middle = await side(ours, duration);
    done.push({ bare: first, ours: middle, again: await side(bare, duration) });
  }
  return done;
}

async function side({ url, cpu }: HitWorker, duration: number) {
  const before = cpu();
  const { requests, elapsed } = await load({ url, connections: CONNECTIONS, duration } as Load);
  return { rate: (requests / elapsed) * 1000, cpu: ((cpu() - before) / requests) * 1000 };
}
