/** A body from outside, with an end to its bytes and to its time. */

import { openReader } from "../chunks.ts";
import { PictorError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { withDeadline } from "./deadline.ts";

export interface BodyBounds {
  /** Most bytes that are handed on; the next one is `source_too_large`. */
  readonly maxBytes: number;
  /** What the origin promised; fewer or more bytes are `origin_failed`, so that no torn picture is stored. */
  readonly expectedBytes?: number;
  /** Longest wait for one chunk, ms. */
  readonly idleTimeoutMs: number;
  /** Longest wait for all chunks together, ms. Only waiting counts: a slow reader is not the origin's fault. */
  readonly totalTimeoutMs: number;
  readonly now?: Clock;
}

/**
 * The same bytes, or an error: `source_too_large`, `origin_timeout`, `origin_failed`. Whatever ends the stream early
 * (an error, or a reader that leaves) cancels the body. Reads only what is asked for, one chunk ahead at most.
 */
export function boundBody(
  body: ReadableStream<Uint8Array>,
  bounds: BodyBounds,
): ReadableStream<Uint8Array> {
  const reader = openReader(body);
  const now = bounds.now ?? Date.now;
  let received = 0;
  let waitLeft = bounds.totalTimeoutMs;

  async function next(): Promise<Uint8Array | undefined> {
    const start = now();
    const chunk = await withDeadline(reader.read(), Math.min(bounds.idleTimeoutMs, waitLeft));
    waitLeft = Math.max(0, waitLeft - (now() - start));
    received += chunk?.byteLength ?? 0;
    if (received > bounds.maxBytes) throw tooLarge(bounds.maxBytes);
    assertLength(received, bounds.expectedBytes, chunk === undefined);
    return chunk;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        } catch (error) {
          const reason = error instanceof PictorError ? error : brokenOff(error);
          controller.error(reason);
          reader.cancel(reason);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

export function tooLarge(maxBytes: number, size?: number): PictorError {
  return new PictorError("source_too_large", {
    param: "source",
    expected: `at most ${maxBytes} bytes`,
    ...(size === undefined ? {} : { received: `${size} bytes` }),
  });
}

function brokenOff(cause: unknown): PictorError {
  return new PictorError("origin_failed", { detail: "The origin broke off." }, { cause });
}

function assertLength(received: number, expected: number | undefined, ended: boolean): void {
  if (expected === undefined) return;
  if (received > expected || (ended && received < expected)) {
    throw new PictorError("origin_failed", {
      detail: "The origin sent less or more than it said.",
    });
  }
}
