/** Our engine in Node: what the Worker is composed of, with its budgets, on the same modules. */
import { register } from "node:module";
import { PictorError } from "../../../src/errors.ts";
import type { Plan } from "../../../src/image/job.ts";
import { fittingPlan } from "../../../src/image/limits.ts";
import type { WantedFormat } from "../../../src/image/plan.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";
import type { Engine } from "../../../src/ports.ts";
import { type Task, wishesOf } from "../task.ts";
import { type Contender, Refused } from "./contender.ts";

// Workers and the bundler make a compiled module of the import of a `.wasm` file. Node is told here to do the same.
register(
  `data:text/javascript,${encodeURIComponent(`
    export async function load(url, context, next) {
      if (!new URL(url).pathname.endsWith(".wasm")) return next(url, context);
      const source = \`import { readFileSync } from "node:fs";
        export default new WebAssembly.Module(readFileSync(new URL(\${JSON.stringify(url)})));\`;
      return { format: "module", shortCircuit: true, source };
    }`)}`,
);
const { createEngine } = await import("../../../src/engine/compose.ts");

/** As origins deliver. */
const CHUNK_BYTES = 65_536;

export interface Ours extends Contender {
  readonly version: string;
  /** What the service would do, or its refusal: thrown as `PictorError`. */
  plan(task: Task): Plan;
}

/** A new one keeps no instances of an earlier one. */
export function createOurs(): Ours {
  const engine = createEngine({
    set: (callback, ms) => setTimeout(callback, ms),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  });
  // Planning takes microseconds, and is done once for each task, not in each timed run.
  const plans = new WeakMap<Task, Plan>();
  const plan = (task: Task) => {
    const made = plans.get(task) ?? planned(task, engine);
    plans.set(task, made);
    return made;
  };
  return {
    name: "ours",
    version: engine.version,
    plan,
    render: async (task) => (await engine.render(plan(task), chunks(task.photo.file))).bytes,
  };
}

/** As the Transformer plans. What it refuses is no failure of the benchmark. */
function planned(task: Task, engine: Engine): Plan {
  const { facts, file } = task.photo;
  if (engine.reads(facts) !== true) throw new Refused(`no ${facts.format.toUpperCase()}`);
  if (!writes(task.format)) throw new Refused(`no ${task.format.toUpperCase()}`);
  const { format, ...transform } = resolve(parse([...wishesOf(task), ["format", task.format]]));
  try {
    return fittingPlan(transform, format as WantedFormat, facts, file.length, engine.peakBytes);
  } catch (error) {
    if (error instanceof PictorError && error.code.endsWith("_too_large")) {
      throw new Refused("413, too large");
    }
    throw error;
  }
}

function writes(format: string): boolean {
  try {
    parse([["format", format]]);
    return true;
  } catch {
    return false;
  }
}

function chunks(file: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at >= file.length) {
          controller.close();
          return;
        }
        controller.enqueue(file.subarray(at, at + CHUNK_BYTES));
        at += CHUNK_BYTES;
      },
    },
    { highWaterMark: 0 },
  );
}
