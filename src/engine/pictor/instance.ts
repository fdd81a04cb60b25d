/**
 * One instance of the engine's module, with a memory of fixed size: dropped instances that had grown piled up to 14 GB
 * in a measurement (`instantiate.ts`).
 */
import type { Raster } from "../../image/raster.ts";
import { asPictorError } from "./failure.ts";
import { createMemory, instantiate } from "./instantiate.ts";

/** Most bytes of the source that are handed over in one call. */
const INPUT_BYTES = 16_384;

/** What `wasm/engine` exports. Addresses are offsets into the memory, which is imported. */
interface EngineExports {
  /** Runs the module's constructors; called once. */
  readonly _initialize: () => void;
  /** End of static data and stack; all above is the heap. */
  readonly engine_heap_base: () => number;
  readonly engine_job: () => number;
  readonly engine_colours: (bytes: number) => number;
  readonly engine_overlay: (index: number) => number;
  readonly engine_start: () => void;
  readonly engine_input: (bytes: number) => number;
  readonly engine_feed: (count: number, end: number) => number;
  readonly engine_output: () => number;
  readonly engine_output_size: () => number;
}

/** One job at a time: scrub (unless new), start, feed until it says true, output. */
export interface EngineInstance {
  readonly memory: WebAssembly.Memory;
  /** False after a call threw: C was left in mid-flight, with its stack pointer where it was. Such an instance is dead. */
  readonly usable: boolean;
  /** Makes everything as it was in the new instance: no byte of an earlier job is left. */
  scrub(): void;
  /** `overlays`: pixels of the job's, in its order. `colours`: what its conversion of colours takes. */
  start(job: Uint8Array, overlays?: readonly Raster[], colours?: Uint8Array): void;
  /** More of the source; `end` with its last bytes, or with none. True when the result is there and no more is needed. */
  feed(bytes: Uint8Array, end: boolean): boolean;
  /** A copy of the result. */
  output(): Uint8Array<ArrayBuffer>;
}

/**
 * `bytes`: of memory, a multiple of 64 KiB. All calls throw PictorError: what `failure.ts` makes of the module's
 * failures; `over_capacity` when there is no memory to be had.
 */
export function createInstance(module: WebAssembly.Module, bytes: number): EngineInstance {
  const memory = createMemory(bytes);
  const exports = instantiate(module, memory) as unknown as EngineExports;
  let usable = true;

  function call<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      usable = false;
      throw asPictorError(error);
    }
  }

  const all = new Uint8Array(memory.buffer);
  const { heapBase, snapshot } = call(() => {
    exports._initialize();
    const base = exports.engine_heap_base();
    return { heapBase: base, snapshot: all.slice(0, base) };
  });

  return {
    memory,
    get usable() {
      return usable;
    },
    scrub() {
      all.fill(0, heapBase);
      all.set(snapshot);
    },
    start(job, overlays = [], colours) {
      call(() => {
        all.set(job, exports.engine_job());
        overlays.forEach(({ data }, i) => {
          all.set(data, exports.engine_overlay(i));
        });
        if (colours) all.set(colours, exports.engine_colours(colours.length));
        exports.engine_start();
      });
    },
    feed(source, end) {
      return call(() => {
        for (let at = 0; ; at += INPUT_BYTES) {
          const piece = source.subarray(at, at + INPUT_BYTES);
          const isLast = at + piece.length === source.length;
          all.set(piece, exports.engine_input(piece.length));
          if (exports.engine_feed(piece.length, Number(end && isLast)) === 1) return true;
          if (isLast) return false;
        }
      });
    },
    output() {
      return call(() => {
        const at = exports.engine_output();
        return all.slice(at, at + exports.engine_output_size());
      });
    },
  };
}
