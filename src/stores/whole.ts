/** A body that is handed on while it comes: all of its bytes, or an error. */
import { openReader } from "../chunks.ts";

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
          const chunk = await inTime(reader.read(), idleTimeoutMs);
          received += chunk?.byteLength ?? 0;
          if (received > size || (chunk === undefined && received < size)) {
            throw new Error(`the store sent ${received} bytes of ${size}`);
          }
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        } catch (error) {
          controller.error(error);
          reader.cancel(error);
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
