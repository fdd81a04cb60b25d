import type { Instantiate } from "./instance.ts";

/** The part of Emscripten's module options that we use. */
export interface ModuleOptions {
  readonly noInitialRun: true;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
}

/** What jSquash's `codec/**.js` files export. Their glue defines `globalThis.ImageData` itself where it is missing. */
export type ModuleFactory<Codec> = (options: ModuleOptions) => Promise<Codec>;

/** A hostile file can cause a warning a block; these are enough to tell what happened. */
export const MAX_MESSAGES = 50;

/** Instances of one C++ codec, each with a memory that grows to a limit and no further. */
export function emscripten<Codec>(
  factory: ModuleFactory<unknown>,
  module: WebAssembly.Module,
): Instantiate<Codec> {
  return async (limit) => {
    const messages: string[] = [];
    const note = (line: string) => {
      if (messages.length < MAX_MESSAGES) messages.push(line);
    };
    let limited: LimitedMemory | undefined;
    const codec = await factory({
      noInitialRun: true,
      print: note,
      printErr: note,
      instantiateWasm(imports, done) {
        const instance = new WebAssembly.Instance(module, imports);
        limited = limitMemory(findMemory(instance.exports), limit);
        done(instance);
        return instance.exports;
      },
    });
    return { codec: codec as Codec, messages, ...limited! };
  };
}

export interface LimitedMemory {
  readonly memory: WebAssembly.Memory;
  readonly hitLimit: () => boolean;
}

const PAGE_BYTES = 65_536;

/**
 * Emscripten's heap grows through `memory.grow` of the JavaScript object, in steps of 20, 10 or 5%, whichever first
 * is not refused: so a refusal keeps the memory within its limit, and the codec sees a failed `malloc`.
 */
export function limitMemory(memory: WebAssembly.Memory, limit: number): LimitedMemory {
  let hit = false;
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    hit = memory.buffer.byteLength + Math.floor(pages) * PAGE_BYTES > limit;
    if (hit) throw new RangeError("Beyond the limit of this instance");
    return grow(pages);
  };
  return { memory, hitLimit: () => hit };
}

/** Exports have minified names, and there is one memory. */
function findMemory(exports: WebAssembly.Exports): WebAssembly.Memory {
  for (const value of Object.values(exports)) {
    if (value instanceof WebAssembly.Memory) return value;
  }
  throw new Error("The codec exports no memory");
}
