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
import type { Raster } from "./image/raster.ts";
import { lookedAt } from "./look.ts";
import { type HeldOverlay, heldOverlays, release } from "./overlays.ts";
import type { Engine, HeldSource, OriginObject, RenderResult, Validator } from "./ports.ts";
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
  const planned = await plannedSource(job, tools);
  try {
    const { object, plan } = planned;
    const stamp = await stampFor(job, planned, filled, tools.engine);
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
  readonly overlays: readonly HeldOverlay[];
  readonly facts: Facts;
  readonly findings: Findings;
  readonly plan: Plan;
  /** Length of the file, or the most that it may have. */
  readonly sourceBytes: number;
  /** The picture as its plan says, whose output is a raster; in place of `render`. */
  readonly look: (plan: Plan) => Promise<Raster>;
  readonly render: () => Promise<RenderResult>;
  /** Lets go of the source; to be called whatever happened. */
  readonly close: () => Promise<void>;
}

/** Origin → probe → overlays → a look at the pixels, where the wishes depend on them → plan. */
export async function plannedSource(job: Job, tools: TransformerTools): Promise<Planned> {
  const { engine } = tools;
  const object = await job.origin.open(job.name);
  const { facts, source } = await peek(object.body);
  let overlays: readonly HeldOverlay[] = [];
  let held: HeldSource | undefined;
  const close = async () => {
    held?.release();
    release(overlays);
    // Has no effect on a source that was read to its end.
    await source.cancel().catch(() => undefined);
  };
  try {
    const bytes = object.size ?? MAX_BUFFERED_SOURCE_BYTES;
    if (job.output !== "json") assertReads(facts, engine);
    overlays = await heldOverlays(job, engine);
    const looked = await lookedAt(job, facts, source, bytes, object, tools);
    held = looked.held;
    const findings = { ...looked.findings, ...factsOf(overlays) };
    const plan = planFor(job, facts, bytes, engine, findings);
    const drawn = overlays.map((overlay) => overlay.held);
    const render = () => (held ? held.render(plan, drawn) : engine.render(plan, source, drawn));
    const look = async (whole: Plan) => {
      held ??= await engine.hold(source);
      return held.look(whole);
    };
    return { object, overlays, facts, findings, plan, sourceBytes: bytes, look, render, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function factsOf(overlays: readonly HeldOverlay[]): Findings {
  if (overlays.length === 0) return {};
  return { overlays: overlays.map(({ facts, bytes }) => ({ facts, bytes })) };
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
 * Pixels of an AVIF that a reader may wait for: about a fifth of a second of CPU time, little more than WebP takes
 * (docs/benchmarks.md). Larger ones are made after the answer, which is WebP meanwhile.
 */
export const MAX_QUICK_AVIF_PIXELS = 1_000_000;

function assertQuick({ order }: Job, { output }: Plan): void {
  const isSlow = output.format === "avif" && output.width * output.height > MAX_QUICK_AVIF_PIXELS;
  if (isSlow && order.patience === "quick") throw new PictorError("deferred");
}

async function stampFor(
  job: Job,
  { plan, object, overlays }: Planned,
  filled: number,
  engine: Engine,
): Promise<Stamp> {
  const { url, output, tags, order } = job;
  const inputs = [object, ...overlays.map((overlay) => overlay.object)];
  const validators = inputs.map(({ validator }) => validator);
  const lastModified = newestOf(validators);
  const contentType = output === "json" ? "application/json" : mediaType(plan.output.format);
  const etag = await etagOf({
    validators,
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
    source: object.validator,
    ...(overlays.length === 0 ? {} : { overlays: validators.slice(1) }),
    ...originTtlOf(job, inputs),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

/** Nothing where one of them does not say when it changed: it may have been after the others. */
function newestOf(validators: readonly Validator[]): number | undefined {
  const dates = validators.map(({ lastModified }) => lastModified);
  const known = dates.filter((date) => date !== undefined);
  return known.length === dates.length ? Math.max(...known) : undefined;
}

/** What the origins say of the lifetime, where the rule obeys them: the shortest counts. */
export function originTtlOf(
  { order }: Job,
  inputs: readonly Pick<OriginObject, "lifetime">[],
): { originTtl?: number } {
  const lifetimes = inputs
    .map(({ lifetime }) => (lifetime === "no-store" ? 0 : lifetime))
    .filter((lifetime) => lifetime !== undefined);
  if (!order.rule.origin.obey || lifetimes.length === 0) return {};
  return { originTtl: Math.min(...lifetimes) };
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
