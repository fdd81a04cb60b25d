/** SSIMULACRA2 takes most of a run: all cores share it, at times when nothing is being timed. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Picture } from "./reference.ts";
import type { Answer, Job, Score } from "./scorer.ts";

export interface Scorers {
  score(reference: Picture, file: Uint8Array): Promise<Score>;
  stop(): void;
}

interface Waiting {
  readonly resolve: (score: Score) => void;
  readonly reject: (error: Error) => void;
}

/** Processes, not threads: their CPU time must not count as this one's. */
export function startScorers(): Scorers {
  const waiting = new Map<number, Waiting>();
  const children = Array.from({ length: availableParallelism() }, () => startScorer(waiting));
  let asked = 0;
  return {
    score(reference, file) {
      const id = asked++;
      const job: Job = { id, reference, file };
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        children[id % children.length]!.send(job);
      });
    },
    stop() {
      for (const child of children) child.disconnect();
    },
  };
}

function startScorer(waiting: Map<number, Waiting>): ChildProcess {
  const child = fork(fileURLToPath(new URL("./scorer.ts", import.meta.url)), {
    serialization: "advanced",
  });
  child.on("message", (answer: Answer) => {
    const { resolve, reject } = waiting.get(answer.id)!;
    waiting.delete(answer.id);
    if ("score" in answer) resolve(answer.score);
    else reject(new Error(answer.error));
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`a scorer ended with ${code}`));
  });
  return child;
}
