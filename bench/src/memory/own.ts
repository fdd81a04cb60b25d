/** WASM memory of our own engine: of all instances that one job makes, counted together. */
import { createOurs } from "../contenders/ours.ts";
import type { OwnMemory } from "../results.ts";
import type { Task } from "../task.ts";
import { bytesOf, memoriesOf, usedBytesOf } from "./watch.ts";

/** One job at a time: the count is of whatever is made meanwhile. */
let turn: Promise<unknown> = Promise.resolve();

export function ownMemory(task: Task): Promise<OwnMemory> {
  const mine = turn.then(() => measured(task));
  turn = mine.catch(() => undefined);
  return mine;
}

/** On a new engine, which has no instance left from an earlier job. */
async function measured(task: Task): Promise<OwnMemory> {
  const ours = createOurs();
  const memories = await memoriesOf(() => ours.render(task));
  const planned = ours.plan(task).peakBytes;
  return { given: bytesOf(memories), used: usedBytesOf(memories), planned };
}
