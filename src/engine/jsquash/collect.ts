import { PictorError } from "../../errors.ts";

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
 * of a single chunk is not copied at all.
 * @throws PictorError `source_too_large` as soon as more than `limit` bytes came; the stream is then cancelled.
 */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const first = await read(reader, 0, limit);
  if (first === undefined) return new Uint8Array(0);
  let length = first.length;
  let chunk = await read(reader, length, limit);
  if (chunk === undefined) return first;
  const buffer = new Resizable(length, { maxByteLength: limit });
  new Uint8Array(buffer).set(first);
  for (; chunk !== undefined; chunk = await read(reader, length, limit)) {
    buffer.resize(length + chunk.length);
    new Uint8Array(buffer).set(chunk, length);
    length += chunk.length;
  }
  return new Uint8Array(buffer, 0, length);
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  already: number,
  limit: number,
): Promise<Uint8Array | undefined> {
  const { done, value } = await reader.read();
  if (done) return undefined;
  if (already + value.length <= limit) return value;
  await reader.cancel().catch(() => undefined);
  throw new PictorError("source_too_large", {
    detail: "Sources of this kind are read whole, and this one is too long for that.",
    expected: `at most ${limit} bytes`,
  });
}
