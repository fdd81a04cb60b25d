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
import type { Contender } from "./contender.ts";

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
    render: async (task) =>
      (await engine.render(plan(task), chunks(task.photo.file))).bytes,
  };
}

/** As the Transformer plans. */
function planned(task: Task, engine: Engine): Plan {
  const { facts, file } = task.photo;
  const readable = engine.reads(facts);
  if (readable !== true) {
    throw new PictorError("unsupported_format", {
      detail: readable.reason,
      received: facts.format,
    });
  }
  const { format, ...transform } = resolve(parse([...wishesOf(task), ["format", task.format]]));
  return fittingPlan(transform, format as WantedFormat, facts, file.length, engine.peakBytes);
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
