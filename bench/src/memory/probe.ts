/** A process that does one job with one contender, fresh, and tells the WASM memory that it took. */

import type { Contender } from "../contenders/contender.ts";
import type { Task } from "../task.ts";
import { bytesOf, memoriesOf } from "./watch.ts";

export type Probed = "jsquash" | "photon" | "wio";
export interface Question {
  readonly name: Probed;
  readonly task: Task;
}
export type Answer = { readonly bytes: number } | { readonly error: string };

/** Imported only while memories are watched: some instantiate as they are imported. */
const CONTENDERS: Readonly<Record<Probed, () => Promise<Contender>>> = {
  jsquash: async () => (await import("../contenders/jsquash.ts")).jsquash,
  photon: async () => (await import("../contenders/photon.ts")).photon,
  wio: async () => (await import("../contenders/wasm-image-optimization.ts")).wasmImageOptimization,
};

process.once("message", async ({ name, task }: Question) => {
  // Out of the message's buffer, into one of its own.
  const photo = { ...task.photo, file: task.photo.file.slice() };
  process.send!(await answer(name, { ...task, photo }), () => process.disconnect());
});

async function answer(name: Probed, task: Task): Promise<Answer> {
  try {
    const memories = await memoriesOf(async () => (await CONTENDERS[name]()).render(task));
    return { bytes: bytesOf(memories) };
  } catch (error) {
    return { error: String(error) };
  }
}
