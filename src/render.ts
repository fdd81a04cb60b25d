/** A miss that no store could answer: origin → probe → look → plan → engine. */
import type { Variant } from "./cache/answer.ts";
import { edgeTtlOf } from "./cache/freshness.ts";
import { type ClassTransform, SCHEMA } from "./cache/key.ts";
import { printStamp, type Stamp } from "./cache/stamp.ts";
import { PictorError } from "./errors.ts";
import { etagOf } from "./http/etag.ts";
import { MAX_BUFFERED_SOURCE_BYTES } from "./image/budget.ts";
import { mediaType } from "./image/describe.ts";
import type { Facts } from "./image/facts.ts";
import type { Findings } from "./image/findings.ts";
import { isAnimation } from "./image/frames.ts";
import type { Plan } from "./image/job.ts";
import { fittingMiniature, fittingPlan } from "./image/limits.ts";
import { assertFramesFit } from "./image/look-plan.ts";
import { HASH_SIDE } from "./image/miniature.ts";
import { peek } from "./image/peek.ts";
import { planOf } from "./image/plan.ts";
import { MOST_ENCODES } from "./image/quality-search.ts";
import type { Raster } from "./image/raster.ts";
import type { Job, TransformerTools } from "./job.ts";
import { lookedAt } from "./look.ts";
import { type HeldOverlay, heldOverlays, release } from "./overlays.ts";
import { isSizedByLook } from "./params/looking.ts";
import { isPlaceholder, type OutputClass, tells } from "./params/output.ts";
import type { Engine, HeldSource, OriginObject, RenderFacts, Validator } from "./ports.ts";
import { withSignature } from "./signed.ts";
import { TOLD_TYPES, tell } from "./tell.ts";
import { type WithinBytes, withinBytes } from "./within-bytes.ts";

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
    const { plan } = planned;
    const stamp = await stampFor(job, planned, filled, tools.engine);
    assertQuick(job, plan);
    if (job.method === "HEAD") return { stamp, from: "origin" };
    const { bytes, rendered, maxBytes } = await made(job, planned);
    const counted = {
      ...stamp,
      ...(rendered && { counts: printCounts(rendered.counts) }),
      ...(maxBytes !== undefined && { maxBytes }),
    };
    const done = await withSignature(counted, bytes, job, tools);
    // The sizes alone are made as fast as they are found again.
    if (job.output !== "json" && edgeTtlOf(done, job.order.rule) > 0) {
      const { variants, defer } = tools;
      defer(variants.put(job.key, bytes, done.contentType, printStamp(done), over));
    }
    const body = { body: bytes, size: bytes.length };
    return { stamp: done, ...body, from: "origin", ...(rendered && { rendered }) };
  } finally {
    await planned.close();
  }
}

/** The answer's bytes, and what the engine did for them. */
async function made(
  job: Job,
  planned: Planned,
): Promise<{ bytes: Uint8Array; rendered?: RenderFacts; maxBytes?: string }> {
  const { output } = job;
  if (!tells(output)) {
    const { facts, ...result } = await planned.render(planned.plan);
    return { ...result, rendered: facts };
  }
  const { text, ...rest } = await tell(output, job, planned);
  return { bytes: new TextEncoder().encode(text), ...rest };
}

export interface Planned {
  readonly object: OriginObject;
  readonly overlays: readonly HeldOverlay[];
  readonly facts: Facts;
  readonly findings: Findings;
  /** Of the answer's own pixels; of the picture that is spoken of, where sizes are told. */
  readonly plan: Plan;
  /** The same for other wishes; nothing is checked. */
  readonly planAs: (transform: ClassTransform) => Plan;
  /** Of a tiny copy of the picture, whose colours stand for it. Throws unsupported_format, picture_too_large. */
  readonly miniature: () => Plan;
  /** Length of the file, or the most that it may have. */
  readonly sourceBytes: number;
  /** The picture as its plan says, whose output is a raster; in place of `render`. */
  readonly look: (plan: Plan) => Promise<Raster>;
  /** Once only, where the source was not held. */
  readonly render: (plan: Plan) => Promise<WithinBytes>;
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
    if (!NEEDS_NO_PIXELS.has(job.output)) assertReads(facts, engine);
    overlays = await heldOverlays(job, engine);
    assertWorthALook(job, facts, bytes, engine, factsOf(overlays));
    const looked = await lookedAt(job, facts, source, bytes, object, tools);
    held = looked.held;
    const findings = { ...looked.findings, ...factsOf(overlays) };
    const { peakBytes } = engine;
    // Overlays change no size.
    const planAs = (transform: ClassTransform) =>
      planOf(transform, "base", facts, bytes, peakBytes, looked.findings);
    const miniature = () => {
      assertReads(facts, engine);
      // Nothing is encoded.
      const { "max-bytes": _, ...transform } = job.transform;
      return fittingMiniature(transform, "raster", HASH_SIDE, facts, bytes, peakBytes, findings);
    };
    const plan = planFor(job, facts, bytes, engine, findings);
    const drawn = overlays.map((overlay) => overlay.held);
    const render = async (of: Plan): Promise<WithinBytes> => {
      const { maxBytes } = of.output;
      if (maxBytes === undefined) {
        return held ? held.render(of, drawn) : engine.render(of, source, drawn);
      }
      held ??= await engine.hold(source);
      const again = held;
      return withinBytes(of, maxBytes, (as) => again.render(as, drawn));
    };
    const look = async (whole: Plan) => {
      held ??= await engine.hold(source);
      return held.look(whole);
    };
    const plans = { plan, planAs, miniature, sourceBytes: bytes };
    return { object, overlays, facts, findings, ...plans, look, render, close };
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

/** Told of every picture whose header can be read. */
const NEEDS_NO_PIXELS: ReadonlySet<OutputClass> = new Set(["json", "info"]);

/** Longest sides, in px, and what the pixels are handed over as. */
const MINIATURES = {
  blurhash: { format: "raster", side: HASH_SIDE },
  thumbhash: { format: "raster", side: HASH_SIDE },
  // About 200 bytes: with the base64 of a data: URL, less than the request for a file would take.
  lqip: { format: "webp", side: 32, quality: 40 },
} as const;

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
  if (output === "json" || output === "info") {
    return planOf(transform, "base", facts, bytes, peakBytes, findings);
  }
  if (isPlaceholder(output)) {
    const { format, side, ...as } = MINIATURES[output];
    const wishes = { ...transform, ...as, anim: false };
    return fittingMiniature(wishes, format, side, facts, bytes, peakBytes, findings);
  }
  assertKeepsAnimation(transform, output, facts);
  return fittingPlan(transform, output, facts, bytes, peakBytes, findings);
}

/** The same for what no look at the pixels could change, so that none is taken in vain. */
function assertWorthALook(
  job: Job,
  facts: Facts,
  bytes: number,
  engine: Engine,
  findings: Findings,
): void {
  const { transform, output } = job;
  if (!isSizedByLook(transform)) planFor(job, facts, bytes, engine, findings);
  else if (output !== "json" && output !== "info" && !isPlaceholder(output)) {
    assertKeepsAnimation(transform, output, facts);
    assertFramesFit(transform, output, facts);
  }
}

/**
 * AVIF is written as a still alone. Where it was asked for, `anim` is false (`params/resolve.ts`); else it is the first
 * choice of `format=auto`, whose next one keeps the animation.
 */
function assertKeepsAnimation(
  { anim, frame }: Job["transform"],
  output: Job["output"],
  facts: Facts,
): void {
  const isMoving = anim && frame === undefined && isAnimation(facts);
  if (output === "avif" && isMoving) throw new PictorError("still_only");
}

/**
 * Pixels of an AVIF that a reader may wait for: about a fifth of a second of CPU time, little more than WebP takes
 * (docs/benchmarks.md); with `max-bytes`, all that its encodes may come to. Larger ones are made after the answer, which is WebP meanwhile.
 */
export const MAX_QUICK_AVIF_PIXELS = 1_000_000;

export function isSlow({ output: { format, width, height, maxBytes } }: Plan): boolean {
  const encodes = maxBytes === undefined ? 1 : MOST_ENCODES;
  return format === "avif" && width * height * encodes > MAX_QUICK_AVIF_PIXELS;
}

function assertQuick({ order }: Job, plan: Plan): void {
  if (isSlow(plan) && order.patience === "quick") throw new PictorError("deferred");
}

export function contentTypeOf({ output }: Job, plan: Plan): string {
  return tells(output) ? TOLD_TYPES[output] : mediaType(plan.output.format);
}

async function stampFor(
  job: Job,
  { plan, object, overlays }: Planned,
  filled: number,
  engine: Engine,
): Promise<Stamp> {
  const { url, tags, order } = job;
  const inputs = [object, ...overlays.map((overlay) => overlay.object)];
  const validators = inputs.map(({ validator }) => validator);
  const lastModified = newestOf(validators);
  const contentType = contentTypeOf(job, plan);
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
