/** A body, chunk by chunk, in large reads: workerd's default reader gives 4 KB at a time. */

const READ_BYTES = 65_536;

export interface ChunkReader {
  /** The next bytes, never none; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** Never throws and never waits. */
  cancel(reason: unknown): void;
}

export function openReader(body: ReadableStream<Uint8Array>): ChunkReader {
  const source = readByob(body) ?? readDefault(body);
  return {
    async read() {
      for (;;) {
        const { done, value } = await source.read();
        if (value !== undefined && value.byteLength > 0) return value;
        if (done) return undefined;
      }
    },
    cancel(reason) {
      source.cancel(reason).catch(() => {});
    },
  };
}

interface Source {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason: unknown): Promise<void>;
}

function readDefault(body: ReadableStream<Uint8Array>): Source {
  const reader = body.getReader();
  return { read: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
}

/** Undefined when the stream is not one of bytes. */
function readByob(body: ReadableStream<Uint8Array>): Source | undefined {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(READ_BYTES));
      // A short chunk must not hold a large buffer: an origin that trickles would cost 64 KB a byte.
      return { done, value: value && value.byteLength < READ_BYTES / 2 ? value.slice() : value };
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
