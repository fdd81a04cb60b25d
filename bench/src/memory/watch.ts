/** WASM memories, counted as they are made: whoever makes them, and however. */

type Constructor = new (...args: never[]) => object;
interface Wasm {
  Memory: Constructor;
  Instance: Constructor;
  instantiate: (...args: unknown[]) => Promise<unknown>;
}

let seen: Set<WebAssembly.Memory> | undefined;

watch(WebAssembly as unknown as Wasm);

/** Memories that were made while `work` ran, as they were at its end. They never shrink. */
export async function memoriesOf(work: () => Promise<unknown>): Promise<WebAssembly.Memory[]> {
  seen = new Set();
  try {
    await work();
    return [...seen];
  } finally {
    seen = undefined;
  }
}

export function bytesOf(memories: readonly WebAssembly.Memory[]): number {
  return memories.reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0);
}

/** Up to the highest byte of each that was ever written: new memory is all zeros, and few pictures end in many. */
export function usedBytesOf(memories: readonly WebAssembly.Memory[]): number {
  return memories.reduce((bytes, { buffer }) => bytes + highestByte(new Uint8Array(buffer)), 0);
}

function highestByte(bytes: Uint8Array): number {
  let at = bytes.length;
  while (at > 0 && bytes[at - 1] === 0) at--;
  return at;
}

function watch(wasm: Wasm): void {
  wasm.Memory = noting(wasm.Memory, (memory) => note({ memory }));
  wasm.Instance = noting(wasm.Instance, (instance) => noteExports(instance));
  const { instantiate } = wasm;
  wasm.instantiate = async (...args) => {
    const made = (await instantiate.apply(wasm, args)) as { instance?: object };
    noteExports(made.instance ?? made);
    return made;
  };
}

function noting(original: Constructor, done: (made: object) => void): Constructor {
  return new Proxy(original, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget);
      done(made);
      return made;
    },
  });
}

/** Emscripten and wasm-bindgen export the memory, under any name. */
function noteExports(instance: object): void {
  note((instance as WebAssembly.Instance).exports);
}

function note(values: object): void {
  for (const value of Object.values(values)) {
    if (value instanceof WebAssembly.Memory) seen?.add(value);
  }
}
