/** Reads a picture's header from a stream and hands on the same stream, whole. */
import { PictorError } from "../errors.ts";
import type { Facts } from "./facts.ts";
import { joined } from "./joined.ts";
import { probe } from "./probe/index.ts";

export interface Peeked {
  readonly facts: Facts;
  /** Every byte of the source, from the first. */
  readonly source: ReadableStream<Uint8Array>;
}

/** On an error the stream is cancelled. Throws unsupported_format (415), broken_image (422), or what the stream throws. */
export async function peek(body: ReadableStream<Uint8Array>): Promise<Peeked> {
  const reader = body.getReader();
  try {
    return await peekWith(reader);
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

/**
 * The probe is shown as many bytes as it asked for and no more, however they came: what it counts in the bytes at
 * hand (frames) must not depend on the size of the origin's chunks.
 */
async function peekWith(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Peeked> {
  let head: Uint8Array<ArrayBufferLike> = new Uint8Array();
  let wanted = FIRST_BYTES;
  for (;;) {
    const { bytes, complete } = await readUntil(reader, head, wanted);
    head = bytes;
    const result = probe(head.subarray(0, wanted), complete);
    if (result.kind === "facts") {
      return { facts: result.facts, source: replay(head, complete ? undefined : reader) };
    }
    if (complete) throw new PictorError("broken_image", { detail: "The file ends in its header." });
    // A probe that always wants a little more than there is would otherwise cost quadratic copying.
    wanted = Math.max(result.bytes, wanted * 2);
  }
}

/** Enough for the header of nearly every picture; R2 and fetch hand out chunks of about this size. */
const FIRST_BYTES = 4096;

async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  start: Uint8Array,
  wanted: number,
): Promise<{ readonly bytes: Uint8Array; readonly complete: boolean }> {
  const chunks = [start];
  let length = start.length;
  while (length < wanted) {
    const { done, value } = await reader.read();
    if (done) return { bytes: wholeOf(chunks), complete: true };
    chunks.push(value);
    length += value.length;
  }
  return { bytes: wholeOf(chunks), complete: false };
}

/** One array from several; the array itself when there is one only. */
function wholeOf(chunks: readonly Uint8Array[]): Uint8Array {
  const filled = chunks.filter((chunk) => chunk.length > 0);
  return filled.length === 1 ? filled[0]! : joined(filled);
}

function replay(
  head: Uint8Array,
  rest: ReadableStreamDefaultReader<Uint8Array> | undefined,
): ReadableStream<Uint8Array> {
  let headSent = head.length === 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!headSent) {
          headSent = true;
          controller.enqueue(head);
          return;
        }
        const next = await rest?.read();
        if (next === undefined || next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        await rest?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
