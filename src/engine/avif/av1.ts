/** One instance of the AV1 decoder's module: OBUs in, a picture out, rows of it as 8-bit samples. */
import { PictorError } from "../../errors.ts";
import { asPictorError } from "../pictor/failure.ts";
import { createMemory, instantiate } from "../pictor/instantiate.ts";

const PAGE_BYTES = 65_536;

/** What `wasm/avif-decoder` exports. Addresses are offsets into the memory, which is imported. */
interface Av1Exports {
  readonly _initialize: () => void;
  readonly av1_input: (bytes: number) => number;
  readonly av1_decode: (
    size: number,
    width: number,
    height: number,
    operatingPoint: number,
  ) => number;
  readonly av1_rows: (
    picture: number,
    plane: number,
    first: number,
    count: number,
    stretch: number,
  ) => number;
  readonly av1_release: (picture: number) => void;
}

/** The struct `Av1Layout` of `wasm/avif-decoder/src/av1.h`, in its order; a test compares the two. */
export const AV1_LAYOUT_FIELDS = [
  "width",
  "height",
  "depth",
  "monochrome",
  "subsampling_x",
  "subsampling_y",
  "primaries",
  "transfer",
  "matrix",
  "full_range",
] as const;
export type Av1Layout = Readonly<Record<(typeof AV1_LAYOUT_FIELDS)[number], number>>;

export interface Av1Picture {
  readonly layout: Av1Layout;
  /**
   * Up to `MAX_ROWS` of `av1.h` rows of plane 0 to 2, one directly behind the other; a view that the next call makes invalid.
   * `stretch`: limited range becomes full range.
   */
  rows(plane: number, first: number, count: number, stretch: boolean): Uint8Array;
  release(): void;
}

export interface Av1Still {
  /** OBUs, in the parts in which the file holds them. */
  readonly parts: readonly Uint8Array[];
  /** What the picture must measure, in px. */
  readonly width: number;
  readonly height: number;
  /** AV1's, 0 to 31. */
  readonly operatingPoint: number;
}

export interface Av1Decoder {
  readonly memory: WebAssembly.Memory;
  decode(still: Av1Still): Av1Picture;
}

/**
 * `bytes` of memory, rounded down to 64 KiB. All calls throw PictorError; after one has, the instance is dead.
 */
export function createAv1Decoder(module: WebAssembly.Module, bytes: number): Av1Decoder {
  const memory = createMemory(Math.floor(bytes / PAGE_BYTES) * PAGE_BYTES);
  const all = new Uint8Array(memory.buffer);
  const exports = started(module, memory);
  return {
    memory,
    decode({ parts, width, height, operatingPoint }) {
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      return call(() => {
        let at = exports.av1_input(size);
        for (const part of parts) {
          all.set(part, at);
          at += part.length;
        }
        return pictureAt(exports.av1_decode(size, width, height, operatingPoint), exports, memory);
      });
    },
  };
}

function pictureAt(address: number, exports: Av1Exports, memory: WebAssembly.Memory): Av1Picture {
  const words = new Int32Array(memory.buffer, address, AV1_LAYOUT_FIELDS.length);
  const layout = Object.fromEntries(AV1_LAYOUT_FIELDS.map((name, i) => [name, words[i]]));
  const { width, subsampling_x } = layout as unknown as Av1Layout;
  return {
    layout: layout as unknown as Av1Layout,
    rows(plane, first, count, stretch) {
      const columns = plane === 0 ? width : (width + subsampling_x) >> subsampling_x;
      return call(() => {
        const at = exports.av1_rows(address, plane, first, count, Number(stretch));
        return new Uint8Array(memory.buffer, at, columns * count);
      });
    },
    release: () => call(() => exports.av1_release(address)),
  };
}

function started(module: WebAssembly.Module, memory: WebAssembly.Memory): Av1Exports {
  try {
    const exports = instantiate(module, memory) as unknown as Av1Exports;
    exports._initialize();
    return exports;
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === "LinkError")) throw cause;
    const detail = "The AVIF decoder does not fit into the memory that it may have.";
    throw new PictorError("picture_too_large", { detail }, { cause });
  }
}

function call<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw asPictorError(error);
  }
}
