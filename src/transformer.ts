/**
 * The story of a miss. The Transformer gets canonical requests from the Gateway alone and sees no header of a client;
 * its answers are what the edge cache holds: a full 200 with stamps, or a problem with its own short lifetime.
 */

import { DEBUG, EXPLAIN, FROM, stampProblem, variantAnswer } from "./cache/answer.ts";
import { readCanonical, variantKey } from "./cache/key.ts";
import { ORDER, readOrder } from "./cache/order.ts";
import { debugged } from "./debug.ts";
import { PictorError } from "./errors.ts";
import { discard } from "./http/discard.ts";
import { problem } from "./http/problem.ts";
import { JOB_BUDGET_BYTES } from "./image/budget.ts";
import { stepsOf } from "./image/describe.ts";
import type { Facts } from "./image/facts.ts";
import type { Findings } from "./image/findings.ts";
import type { Plan } from "./image/job.ts";
import type { Job, TransformerTools } from "./job.ts";
import { tells } from "./params/output.ts";
import { printSource, readSource, sourceTag } from "./policy/mounts.ts";
import { readOverlays } from "./policy/overlays.ts";
import { errorTtl } from "./policy/rules/match.ts";
import { readUrl } from "./policy/url.ts";
import { contentTypeOf, filledVariant, isSlow, type Planned, plannedSource } from "./render.ts";
import { storedVariant } from "./reuse.ts";

/**
 * `GET` answers the variant; `HEAD` its headers without rendering it, which is enough for a 304 before any decode.
 * Never throws: what goes wrong is an answer.
 */
export async function transform(request: Request, tools: TransformerTools): Promise<Response> {
  let job: Job | undefined;
  try {
    job = await readJob(request, tools);
    if (request.headers.has(EXPLAIN)) return await explained(job, tools);
    if (request.headers.has(DEBUG)) return await debugged(job, tools);
    const stored = await storedVariant(job, tools);
    const variant = stored.variant ?? (await filledVariant(job, stored.version, tools));
    const answer = variantAnswer(variant, job.order.rule, tools.now());
    return await withoutBodyFor(job.method, answer);
  } catch (error) {
    return problemAnswer(error, job, tools.now());
  }
}

async function withoutBodyFor(method: string, answer: Response): Promise<Response> {
  if (method !== "HEAD") return answer;
  discard(answer);
  return new Response(null, answer);
}

/** What no other request for it could change lives as long as its rule says; what may pass at once is `no-store`. */
function problemAnswer(error: unknown, job: Job | undefined, now: number): Response {
  const known = error instanceof PictorError ? error : new PictorError("internal");
  if (known !== error) console.error("transformer:", error);
  const { code, status } = known;
  const ttl = job ? errorTtl(job.order.rule, status) : 0;
  const stamp = { ttl, tags: job?.tags ?? "", generation: job?.order.generation ?? "", now };
  return stampProblem(problem(known, { method: "GET" }), code, stamp);
}

async function readJob(request: Request, tools: TransformerTools): Promise<Job> {
  const { url, method, headers } = request;
  const order = readOrder(headers.get(ORDER));
  const { segments, query } = readUrl(new URL(url));
  const { sourceSegments, ...wanted } = readCanonical(segments, query);
  const source = readSource(sourceSegments, tools.sourceRules);
  const key = await variantKey(url, tools.engine.version);
  const path = printSource(source);
  const drawn = readOverlays(wanted.transform, tools.sourceRules);
  const sources = new Set([source, ...drawn].map((one) => sourceTag(printSource(one))));
  const tags = [...sources, ...order.rule.tags].join(",");
  const overlays = drawn.map(tools.originOf);
  return { ...wanted, url, method, order, path, tags, key, overlays, ...tools.originOf(source) };
}

/** What `explain=1` says of the work itself. */
export interface Explanation {
  readonly contentType: string;
  readonly source: Facts & { readonly bytes: number | undefined };
  readonly findings: Omit<Findings, "sight"> & { readonly faces?: unknown };
  /** Absent where nothing is decoded. */
  readonly plan?: Omit<Plan, "source">;
  readonly steps: readonly string[];
  /** In bytes. */
  readonly memory?: { readonly peak: number; readonly limit: number };
  /** It takes longer than the first reader of `format=auto` waits. */
  readonly slow: boolean;
}

function explanationOf(job: Job, planned: Planned): Explanation {
  const { object, findings } = planned;
  // What its profile means is numbers; that there is a conversion, the steps tell.
  const { colours: __, ...facts } = planned.facts;
  const { sight, ...found } = findings;
  const told = sight ? { ...found, faces: sight.faces } : found;
  const plan = workOf(job, planned);
  const { source: _, ...rest } = plan ?? planned.plan;
  return {
    contentType: contentTypeOf(job, planned.plan),
    source: { ...facts, bytes: object.size },
    findings: told,
    ...(plan && { plan: rest, memory: { peak: plan.peakBytes, limit: JOB_BUDGET_BYTES } }),
    steps: [
      ...(plan ? stepsOf(plan) : [`read the header of ${facts.format}`]),
      ...(tells(job.output) ? [`tell ${job.output}`] : []),
    ],
    slow: plan !== undefined && isSlow(plan),
  };
}

/** What the engine does. The sizes are known without it, and so are the facts of what it does not read. */
function workOf({ output }: Job, { plan, miniature }: Planned): Plan | undefined {
  if (output === "json") return undefined;
  if (output !== "info") return plan;
  try {
    return miniature();
  } catch (error) {
    if (error instanceof PictorError) return undefined;
    throw error;
  }
}

/** What would be done, and what it would cost. Nothing is rendered or stored. */
async function explained(job: Job, tools: TransformerTools): Promise<Response> {
  const planned = await plannedSource(job, tools);
  await planned.close();
  const body = explanationOf(job, planned);
  return Response.json(body, { headers: { "Cache-Control": "no-store", [FROM]: "origin" } });
}
