/** A body from outside, with an end to its bytes and to its time. */
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

/** Large reads: workerd's default reader gives 4 KB at a time, one of this size costs a quarter of the time. */
const READ_BYTES = 65_536;

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

interface ChunkReader {
  /** The next bytes, never none; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** Never throws and never waits. */
  cancel(reason: unknown): void;
}

function openReader(body: ReadableStream<Uint8Array>): ChunkReader {
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
