/**
 * An engine that is let in before it works: the same port, with permits around it. A lease of the job's peak is taken
 * only when all bytes of the source are there, so a slow origin holds the bytes that it sent and nothing else.
 */
import { PictorError } from "../errors.ts";
import type { Engine } from "../ports.ts";
import { collect } from "./collect.ts";
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
        const bytes = await collect(source, budgets.maxSourceBytes, (length) => {
          held.push(budgets.sources.tryLease(length) ?? refuseCapacity());
        });
        held.push(await budgets.jobs.lease(plan.peakBytes));
        return await engine.render(plan, streamOf(bytes));
      } finally {
        for (const release of held) release();
      }
    },
  };
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
