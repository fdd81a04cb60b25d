/**
 * The story of every request. The Gateway runs each time, also on a hit, and is never cached itself: it alone knows
 * the client. It settles what is meant and whether that is allowed, asks the edge cache for it, and dresses the answer.
 */

import { type Ask, type AskTools, askFor, patiently } from "./ask.ts";
import { ERROR } from "./cache/answer.ts";
import { FALLING } from "./cache/falling.ts";
import type { Config } from "./config.ts";
import { debug } from "./debug.ts";
import { PictorError } from "./errors.ts";
import { explain } from "./explain.ts";
import { withFallback } from "./fallback.ts";
import { type FillNotes, knownTo, takeNotes } from "./fill.ts";
import { contentDisposition } from "./http/content-disposition.ts";
import { preflight } from "./http/cors.ts";
import { discard } from "./http/discard.ts";
import { METHODS } from "./http/headers.ts";
import { assertNoLoop } from "./http/loop.ts";
import type { OutputClass } from "./params/output.ts";
import { parse } from "./params/parse.ts";
import type { Transform } from "./params/resolve.ts";
import type { Wishes } from "./params/table.ts";
import { classesOf } from "./policy/classes.ts";
import { type Hints, hintsOf, settle } from "./policy/hints.ts";
import {
  mountOf,
  printSource,
  readKey,
  readSource,
  type Source,
  type SourceRules,
} from "./policy/mounts.ts";
import { readOverlays, withCanonicalKeys } from "./policy/overlays.ts";
import { type Rules, ruleFor } from "./policy/rules/match.ts";
import { classesUnder, type SizeAsked, sizeAsked } from "./policy/rules/wishes.ts";
import type { CacheRule } from "./policy/rules.ts";
import { authorize, type Grant } from "./policy/signature/authorize.ts";
import type { SigningKeys } from "./policy/signature/keys.ts";
import { targetOf } from "./policy/target.ts";
import { readUrl } from "./policy/url.ts";
import type { Clock, Defer, EdgeCache, Fill, PurgeLog } from "./ports.ts";
import { respond, respondWithError } from "./respond.ts";

/** What the Gateway needs from the world. */
export interface GatewayTools {
  readonly config: Config;
  readonly keys: SigningKeys;
  readonly engineVersion: string;
  /** When this code and configuration were deployed, ms since the epoch; 0 when unknown. */
  readonly deployed: number;
  /** Today's cache rules. */
  readonly rules: Rules;
  readonly purges: PurgeLog;
  readonly edge: EdgeCache;
  /** The Transformer, by canonical request. */
  readonly transformer: Fill;
  readonly now: Clock;
  readonly defer: Defer;
}

/** What a request came to mean: all that is decided before anything is fetched. */
export interface Wanted {
  readonly grant: Grant;
  /** As asked by a client that says nothing of itself. */
  readonly transform: Transform;
  /** As asked by this one, under a rule, which may also snap its width (`ask.ts`). */
  readonly under: (rule: CacheRule) => Transform;
  readonly hints: Hints;
  /** Value of `Accept-CH`. */
  readonly acceptCh?: string;
  readonly size: SizeAsked;
  /** The preset that the request named: the transform has it resolved. */
  readonly preset?: string;
  /** The source's path in its one canonical spelling, and the mount that it belongs to; none for remote ones. */
  readonly path: string;
  readonly mount: string | undefined;
  /** The overlays' paths, in the same spelling; in the transform, their keys are as exact. */
  readonly overlays: readonly string[];
  /** The picture to show when this one cannot be had. */
  readonly fallback?: Pick<Wanted, "path" | "mount">;
  /** Classes of output that would do, best first; each falls to the next when it does not fit. */
  readonly classes: readonly OutputClass[];
  readonly disposition?: string;
  readonly explain: boolean;
  /** A picture of what was seen, in place of the result. */
  readonly debug: boolean;
}

/** What the edge cache answered, and to which question. */
export interface Outcome {
  readonly answer: Response;
  readonly ask: Ask;
  readonly notes: FillNotes;
  /** Why it is not the class that would have been best. */
  readonly degraded?: { readonly from: OutputClass; readonly why: "too large" | "made later" };
}

/** Never throws: what goes wrong is an answer. */
export async function gateway(request: Request, tools: GatewayTools): Promise<Response> {
  const { config } = tools;
  if (request.method === "OPTIONS") return preflight(config.cors, request.headers.get("Origin"));
  let wanted: Wanted | undefined;
  try {
    wanted = await readRequest(request, tools);
    const asking = { ...tools, records: await tools.purges.records(), now: tools.now() };
    if (wanted.explain) return await explain(request, wanted, asking, tools);
    if (wanted.debug) return await debug(request, wanted, asking, tools);
    const outcome = await firstThatFits(request, wanted, asking, tools);
    const shown = await withFallback(outcome, wanted, (instead) =>
      firstThatFits(request, instead, asking, tools),
    );
    const { deployed, now } = tools;
    return await respond(shown, { request, wanted, config, deployed, now: now() });
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
  const { preset, fallback, download } = wishes;
  const sources = sourceRules(url, config);
  const { segments, isInfo } = targetOf(read.segments);
  const { path, mount } = placeOf(readSource(segments, sources));
  if (isInfo) assertTellable(wishes);
  const hints = hintsOf(request.headers);
  const { usual, under, acceptCh } = settle(wishes, config.presets, hints);
  const overlays = readOverlays(usual, sources);
  const { format } = usual;
  const meant = (transform: Transform): Transform => {
    const { format: as, ...pixels } = withCanonicalKeys(transform, overlays);
    return isInfo || as === undefined ? pixels : { ...pixels, format: as };
  };
  const ruleOf = (output: OutputClass) =>
    ruleFor(tools.rules, { path, mount, preset, format: output, status: 200 });
  const classes = classesOf(format, request.headers.get("Accept"), config.autoFormats, path);
  // Facts of another picture would be wrong.
  const stand = isInfo ? undefined : (fallback ?? (mount && config.mounts[mount]?.fallback));
  return {
    grant,
    transform: meant(usual),
    under: (rule) => meant(under(rule)),
    hints,
    ...(acceptCh !== undefined && { acceptCh }),
    size: sizeAsked(wishes, config.presets),
    path,
    mount,
    overlays: overlays.map(printSource),
    classes: isInfo ? ["info"] : classesUnder(classes, format, ruleOf),
    explain: wishes.explain === true,
    debug: wishes.debug !== undefined,
    ...(preset !== undefined && { preset }),
    ...(stand !== undefined && { fallback: placeOf(readKey(stand, sources)) }),
    ...(download !== undefined && { disposition: contentDisposition(download) }),
  };
}

/** What has no meaning on `/_/info/` is refused, not ignored. */
function assertTellable(wishes: Wishes): void {
  const param = (["format", "fallback", "debug"] as const).find(
    (name) => wishes[name] !== undefined,
  );
  if (param === undefined) return;
  throw new PictorError("bad_parameter", {
    param,
    detail: "This route tells of a picture; its srcset is always of format=auto.",
    expected: `no \`${param}\``,
    received: String(wishes[param]),
  });
}

function placeOf(source: Source): Pick<Wanted, "path" | "mount"> {
  return { path: printSource(source), mount: mountOf(source) };
}

function sourceRules(url: URL, { mounts, allowedHosts }: Config): SourceRules {
  return { mounts: Object.keys(mounts), allowedHosts, selfHosts: [url.host] };
}

/** Canonical request → edge cache → Transformer. A class that does not fit in the budget falls to the next. */
async function firstThatFits(
  request: Request,
  wanted: Wanted,
  asking: AskTools,
  tools: GatewayTools,
): Promise<Outcome> {
  let degraded: Outcome["degraded"];
  for (const output of wanted.classes.slice(0, -1)) {
    const quick = wanted.transform.format === "auto" ? "quick" : "any";
    const outcome = await askEdge(askFor(wanted, output, quick, asking), request, tools);
    const code = outcome.answer.headers.get(ERROR);
    if (!FALLING.has(code)) return degradedTo(outcome, degraded);
    discard(outcome.answer);
    if (code === "still_only") continue;
    degraded ??= { from: output, why: code === "deferred" ? "made later" : "too large" };
    if (code === "deferred") tools.defer(makeLater(outcome.ask, tools));
  }
  const last = askFor(wanted, wanted.classes.at(-1)!, "any", asking);
  return degradedTo(await askEdge(last, request, tools), degraded);
}

function degradedTo(outcome: Outcome, degraded: Outcome["degraded"]): Outcome {
  return degraded === undefined ? outcome : { ...outcome, degraded };
}

async function askEdge(ask: Ask, request: Request, tools: GatewayTools): Promise<Outcome> {
  const notes: FillNotes = {};
  const { edge, transformer } = tools;
  const known = () => knownTo(request, ask.canonical, notes, tools);
  const answer = await edge.fetch(ask.canonical, transformer, { ...ask.view, known });
  return { answer: takeNotes(answer, notes), ask, notes };
}

/** What would have taken too long for this reader, for the next one. */
async function makeLater(ask: Ask, { edge, transformer }: GatewayTools): Promise<void> {
  const { canonical, view } = patiently(ask);
  const answer = await edge.fetch(canonical, transformer, view);
  discard(answer);
}
