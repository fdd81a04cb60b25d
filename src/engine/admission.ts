/**
 * An engine that is let in before it works: the same port, with permits around it. A lease of the job's peak is taken
 * only when all bytes of the source are there, so a slow origin holds the bytes that it sent and nothing else.
 */
import { PictorError } from "../errors.ts";
import { join } from "../image/peek.ts";
import type { Engine } from "../ports.ts";
import type { Budget, Release } from "./permits.ts";

export interface AdmissionBudgets {
  /** Bytes for jobs at work; a job waits for its turn. */
  readonly jobs: Budget;
  /** Bytes of sources that are arriving or waiting; nothing waits here, as those who wait would hold bytes too. */
  readonly sources: Budget;
  /** Longest source that is buffered. */
  readonly maxSourceBytes: number;
}

export function admitted(engine: Engine, budgets: AdmissionBudgets): Engine {
  return {
    ...engine,
    async render(plan, source) {
      const held: Release[] = [];
      try {
        const bytes = await collect(source, budgets, held);
        held.push(await budgets.jobs.lease(plan.peakBytes));
        return await engine.render(plan, streamOf(bytes));
      } finally {
        for (const release of held) release();
      }
    },
  };
}

async function collect(
  source: ReadableStream<Uint8Array>,
  { sources, maxSourceBytes }: AdmissionBudgets,
  held: Release[],
): Promise<Uint8Array> {
  const reader = source.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return join(chunks, length);
      length += value.length;
      if (length > maxSourceBytes) refuseSize(maxSourceBytes);
      held.push(sources.tryLease(value.length) ?? refuseCapacity());
      chunks.push(value);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

function refuseSize(maxSourceBytes: number): never {
  throw new PictorError("source_too_large", {
    expected: `a file of at most ${maxSourceBytes} bytes`,
    detail: "This source has to be held whole, and is too large for that.",
  });
}

function refuseCapacity(): never {
  throw new PictorError("over_capacity", {
    detail: "Too many sources are being read at once.",
    retryAfter: 1,
  });
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
