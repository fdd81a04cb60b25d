/** One instance of `wasm/avif-encoder`: AV1 still pictures of 8-bit planes, one after the other. */
import { PictorError } from "../../errors.ts";
import type { Size } from "../../image/job.ts";
import { asPictorError, EngineFailure } from "../pictor/failure.ts";
import { createMemory, instantiate } from "../pictor/instantiate.ts";
import type { AvifOptions } from "./options.ts";

/** What `wasm/avif-encoder` exports. Addresses are offsets into the memory, which is imported. */
interface EncoderExports {
  readonly _initialize: () => void;
  /** End of static data and stack; all above is the heap. */
  readonly engine_heap_base: () => number;
  readonly avif_job: () => number;
  readonly avif_input: () => number;
  readonly avif_encode: () => void;
  readonly avif_output: () => number;
  readonly avif_output_size: () => number;
}

export type PlaneLayout = "monochrome" | "420" | "444";

/** MatrixCoefficients of ISO/IEC 23091-2 (CICP): planes G, B, R as they are; BT.601. */
export const IDENTITY = 0;
export const BT601 = 6;

/** One item of the file. */
export interface AvifItem extends Size, AvifOptions {
  readonly layout: PlaneLayout;
  readonly matrix: typeof IDENTITY | typeof BT601;
}

export interface AvifEncoder {
  readonly memory: WebAssembly.Memory;
  /** False after a call threw. Such an encoder is dead. */
  readonly usable: boolean;
  /** Makes all as it was in the new instance: no byte of an earlier picture is left. */
  scrub(): void;
  /** AV1's temporal unit of the one frame. `planes` are tight. Each call begins with a memory in which nothing is left. */
  encode(item: AvifItem, planes: Uint8Array): Uint8Array<ArrayBuffer>;
}

/**
 * `bytes`: of memory, a multiple of 64 KiB. Throws PictorError `output_too_large` when they do not suffice,
 * `over_capacity` when there is no memory to be had, `internal` for all else. After that the encoder is dead.
 */
export function createAvifEncoder(module: WebAssembly.Module, bytes: number): AvifEncoder {
  const memory = createMemory(bytes);
  const exports = instantiate(module, memory) as unknown as EncoderExports;
  exports._initialize();
  const heapBase = exports.engine_heap_base();
  const all = new Uint8Array(memory.buffer);
  const snapshot = all.slice(0, heapBase);
  let isNew = true;
  let usable = true;

  function scrub(): void {
    if (isNew) return;
    all.fill(0, heapBase);
    all.set(snapshot);
    isNew = true;
  }

  function run(item: AvifItem, planes: Uint8Array): Uint8Array<ArrayBuffer> {
    all.set(new Uint8Array(jobFields(item).buffer), exports.avif_job());
    all.set(planes, exports.avif_input());
    exports.avif_encode();
    const at = exports.avif_output();
    return all.slice(at, at + exports.avif_output_size());
  }

  return {
    memory,
    get usable() {
      return usable;
    },
    scrub,
    encode(item, planes) {
      if (planes.length !== planesBytes(item)) throw new Error("planes of another size");
      scrub();
      isNew = false;
      try {
        return run(item, planes);
      } catch (error) {
        usable = false;
        throw asEncoderError(error);
      }
    },
  };
}

/** Bytes of an item's tight planes. */
export function planesBytes({ width, height, layout }: Size & Pick<AvifItem, "layout">): number {
  const luma = width * height;
  if (layout === "monochrome") return luma;
  return luma + 2 * (layout === "444" ? luma : Math.ceil(width / 2) * Math.ceil(height / 2));
}

/** The struct `AvifJob` of `wasm/avif-encoder/src/avif_job.h`; a test compares the two. */
export const JOB_FIELDS = [
  ["width", ({ width }) => width],
  ["height", ({ height }) => height],
  ["monochrome", ({ layout }) => Number(layout === "monochrome")],
  ["chroma_444", ({ layout }) => Number(layout === "444")],
  ["level", ({ level }) => level],
  ["lossless", ({ lossless }) => Number(lossless)],
  ["matrix", ({ matrix }) => matrix],
  ["speed", ({ speed }) => speed],
  ["tune", ({ tune }) => tune],
] as const satisfies readonly (readonly [string, (item: AvifItem) => number])[];

/** WASM and all machines that we know are little-endian. */
function jobFields(item: AvifItem): Uint32Array {
  return Uint32Array.from(JOB_FIELDS, ([, field]) => field(item));
}

/** The planes are our own: whatever fails here is no fault of the picture's, unless it is too large. */
function asEncoderError(error: unknown): PictorError {
  const failure = error instanceof EngineFailure ? asPictorError(error) : undefined;
  if (failure?.code !== "picture_too_large") {
    return new PictorError("internal", {}, { cause: error });
  }
  return new PictorError(
    "output_too_large",
    {
      detail: "Encoding this picture as avif takes more memory than there is.",
      fix: "format=webp",
    },
    { cause: error },
  );
}
