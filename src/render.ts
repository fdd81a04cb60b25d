/** A miss that no store could answer: origin → probe → plan → engine. */
import type { Variant } from "./cache/answer.ts";
import { edgeTtlOf } from "./cache/freshness.ts";
import { SCHEMA } from "./cache/key.ts";
import { printStamp, type Stamp } from "./cache/stamp.ts";
import { PictorError } from "./errors.ts";
import { etagOf } from "./http/etag.ts";
import { MAX_BUFFERED_SOURCE_BYTES } from "./image/budget.ts";
import { mediaType, sizesAsJson } from "./image/describe.ts";
import type { Facts } from "./image/facts.ts";
import type { Plan } from "./image/job.ts";
import { fittingPlan } from "./image/limits.ts";
import { peek } from "./image/peek.ts";
import { planOf } from "./image/plan.ts";
import type { Engine, OriginObject } from "./ports.ts";
import { withSignature } from "./signed.ts";
import type { Job, TransformerTools } from "./transformer.ts";

/** The store is filled after the answer. `over`: version of the stored object that this one replaces. */
export async function filledVariant(
  job: Job,
  over: string | undefined,
  tools: TransformerTools,
): Promise<Variant> {
  // The moment before the origin is read: what changes while it is read must not count as known.
  const filled = tools.now();
  const { object, facts, source } = await openedSource(job);
  try {
    const plan = planFor(job, facts, object, tools.engine);
    const stamp = await stampFor(job, plan, object, filled, tools.engine);
    if (job.output === "json") return await jsonVariant(stamp, plan, object, job, tools);
    assertQuick(job, plan);
    if (job.method === "HEAD") return { stamp, from: "origin" };
    const { bytes, facts: rendered } = await tools.engine.render(plan, source);
    const counted = { ...stamp, counts: printCounts(rendered.counts) };
    const done = await withSignature(counted, bytes, job, tools);
    if (edgeTtlOf(done, job.order.rule) > 0) {
      const { variants, defer } = tools;
      defer(variants.put(job.key, bytes, done.contentType, printStamp(done), over));
    }
    return { stamp: done, body: bytes, size: bytes.length, from: "origin", rendered };
  } finally {
    // Has no effect on a source that was read to its end.
    await source.cancel().catch(() => undefined);
  }
}

export async function openedSource({ origin, name }: Job) {
  const object = await origin.open(name);
  return { object, ...(await peek(object.body)) };
}

/**
 * 415 for what the engine does not read, 413 for what does not fit, 400 for what the picture does not have. The sizes
 * alone cost nothing, so they are told of every picture whose header can be read.
 */
export function planFor(job: Job, facts: Facts, object: OriginObject, engine: Engine): Plan {
  const bytes = object.size ?? MAX_BUFFERED_SOURCE_BYTES;
  if (job.output === "json") return planOf(job.transform, "base", facts, bytes, engine.peakBytes);
  const readable = engine.reads(facts);
  if (readable !== true) {
    throw new PictorError("unsupported_format", {
      detail: readable.reason,
      received: facts.format,
    });
  }
  return fittingPlan(job.transform, job.output, facts, bytes, engine.peakBytes);
}

/**
 * Pixels of an AVIF that a reader may wait for. AVIF takes some ten times as long as WebP (docs/benchmarks.md); larger
 * ones are made after the answer, which is WebP meanwhile.
 */
export const MAX_QUICK_AVIF_PIXELS = 200_000;

function assertQuick({ order }: Job, { output }: Plan): void {
  const isSlow = output.format === "avif" && output.width * output.height > MAX_QUICK_AVIF_PIXELS;
  if (isSlow && order.patience === "quick") throw new PictorError("deferred");
}

async function stampFor(
  job: Job,
  plan: Plan,
  { validator, lifetime }: OriginObject,
  filled: number,
  engine: Engine,
): Promise<Stamp> {
  const { url, output, tags, order } = job;
  const contentType = output === "json" ? "application/json" : mediaType(plan.output.format);
  const etag = await etagOf({
    validators: [validator],
    canonical: url,
    format: contentType,
    engine: engine.version,
    schema: SCHEMA,
  });
  return {
    contentType,
    filled,
    width: plan.output.width,
    height: plan.output.height,
    tags,
    counts: "",
    generation: order.generation,
    source: validator,
    ...originTtlOf(job, lifetime),
    ...(etag === undefined ? {} : { etag }),
    ...(validator.lastModified === undefined ? {} : { lastModified: validator.lastModified }),
  };
}

/** What the origin says of the lifetime, where the rule obeys it. */
export function originTtlOf(
  { order }: Job,
  lifetime: OriginObject["lifetime"],
): { originTtl?: number } {
  if (!order.rule.origin.obey || lifetime === undefined) return {};
  return { originTtl: lifetime === "no-store" ? 0 : lifetime };
}

function printCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([stage, count]) => `${stage}=${count}`)
    .join(" ");
}

async function jsonVariant(
  stamp: Stamp,
  plan: Plan,
  { size }: OriginObject,
  job: Job,
  tools: TransformerTools,
): Promise<Variant> {
  const body = new TextEncoder().encode(JSON.stringify(sizesAsJson(plan, size)));
  const signed = await withSignature(stamp, body, job, tools);
  return { stamp: signed, body, size: body.length, from: "origin" };
}
