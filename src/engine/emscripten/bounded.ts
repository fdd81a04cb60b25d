/**
 * Instances of an Emscripten codec that `wasm/bound.mjs` has given an end: a memory that has its size from the start, which
 * V8 counts, and a number of steps after which a call traps.
 */
import { createMemory } from "../pictor/instantiate.ts";
import { type CodecInstance, MemoryLimitError } from "./instance.ts";
import { limitMemory, MAX_MESSAGES, type ModuleFactory } from "./module.ts";

interface BoundedExports {
  readonly fuel: WebAssembly.Global;
  readonly pages: WebAssembly.Global;
  readonly most: WebAssembly.Global;
}

const PAGE_BYTES = 65_536;

export interface BoundedInstance<Codec> extends CodecInstance<Codec> {
  /** Whether the last call used up its steps. */
  readonly hitSteps: () => boolean;
}

/** `leastPages`: of memory, that the module declares to need. `steps`: calls and turns of loops. */
export function boundedEmscripten<Codec>(
  factory: ModuleFactory<unknown>,
  module: WebAssembly.Module,
  { leastPages, steps }: { readonly leastPages: number; readonly steps: number },
): (limit: number) => Promise<BoundedInstance<Codec>> {
  return async (limit) => {
    const pages = Math.floor(limit / PAGE_BYTES);
    if (pages < leastPages) throw new MemoryLimitError("Less memory than the module starts with");
    const memory = createMemory(pages * PAGE_BYTES);
    const limited = limitMemory(memory, memory.buffer.byteLength);
    const messages: string[] = [];
    const note = (line: string) => {
      if (messages.length < MAX_MESSAGES) messages.push(line);
    };
    let bounds: BoundedExports | undefined;
    const codec = await factory({
      noInitialRun: true,
      print: note,
      printErr: note,
      instantiateWasm(imports, done) {
        const instance = new WebAssembly.Instance(module, { ...imports, env: { memory } });
        bounds = instance.exports as unknown as BoundedExports;
        bounds.fuel.value = steps;
        bounds.pages.value = pages;
        bounds.most.value = pages;
        done(instance);
        return instance.exports;
      },
    });
    const hitSteps = () => bounds?.fuel.value === 0;
    return { codec: codec as Codec, messages, ...limited, hitSteps };
  };
}
