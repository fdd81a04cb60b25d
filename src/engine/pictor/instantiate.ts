/**
 * What all of our own modules have in common: a memory of fixed size that is imported (what an instance grows to, V8
 * does not count as pressure, and dropped instances then pile up; what it is made with counts), and one import that
 * throws.
 */
import { PictorError } from "../../errors.ts";
import { EngineFailure } from "./failure.ts";

const PAGE_BYTES = 65_536;
/** Longest text of a failure that is passed on. */
const MAX_TEXT_BYTES = 200;

/** `bytes`: a multiple of 64 KiB. @throws PictorError `over_capacity` when there is no memory to be had */
export function createMemory(bytes: number): WebAssembly.Memory {
  const pages = bytes / PAGE_BYTES;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new PictorError(
      "over_capacity",
      { detail: "There is no memory left for this picture at this moment.", retryAfter: 1 },
      { cause },
    );
  }
}

/** The module's exports; its calls throw EngineFailure, or a trap. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): WebAssembly.Exports {
  const engine_throw = (code: number, text: number, length: number) => {
    throw new EngineFailure(code, readText(memory, text, length));
  };
  return new WebAssembly.Instance(module, { env: { memory, engine_throw } }).exports;
}

/** Printable ASCII alone: whatever C's pointer points to, this goes out to users. */
function readText(memory: WebAssembly.Memory, at: number, length: number): string {
  const start = at >>> 0;
  const bytes = new Uint8Array(memory.buffer).subarray(
    start,
    start + Math.min(length >>> 0, MAX_TEXT_BYTES),
  );
  return new TextDecoder("latin1").decode(bytes).replace(/[^ -~]/g, "?");
}
