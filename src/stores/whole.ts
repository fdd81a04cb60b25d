/** A body that is handed on while it comes: all of its bytes, or an error. */

/** Large reads: workerd's default reader gives 4 KB at a time. */
const READ_BYTES = 65_536;

export interface WholeOptions {
  /** Exact length, bytes. */
  readonly size: number;
  /** Longest wait for one chunk, ms. */
  readonly idleTimeoutMs: number;
}

/**
 * The same bytes. A body that is shorter or longer than `size`, breaks off or stops makes the stream fail rather than
 * end, so that nobody takes a part for the whole. A reader that leaves cancels the body.
 */
export function wholeOrError(
  body: ReadableStream<Uint8Array>,
  { size, idleTimeoutMs }: WholeOptions,
): ReadableStream<Uint8Array> {
  const reader = openReader(body);
  let received = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await inTime(reader.next(), idleTimeoutMs);
          received += chunk?.byteLength ?? 0;
          if (received > size || (chunk === undefined && received < size)) {
            throw new Error(`the store sent ${received} bytes of ${size}`);
          }
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        } catch (error) {
          controller.error(error);
          reader.cancel(error).catch(() => {});
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the store sent nothing for ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

interface ChunkReader {
  /** The next bytes, never none; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): Promise<void>;
}

function openReader(body: ReadableStream<Uint8Array>): ChunkReader {
  const { read, cancel } = readByob(body) ?? readDefault(body);
  return {
    async next() {
      for (;;) {
        const { done, value } = await read();
        if (value !== undefined && value.byteLength > 0) return value;
        if (done) return undefined;
      }
    },
    cancel,
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
    read: () => reader.read(new Uint8Array(READ_BYTES)),
    cancel: (reason) => reader.cancel(reason),
  };
}
