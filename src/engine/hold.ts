/** A source that is looked at before it is planned: read whole, held against the budget, and worked on twice. */
import { PictorError } from "../errors.ts";
import type { Plan } from "../image/job.ts";
import type { HeldSource, Renderer } from "../ports.ts";
import type { AdmissionBudgets } from "./admission.ts";
import { collect } from "./collect.ts";
import type { Release } from "./permits.ts";

export async function hold(
  engine: Renderer,
  { jobs, sources, maxSourceBytes }: AdmissionBudgets,
  source: ReadableStream<Uint8Array>,
  maxBytes = maxSourceBytes,
): Promise<HeldSource> {
  const leases: Release[] = [];
  const release = () => {
    for (const give of leases.splice(0)) give();
  };
  try {
    const bytes = await collect(source, Math.min(maxBytes, maxSourceBytes), (length) => {
      leases.push(sources.tryLease(length) ?? refuseCapacity());
    });
    const leased = async <Result>(plan: Plan, work: () => Promise<Result>): Promise<Result> => {
      const give = await jobs.lease(plan.peakBytes);
      try {
        return await work();
      } finally {
        give();
      }
    };
    return {
      size: bytes.length,
      open: () => streamOf(bytes),
      look: (plan) => leased(plan, () => engine.look(plan, streamOf(bytes))),
      render: (plan, overlays) =>
        leased(plan, () => engine.render(plan, streamOf(bytes), overlays)),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
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
