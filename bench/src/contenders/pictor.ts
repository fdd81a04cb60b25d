/** Our engine in Node, through its adapter: the same code as in the Worker, on the same module. */
import { createPictorEngine } from "../../../src/engine/pictor/engine.ts";
import { createInstance } from "../../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import { createPool } from "../../../src/engine/pictor/pool.ts";
import { instanceBytes } from "../../../src/image/memory-pictor.ts";
import { compiled } from "../compiled.ts";
import { ENGINE } from "../paths.ts";
import type { Task } from "../task.ts";

/** As origins deliver. */
const CHUNK_BYTES = 65_536;
/** The Worker keeps less; here the largest instance shall be kept as well. */
const MAX_IDLE_BYTES = 256 * 2 ** 20;

export interface Memory {
  /** What the job's instance is given. */
  readonly given: number;
  /** Up to the highest byte that was ever written. */
  readonly used: number;
}

export interface Pictor {
  readonly version: string;
  render(task: Task): Promise<Uint8Array>;
  memory(task: Task): Memory;
}

export function createPictor(): Pictor {
  const module = compiled(ENGINE);
  const pool = createPool({ module, maxIdleBytes: MAX_IDLE_BYTES });
  const engine = createPictorEngine({
    pool,
    encodeRaster: () => Promise.reject(new Error("not in this benchmark")),
  });
  return {
    version: engine.version,
    render: async ({ plan, photo }) => (await engine.render(plan, chunks(photo.file))).bytes,
    memory({ plan, photo }) {
      const given = instanceBytes(plan, photo.file.length);
      const instance = createInstance(module, given);
      instance.start(jobBytes(plan));
      if (!instance.feed(photo.file, true)) throw new Error(`${photo.name}: no result`);
      return { given, used: highestByte(new Uint8Array(instance.memory.buffer)) };
    },
  };
}

/** A new memory is all zeros, and nothing that C writes ends in many of them. */
function highestByte(bytes: Uint8Array): number {
  let at = bytes.length;
  while (at > 0 && bytes[at - 1] === 0) at--;
  return at;
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
