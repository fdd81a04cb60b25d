import { PictorError } from "../errors.ts";

/** ES2024; the compiler's library is older than the runtimes. */
interface ResizableBuffer extends ArrayBuffer {
  resize(bytes: number): void;
}
const Resizable = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ResizableBuffer;

/**
 * Reads a stream to its end, into one array. The array grows in place, so that a file is never held twice; a stream
 * of a single chunk is not copied at all. `onBytes` hears of each chunk's length before it is kept.
 * @throws PictorError `source_too_large` as soon as more than `limit` bytes came, and whatever `onBytes` throws; the
 *   stream is then cancelled.
 */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  try {
    return await readAll(reader, limit, onBytes);
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  let length = 0;
  const next = async () => {
    const { done, value } = await reader.read();
    if (done) return undefined;
    if (length + value.length > limit) throw tooLong(limit);
    onBytes(value.length);
    return value;
  };
  const first = await next();
  if (first === undefined) return new Uint8Array(0);
  length = first.length;
  let chunk = await next();
  if (chunk === undefined) return first;
  const buffer = new Resizable(length, { maxByteLength: limit });
  new Uint8Array(buffer).set(first);
  for (; chunk !== undefined; chunk = await next()) {
    buffer.resize(length + chunk.length);
    new Uint8Array(buffer).set(chunk, length);
    length += chunk.length;
  }
  return new Uint8Array(buffer, 0, length);
}

function tooLong(limit: number): PictorError {
  return new PictorError("source_too_large", {
    detail: "Sources of this kind are read whole, and this one is too long for that.",
    expected: `at most ${limit} bytes`,
  });
}
