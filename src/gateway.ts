/**
 * The story of every request. The Gateway runs each time, also on a hit, and is never cached itself: it alone knows
 * the client. It settles what is meant and whether that is allowed, asks the edge cache for it, and dresses the answer.
 */
import { ERROR } from "./cache/answer.ts";
import { printCanonical } from "./cache/key.ts";
import type { Config } from "./config.ts";
import { PictorError } from "./errors.ts";
import { explain } from "./explain.ts";
import { type FillNotes, fillFor } from "./fill.ts";
import { contentDisposition } from "./http/content-disposition.ts";
import { preflight } from "./http/cors.ts";
import { METHODS } from "./http/headers.ts";
import { assertNoLoop } from "./http/loop.ts";
import type { OutputClass } from "./params/output.ts";
import { parse } from "./params/parse.ts";
import { resolve, type Transform } from "./params/resolve.ts";
import { classesOf } from "./policy/classes.ts";
import { printSource, readSource } from "./policy/mounts.ts";
import { authorize, type Grant } from "./policy/signature/authorize.ts";
import type { SigningKeys } from "./policy/signature/keys.ts";
import { readUrl } from "./policy/url.ts";
import type { Clock, EdgeCache, Fill } from "./ports.ts";
import { respond, respondWithError } from "./respond.ts";

/** What the Gateway needs from the world. */
export interface GatewayTools {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly engineVersion: string;
  /** When this code and configuration were deployed, ms since the epoch; 0 when unknown. */
  readonly deployed: number;
  readonly edge: EdgeCache;
  /** The Transformer, by canonical request. */
  readonly transformer: Fill;
  readonly now: Clock;
}

/** What a request came to mean: all that is decided before anything is fetched. */
export interface Wanted {
  readonly grant: Grant;
  readonly transform: Transform;
  /** The source's path in its one canonical spelling. */
  readonly source: string;
  /** Classes of output that would do, best first; each falls to the next when it does not fit. */
  readonly classes: readonly OutputClass[];
  readonly disposition?: string;
  readonly explain: boolean;
}

/** Never throws: what goes wrong is an answer. */
export async function gateway(request: Request, tools: GatewayTools): Promise<Response> {
  const { config } = tools;
  if (request.method === "OPTIONS") return preflight(config.cors, request.headers.get("Origin"));
  let wanted: Wanted | undefined;
  try {
    wanted = await readRequest(request, tools);
    if (wanted.explain) return await explain(request, wanted, tools);
    const notes: FillNotes = {};
    const { answer, output } = await firstThatFits(wanted, request, notes, tools);
    const { deployed, now } = tools;
    return await respond(answer, { request, wanted, output, notes, config, deployed, now: now() });
  } catch (error) {
    return respondWithError(error, { request, config, wanted, now: tools.now() });
  }
}

/** URL → signature → wishes → source → classes. Every step may refuse; none of them waits for the world. */
async function readRequest(request: Request, tools: GatewayTools): Promise<Wanted> {
  const { config, keys, now } = tools;
  if (!METHODS.some((method) => method === request.method)) {
    throw new PictorError("method_not_allowed", { received: request.method });
  }
  assertNoLoop(request.headers);
  const url = new URL(request.url);
  const read = readUrl(url);
  const grant = await authorize({ mode: config.signing.mode, keys, read, now: now() });
  const wishes = parse(read.query);
  const transform = resolve(wishes, config.presets);
  const source = readSource(read.segments, {
    mounts: Object.keys(config.mounts),
    allowedHosts: config.allowedHosts,
    selfHosts: [url.host],
  });
  return {
    grant,
    transform,
    source: printSource(source),
    classes: classesOf(transform.format, request.headers.get("Accept"), config.autoFormats),
    explain: wishes.explain === true,
    ...(wishes.download === undefined ? {} : { disposition: contentDisposition(wishes.download) }),
  };
}

/** Canonical request → edge cache → Transformer. A class that does not fit in the budget falls to the next. */
async function firstThatFits(
  wanted: Wanted,
  request: Request,
  notes: FillNotes,
  tools: GatewayTools,
): Promise<{ readonly answer: Response; readonly output: OutputClass }> {
  const fill = fillFor(request, notes, tools);
  for (const output of wanted.classes.slice(0, -1)) {
    const answer = await tools.edge.fetch(canonicalRequest(wanted, output, tools), fill);
    if (answer.headers.get(ERROR) !== "output_too_large") return { answer, output };
    await answer.body?.cancel();
  }
  const output = wanted.classes.at(-1)!;
  return { answer: await tools.edge.fetch(canonicalRequest(wanted, output, tools), fill), output };
}

/** The request that stands for all requests of this meaning. It carries nothing else of the client's. */
export function canonicalRequest(
  { source, transform }: Wanted,
  output: OutputClass,
  { engineVersion }: GatewayTools,
): Request {
  return new Request(printCanonical({ source, transform, output }, engineVersion));
}
