/**
 * Admission for an engine that can work on a source as it arrives. The first bytes are read before any memory is
 * leased:
 *
 * - A source that ends within them is then all there: its job waits for nobody but its turn, as in `../admission.ts`.
 * - A longer one streams: its job holds its memory while bytes come. All such jobs together hold at most a part of the
 *   budget (`streams`), so that slow origins cannot keep the others out; how long they may take, the origins bound.
 * - When the budget for sources is used up, streaming begins with what is there. Nobody is refused for that.
 */
import type { Plan } from "../../image/job.ts";
import type { Engine, HeldSource, Renderer } from "../../ports.ts";
import { type AdmissionBudgets, admitted } from "../admission.ts";
import type { Budget, Release } from "../permits.ts";
import { readAhead } from "./read-ahead.ts";

export interface StreamBudgets extends AdmissionBudgets {
  /** Bytes of `jobs` that jobs may hold while they wait for their source. */
  readonly streams: Budget;
  /** All of `streams`: a job that needs more than that streams when no other does. */
  readonly maxStreamBytes: number;
  /** Bytes of a source that are read before its job begins. */
  readonly aheadBytes: number;
}

export interface StreamingRenderer extends Renderer {
  readonly streams: (plan: Plan) => boolean;
}

/** What does not stream is admitted as with any other engine. */
export function admittedStreams(engine: StreamingRenderer, budgets: StreamBudgets): Engine {
  const { jobs, sources, streams, maxStreamBytes, aheadBytes } = budgets;
  const buffered = admitted(engine, budgets);

  async function streamed(
    plan: Plan,
    source: ReadableStream<Uint8Array>,
    overlays: readonly HeldSource[] | undefined,
  ) {
    const ofSource: Release[] = [];
    const ofJob: Release[] = [];
    const give = (held: Release[]) => {
      for (const release of held.splice(0)) release();
    };
    let opened = source;
    try {
      const { whole, stream } = await readAhead(source, {
        bytes: aheadBytes,
        hold(bytes) {
          const lease = sources.tryLease(bytes);
          if (lease) ofSource.push(lease);
          return lease !== undefined;
        },
        onHandedOn: () => give(ofSource),
      });
      opened = stream;
      if (!whole) ofJob.push(await streams.lease(Math.min(plan.peakBytes, maxStreamBytes)));
      ofJob.push(await jobs.lease(plan.peakBytes));
      return await engine.render(plan, stream, overlays);
    } catch (error) {
      if (!opened.locked) await opened.cancel(error).catch(() => undefined);
      throw error;
    } finally {
      give(ofSource);
      give(ofJob);
    }
  }

  return {
    ...buffered,
    render: (plan, source, overlays) =>
      engine.streams(plan)
        ? streamed(plan, source, overlays)
        : buffered.render(plan, source, overlays),
  };
}
