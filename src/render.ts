/** A miss that no store could answer: origin → probe → look → plan → engine. */
import type { Variant } from "./cache/answer.ts";
import { edgeTtlOf } from "./cache/freshness.ts";
import { SCHEMA } from "./cache/key.ts";
import { printStamp, type Stamp } from "./cache/stamp.ts";
import { PictorError } from "./errors.ts";
import { etagOf } from "./http/etag.ts";
import { MAX_BUFFERED_SOURCE_BYTES } from "./image/budget.ts";
import { mediaType, sizesAsJson } from "./image/describe.ts";
import type { Facts } from "./image/facts.ts";
import type { Findings } from "./image/findings.ts";
import type { Plan } from "./image/job.ts";
import { fittingPlan } from "./image/limits.ts";
import { peek } from "./image/peek.ts";
import { planOf } from "./image/plan.ts";
import { type Looked, lookedAt } from "./look.ts";
import type { Engine, OriginObject, RenderResult } from "./ports.ts";
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
  const planned = await plannedSource(job, tools.engine);
  try {
    const { object, plan } = planned;
    const stamp = await stampFor(job, plan, object, filled, tools.engine);
    if (job.output === "json") return await jsonVariant(stamp, plan, object, job, tools);
    assertQuick(job, plan);
    if (job.method === "HEAD") return { stamp, from: "origin" };
    const { bytes, facts: rendered } = await planned.render();
    const counted = { ...stamp, counts: printCounts(rendered.counts) };
    const done = await withSignature(counted, bytes, job, tools);
    if (edgeTtlOf(done, job.order.rule) > 0) {
      const { variants, defer } = tools;
      defer(variants.put(job.key, bytes, done.contentType, printStamp(done), over));
    }
    return { stamp: done, body: bytes, size: bytes.length, from: "origin", rendered };
  } finally {
    await planned.close();
  }
}

export interface Planned {
  readonly object: OriginObject;
  readonly facts: Facts;
  readonly findings: Findings;
  readonly plan: Plan;
  readonly render: () => Promise<RenderResult>;
  /** Lets go of the source; to be called whatever happened. */
  readonly close: () => Promise<void>;
}

/** Origin → probe → a look at the pixels, where the wishes depend on them → plan. */
export async function plannedSource(job: Job, engine: Engine): Promise<Planned> {
  const object = await job.origin.open(job.name);
  const { facts, source } = await peek(object.body);
  let looked: Looked | undefined;
  const close = async () => {
    looked?.held.release();
    // Has no effect on a source that was read to its end.
    await source.cancel().catch(() => undefined);
  };
  try {
    const bytes = object.size ?? MAX_BUFFERED_SOURCE_BYTES;
    if (job.output !== "json") assertReads(facts, engine);
    looked = await lookedAt(job, facts, source, bytes, engine);
    const findings = looked?.findings ?? {};
    const plan = planFor(job, facts, bytes, engine, findings);
    const render = () => (looked ? looked.held.render(plan) : engine.render(plan, source));
    return { object, facts, findings, plan, render, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** 415 for what the engine does not read. */
function assertReads(facts: Facts, engine: Engine): void {
  const readable = engine.reads(facts);
  if (readable === true) return;
  const { reason: detail, ...fix } = readable;
  throw new PictorError("unsupported_format", { detail, received: facts.format, ...fix });
}

/**
 * 413 for what does not fit, 400 for what the picture does not have. The sizes alone cost nothing, so they are told of
 * every picture whose header can be read.
 */
function planFor(
  job: Job,
  facts: Facts,
  bytes: number,
  { peakBytes }: Engine,
  findings: Findings,
): Plan {
  const { transform, output } = job;
  if (output === "json") return planOf(transform, "base", facts, bytes, peakBytes, findings);
  return fittingPlan(transform, output, facts, bytes, peakBytes, findings);
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
