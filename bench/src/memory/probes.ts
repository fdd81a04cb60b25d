/** WASM memory of the contenders that keep their instances for ever: a process of its own for each job. */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Task } from "../task.ts";
import type { Answer, Probed, Question } from "./probe.ts";

const FILE = fileURLToPath(new URL("./probe.ts", import.meta.url));
const waiting: (() => void)[] = [];
let free = availableParallelism();

/** Bytes; undefined when the job failed. Not at times when something is being timed. */
export async function probedBytes(name: Probed, task: Task): Promise<number | undefined> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await asked({ name, task });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

function asked(question: Question): Promise<number | undefined> {
  const child = fork(FILE, { serialization: "advanced", stdio: "ignore" });
  return new Promise((resolve) => {
    child.once("message", (answer: Answer) => {
      resolve("bytes" in answer ? answer.bytes : undefined);
    });
    child.once("exit", () => resolve(undefined));
    child.send(question);
  });
}
