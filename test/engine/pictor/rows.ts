/** Pictures through the module as they are: no resize, no encoder, straight RGBA comes out. */
import { createInstance, type EngineInstance } from "../../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import { PictorError } from "../../../src/errors.ts";
import type { Facts } from "../../../src/image/facts.ts";
import { instanceBytes } from "../../../src/image/memory-pictor.ts";
import { probe } from "../../../src/image/probe/index.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { planOf } from "../plans.ts";
import { module } from "./module.ts";

export type Wishes = NonNullable<Parameters<typeof planOf>[1]>;

export function factsIn(file: Uint8Array): Facts {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("The picture has no header.");
  return { ...result.facts, profile: "srgb", orientation: 1 };
}

export interface Made extends Raster {
  /** Bytes that the instance was given, and those up to the last that was written. */
  readonly given: number;
  readonly used: number;
}

/** `cut(left)`: how many bytes are handed over next; all at once without. Throws what the module throws. */
export function pixelsOf(
  file: Uint8Array,
  cut: (left: number) => number = (left) => left,
  wishes: Wishes = {},
  facts: Facts = factsIn(file),
): Made {
  const plan = planOf(facts, { ...wishes, output: { ...wishes.output, format: "jxl" } });
  const given = instanceBytes(plan, file.length);
  const instance = createInstance(module, given);
  instance.start(jobBytes(plan));
  let done = false;
  for (let at = 0; !done; ) {
    const next = at + Math.max(1, Math.min(file.length - at, cut(file.length - at)));
    done = instance.feed(file.subarray(at, next), next >= file.length);
    if (!done && next >= file.length) throw new Error("The module waits for more than there is.");
    at = next;
  }
  const { width, height } = plan.output;
  const data = new Uint8ClampedArray(instance.output().buffer);
  return { width, height, data, given, used: highWater(instance) };
}

/** A new memory is zero, and little that C writes ends in zeros. */
function highWater({ memory }: EngineInstance): number {
  const words = new BigUint64Array(memory.buffer);
  return (words.findLastIndex((word) => word !== 0n) + 1) * 8;
}

/** What the module answers to a file that it does not take. A trap is no answer. */
export function refusal(file: Uint8Array, facts?: Facts): string {
  try {
    pixelsOf(file, undefined, {}, facts);
  } catch (error) {
    if (!(error instanceof PictorError)) throw error;
    if (error.cause instanceof WebAssembly.RuntimeError) throw error.cause;
    return `${error.code}: ${error.info.detail}`;
  }
  return "none";
}
