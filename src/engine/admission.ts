/**
 * An engine that is let in before it works: the same port, with permits around it. A lease of the job's peak is taken
 * only when all bytes of the source are there, so a slow origin holds the bytes that it sent and nothing else.
 */
import type { Engine, Renderer } from "../ports.ts";
import { hold } from "./hold.ts";
import type { Budget } from "./permits.ts";

export interface AdmissionBudgets {
  /** Bytes for jobs at work; a job waits for its turn. */
  readonly jobs: Budget;
  /** Bytes of sources that are arriving or waiting; nothing waits here, as those who wait would hold bytes too. */
  readonly sources: Budget;
  /** Longest source that is buffered. */
  readonly maxSourceBytes: number;
}

export function admitted({ look, ...renderer }: Renderer, budgets: AdmissionBudgets): Engine {
  const holding = (source: ReadableStream<Uint8Array>, maxBytes?: number) =>
    hold({ look, ...renderer }, budgets, source, maxBytes);
  return {
    ...renderer,
    hold: holding,
    async render(plan, source, overlays) {
      const held = await holding(source);
      try {
        return await held.render(plan, overlays);
      } finally {
        held.release();
      }
    },
  };
}
