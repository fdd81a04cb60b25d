/**
 * The story of a miss. The Transformer gets canonical requests from the Gateway alone and sees no header of a client;
 * its answers are what the edge cache holds: a full 200 with stamps, or a problem with its own short lifetime.
 */
import { ERROR, EXPLAIN, FROM, type Variant, variantAnswer } from "./cache/answer.ts";
import { isFresh, isSameSource } from "./cache/freshness.ts";
import { type CanonicalRequest, readCanonical, SCHEMA, variantKey } from "./cache/key.ts";
import { printStamp, readStamp, type Stamp } from "./cache/stamp.ts";
import { PictorError } from "./errors.ts";
import { etagOf } from "./http/etag.ts";
import { problem } from "./http/problem.ts";
import { mediaType, sizesAsJson, stepsOf } from "./image/describe.ts";
import type { Facts } from "./image/facts.ts";
import type { Plan } from "./image/job.ts";
import { fittingPlan } from "./image/limits.ts";
import { MAX_BUFFERED_SOURCE_BYTES } from "./image/memory.ts";
import { peek } from "./image/peek.ts";
import { planOf } from "./image/plan.ts";
import { readSource, type Source, type SourceRules, sourceTag } from "./policy/mounts.ts";
import type { CacheRule } from "./policy/rules.ts";
import { readUrl } from "./policy/url.ts";
import type { Clock, Defer, Engine, Origin, OriginObject, VariantStore } from "./ports.ts";

/** What the Transformer needs from the world. */
export interface TransformerTools {
  readonly rule: CacheRule;
  readonly sourceRules: SourceRules;
  readonly originOf: (source: Source) => { readonly origin: Origin; readonly name: string };
  readonly variants: VariantStore;
  readonly engine: Engine;
  readonly now: Clock;
  readonly defer: Defer;
}

interface Job extends Omit<CanonicalRequest, "source"> {
  readonly url: string;
  readonly tag: string;
  readonly key: string;
  readonly origin: Origin;
  readonly name: string;
}

/**
 * `GET` answers the variant; `HEAD` its headers without rendering it, which is enough for a 304 before any decode.
 * Never throws: what goes wrong is an answer.
 */
export async function transform(request: Request, tools: TransformerTools): Promise<Response> {
  try {
    const job = await readJob(request.url, tools);
    if (request.headers.has(EXPLAIN)) return await explained(job, tools);
    const variant =
      (await storedVariant(job, tools)) ?? (await filledVariant(job, request.method, tools));
    return await withoutBodyFor(
      request.method,
      variantAnswer(variant, tools.rule.edgeTtl, tools.now()),
    );
  } catch (error) {
    return problemAnswer(error);
  }
}

async function withoutBodyFor(method: string, answer: Response): Promise<Response> {
  if (method !== "HEAD") return answer;
  await answer.body?.cancel();
  return new Response(null, answer);
}

function problemAnswer(error: unknown): Response {
  if (!(error instanceof PictorError)) console.error("transformer:", error);
  const answer = problem(error, { method: "GET" });
  answer.headers.set(ERROR, error instanceof PictorError ? error.code : "internal");
  return answer;
}

async function readJob(url: string, tools: TransformerTools): Promise<Job> {
  const { segments, query } = readUrl(new URL(url));
  const { sourceSegments, ...wanted } = readCanonical(segments, query);
  const source = readSource(sourceSegments, tools.sourceRules);
  const key = await variantKey(url, tools.engine.version);
  return { ...wanted, url, key, tag: sourceTag(source), ...tools.originOf(source) };
}

/** From the variant store, while its source is known to be the same, or cannot be asked. */
async function storedVariant(job: Job, tools: TransformerTools): Promise<Variant | undefined> {
  const { rule, variants, now } = tools;
  const stored = await variants.get(job.key);
  const stamp = stored && readStamp(stored.stamp);
  if (!stored || !stamp) return undefined;
  const variant: Variant = { stamp, body: stored.bytes, size: stored.size, from: "store" };
  if (isFresh(stamp, rule.edgeTtl, now())) return variant;
  try {
    const { validator } = await job.origin.head(job.name);
    return isSameSource(stamp.source, validator) ? await renewed(job, variant, tools) : undefined;
  } catch (error) {
    // RFC 5861: within this time a stale answer is better than the origin's failure.
    const mayBeStale = isFresh(stamp, rule.edgeTtl + rule.staleIfError, now());
    if (mayBeStale && error instanceof PictorError && error.status >= 500) return variant;
    throw error;
  }
}

/** Found to be current: good for another lifetime, also in the store. */
async function renewed(job: Job, variant: Variant, tools: TransformerTools): Promise<Variant> {
  const stamp = { ...variant.stamp, filled: tools.now() };
  const bytes = new Uint8Array(await new Response(variant.body ?? null).arrayBuffer());
  tools.defer(tools.variants.put(job.key, bytes, stamp.contentType, printStamp(stamp)));
  return { ...variant, stamp, body: bytes };
}

/** Origin → probe → plan → engine; the store is filled after the answer. */
async function filledVariant(job: Job, method: string, tools: TransformerTools): Promise<Variant> {
  // The moment before the origin is read: what changes while it is read must not count as known.
  const filled = tools.now();
  const { object, facts, source } = await openedSource(job);
  try {
    const plan = planFor(job, facts, object, tools.engine);
    const stamp = await stampFor(job, plan, object, filled, tools.engine);
    if (job.output === "json") return jsonVariant(stamp, plan, object);
    if (method === "HEAD") return { stamp, from: "origin" };
    const { bytes, facts: rendered } = await tools.engine.render(plan, source);
    const counted = { ...stamp, counts: printCounts(rendered.counts) };
    tools.defer(tools.variants.put(job.key, bytes, stamp.contentType, printStamp(counted)));
    return { stamp: counted, body: bytes, size: bytes.length, from: "origin", rendered };
  } finally {
    // Has no effect on a source that was read to its end.
    await source.cancel().catch(() => undefined);
  }
}

async function openedSource({ origin, name }: Job) {
  const object = await origin.open(name);
  return { object, ...(await peek(object.body)) };
}

/**
 * 415 for what the engine does not read, 413 for what does not fit, 400 for what the picture does not have. The sizes
 * alone cost nothing, so they are told of every picture whose header can be read.
 */
function planFor(job: Job, facts: Facts, object: OriginObject, engine: Engine): Plan {
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

async function stampFor(
  { url, output, tag }: Job,
  plan: Plan,
  { validator }: OriginObject,
  filled: number,
  engine: Engine,
): Promise<Stamp> {
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
    tags: tag,
    counts: "",
    source: validator,
    ...(etag === undefined ? {} : { etag }),
    ...(validator.lastModified === undefined ? {} : { lastModified: validator.lastModified }),
  };
}

function printCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([stage, count]) => `${stage}=${count}`)
    .join(" ");
}

function jsonVariant(stamp: Stamp, plan: Plan, { size }: OriginObject): Variant {
  const body = new TextEncoder().encode(JSON.stringify(sizesAsJson(plan, size)));
  return { stamp, body, size: body.length, from: "origin" };
}

/** What would be done, and what it would cost. Nothing is rendered or stored. */
async function explained(job: Job, tools: TransformerTools): Promise<Response> {
  const { object, facts, source } = await openedSource(job);
  try {
    const plan = planFor(job, facts, object, tools.engine);
    const { source: _, ...rest } = plan;
    const body = { source: { ...facts, bytes: object.size }, plan: rest, steps: stepsOf(plan) };
    return Response.json(body, { headers: { "Cache-Control": "no-store", [FROM]: "origin" } });
  } finally {
    await source.cancel().catch(() => undefined);
  }
}
