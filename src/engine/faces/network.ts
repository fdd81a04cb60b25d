/** Runs the network of `wasm/faces`: an instance for each picture, in a memory of the size that it takes, leased. */
import type { FaceNetwork } from "../../image/look/faces.ts";
import { NETWORK_SIDE, OUTPUT_FLOATS } from "../../image/look/faces.ts";
import { FACES_BYTES } from "../../image/memory-faces.ts";
import type { Budget } from "../permits.ts";
import { asPictorError } from "../pictor/failure.ts";
import { createMemory, instantiate } from "../pictor/instantiate.ts";

interface FacesExports {
  readonly _initialize: () => void;
  /** Where the pixels go. */
  readonly faces_input: () => number;
  /** Where the numbers are. */
  readonly faces_run: () => number;
}

/**
 * `module`: `wasm/faces`, compiled. `jobs`: what its memory is leased from.
 * Throws PictorError `over_capacity` when there is no memory to be had.
 */
export function createFaceNetwork(
  module: WebAssembly.Module,
  jobs: Pick<Budget, "lease">,
): FaceNetwork {
  return async (pixels) => {
    if (pixels.length !== NETWORK_SIDE * NETWORK_SIDE * 4)
      throw new RangeError("not the network's pixels");
    const release = await jobs.lease(FACES_BYTES);
    try {
      return ran(module, pixels);
    } finally {
      release();
    }
  };
}

function ran(module: WebAssembly.Module, pixels: Uint8Array): Float32Array {
  const memory = createMemory(FACES_BYTES);
  try {
    const exports = instantiate(module, memory) as unknown as FacesExports;
    exports._initialize();
    new Uint8Array(memory.buffer).set(pixels, exports.faces_input());
    return new Float32Array(memory.buffer, exports.faces_run(), OUTPUT_FLOATS).slice();
  } catch (error) {
    throw asPictorError(error);
  }
}
