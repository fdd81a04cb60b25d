/** The start of a stream, read before it is known who will take the rest. */

export interface Ahead {
  /** The source ended: `stream` waits for nothing any more. */
  readonly whole: boolean;
  /** All of the source, from its first byte. */
  readonly stream: ReadableStream<Uint8Array>;
}

export interface AheadOptions {
  /** Most bytes, but for the last chunk, that are read. */
  readonly bytes: number;
  /** Asks for room for a chunk that was read; without it, no more is read. */
  readonly hold: (bytes: number) => boolean;
  /** Told when the chunks that were held have all been handed on. */
  readonly onHandedOn: () => void;
}

/** Throws what the stream throws. */
export async function readAhead(
  source: ReadableStream<Uint8Array>,
  { bytes, hold, onHandedOn }: AheadOptions,
): Promise<Ahead> {
  const reader = source.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  while (length < bytes) {
    const { done, value } = await reader.read();
    if (done) {
      whole = true;
      break;
    }
    chunks.push(value);
    length += value.length;
    if (!hold(value.length)) break;
  }
  return { whole, stream: chain(chunks, reader, onHandedOn) };
}

/** Each chunk is forgotten as it is handed on. */
function chain(
  chunks: Uint8Array[],
  rest: ReadableStreamDefaultReader<Uint8Array>,
  onHandedOn: () => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          controller.enqueue(chunk);
          return;
        }
        onHandedOn();
        const { done, value } = await rest.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => rest.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
