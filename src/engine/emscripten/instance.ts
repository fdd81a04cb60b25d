/**
 * WASM instances of codecs that Emscripten built. An instance serves one call and is dropped: failed calls leak, linear
 * memory never shrinks, and bytes of one picture can never show up in another. A new instance of a compiled module
 * costs 1–2 ms.
 */

/** What was done so far, counted: for tests and metrics. */
export interface InstanceCounts {
  made: number;
  /** Instances whose call threw. */
  failed: number;
  dropped: number;
  /** Bytes of WASM memory of the newest instance at the end of its call. */
  bytesLast: number;
  /** Largest memory of one instance so far, in bytes. */
  bytesMost: number;
}

export function createCounts(): InstanceCounts {
  return { made: 0, failed: 0, dropped: 0, bytesLast: 0, bytesMost: 0 };
}

/** Thrown when a call needs more memory than its instance may have. */
export class MemoryLimitError extends Error {
  override readonly name = "MemoryLimitError";
}

export interface CodecInstance<Codec> {
  readonly codec: Codec;
  readonly memory: WebAssembly.Memory;
  /** Lines that the codec wrote to its stderr, a bounded number of them. */
  readonly messages: readonly string[];
  /** Whether its last wish for memory was refused; its own error then names another cause, or none. */
  readonly hitLimit: () => boolean;
}

/** Makes instances of one module; `limit` is the most bytes of memory that the instance may have. */
export type Instantiate<Codec> = (limit: number) => Promise<CodecInstance<Codec>>;

/**
 * Runs one call on an instance of its own. Whatever the codec throws (an Error, Emscripten's `ExitStatus`, a number)
 * is passed on, or becomes a `MemoryLimitError` when the limit was the cause.
 */
export async function withInstance<Codec, Result>(
  counts: InstanceCounts,
  instantiate: Instantiate<Codec>,
  limit: number,
  call: (instance: CodecInstance<Codec>) => Result,
): Promise<Result> {
  const instance = await instantiate(limit);
  counts.made++;
  try {
    const result = call(instance);
    // Codecs answer with broken pictures, too, when `malloc` fails.
    if (instance.hitLimit()) throw new MemoryLimitError("Out of memory");
    return result;
  } catch (error) {
    counts.failed++;
    if (instance.hitLimit()) throw new MemoryLimitError("Out of memory", { cause: error });
    throw error;
  } finally {
    counts.dropped++;
    counts.bytesLast = instance.memory.buffer.byteLength;
    counts.bytesMost = Math.max(counts.bytesMost, counts.bytesLast);
  }
}
