/** `explain=1`: what would be done, and why, as JSON. Nothing is rendered, and nothing of it is cached. */
import { type AskTools, askFor } from "./ask.ts";
import { ERROR, EXPLAIN } from "./cache/answer.ts";
import { FALLING } from "./cache/falling.ts";
import type { ErrorCode } from "./errors.ts";
import { type Choice, signatureStatus, whyThisFormat } from "./explain-words.ts";
import { standsIn } from "./fallback.ts";
import type { GatewayTools, Wanted } from "./gateway.ts";
import { cacheHeaders } from "./http/cache-control.ts";
import type { OutputClass } from "./params/output.ts";
import { printPairs } from "./params/print.ts";
import type { Transform } from "./params/resolve.ts";
import { formatsUnder } from "./policy/rules/wishes.ts";
import type { CacheRule } from "./policy/rules.ts";
import { clientHeaders, remaining } from "./respond.ts";
import type { Explanation } from "./transformer.ts";

export async function explain(
  request: Request,
  wanted: Wanted,
  asking: AskTools,
  tools: GatewayTools,
): Promise<Response> {
  const { grant, path, preset } = wanted;
  const { mode } = tools.config.signing;
  const tried = await tryClasses(wanted, asking, tools);
  const chosen = tried.at(-1)!;
  const body = {
    source: { path },
    ...(preset !== undefined && { preset }),
    transform: printed(chosen.transform),
    ...(chosen.canonical !== undefined && { canonical: chosen.canonical }),
    cacheKey: chosen.key,
    signature: { mode, ...grant, status: signatureStatus(mode, grant) },
    negotiation: negotiationOf(request, wanted, tried, tools),
    rule: { ...chosen.rule, headers: headersOf(chosen.rule, wanted, asking.now) },
    ...resultOf(chosen),
    ...(await fallbackOf(wanted, chosen, asking, tools)),
  };
  const headers = clientHeaders(request, tools.config);
  headers.set("Cache-Control", "no-store");
  const answer = Response.json(body, { headers });
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

/** The headers that had a say, as they came; `null` for those that did not come. */
function decidingHeaders(
  names: readonly string[],
  headers: Headers,
): Readonly<Record<string, string | null>> | undefined {
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, headers.get(name)]));
}

/** As in a URL; what is there several times as a list. */
function printed(transform: Transform): Readonly<Record<string, string | readonly string[]>> {
  const pairs = printPairs(transform);
  const { draw, ...once } = Object.fromEntries(pairs);
  const draws = pairs.filter(([name]) => name === "draw").map(([, value]) => value);
  return { ...once, ...(draw !== undefined && { draw: draws }) };
}

interface Tried {
  readonly output: OutputClass;
  readonly key: string;
  /** The URL of these very bytes: what a signed answer has as its `Content-Location`. */
  readonly canonical?: string;
  readonly rule: CacheRule;
  readonly code?: ErrorCode;
  readonly transform: Transform;
  readonly problem?: unknown;
  readonly explanation?: Explanation;
}

/** As the Gateway would: class after class, until one fits. */
async function tryClasses(
  wanted: Wanted,
  asking: AskTools,
  { transformer }: GatewayTools,
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const output of wanted.classes) {
    const { canonical, rule, locationAs } = askFor(wanted, output, "any", asking);
    const asked = new Request(canonical);
    asked.headers.set(EXPLAIN, "1");
    const answer = await transformer(asked);
    const body: unknown = await answer.json();
    const explanation = answer.ok ? (body as Explanation) : undefined;
    const of = { output, key: canonical.url, rule, transform: wanted.under(rule) };
    const code = answer.headers.get(ERROR) as ErrorCode | null;
    tried.push({
      ...of,
      ...(explanation && { canonical: locationAs(explanation.contentType) }),
      ...(explanation ? { explanation } : { problem: body }),
      ...(code !== null && { code }),
    });
    if (!FALLING.has(code)) break;
  }
  return tried;
}

function negotiationOf(
  request: Request,
  { transform, classes, hints }: Wanted,
  tried: readonly Tried[],
  { config }: GatewayTools,
): object {
  const { format } = transform;
  const chosen = tried.at(-1)!;
  const refused = tried.slice(0, -1);
  const explanation = chosen.explanation;
  const choice: Choice = {
    format,
    classes,
    enabled: formatsUnder(chosen.rule, undefined, config.autoFormats),
    refused: refused.filter(({ code }) => code !== "still_only").map(({ output }) => output),
    stills: refused.filter(({ code }) => code === "still_only").map(({ output }) => output),
    chosen: chosen.output,
    made: explanation?.plan?.output.format,
    source: explanation?.source.format,
  };
  const next = classes[classes.indexOf(chosen.output) + 1];
  return {
    format: format ?? "the source's own, else base",
    ...(format === "auto" && { accept: request.headers.get("Accept") }),
    classes,
    refused: refused.map(({ output, problem }) => ({ output, problem })),
    chosen: chosen.output,
    ...(explanation && { contentType: explanation.contentType }),
    hints: decidingHeaders(hints.looked(), request.headers),
    why: whyThisFormat(choice),
    ...(explanation?.slow &&
      format === "auto" &&
      next && {
        meanwhile: `${next}: the first reader does not wait for so large an AVIF, which is made after that answer.`,
      }),
  };
}

/** As the answer itself would have them, were it made now. */
function headersOf(rule: CacheRule, { grant }: Wanted, now: number): object {
  const left = remaining({ grant }, now);
  return cacheHeaders(rule, left === undefined ? {} : { remaining: left });
}

function resultOf({ problem, explanation }: Tried): object {
  return problem === undefined ? { work: explanation } : { problem };
}

/** Whether another picture is shown, and what becomes of that one. */
async function fallbackOf(
  wanted: Wanted,
  { code }: Tried,
  asking: AskTools,
  tools: GatewayTools,
): Promise<object> {
  const { fallback } = wanted;
  if (!fallback) return {};
  if (code === undefined || !standsIn(code))
    return { fallback: { path: fallback.path, shown: false } };
  const instead = (await tryClasses({ ...wanted, ...fallback }, asking, tools)).at(-1)!;
  const shown = instead.problem === undefined;
  const { canonical, key } = instead;
  return {
    fallback: {
      path: fallback.path,
      shown,
      because: code,
      canonical,
      cacheKey: key,
      ...resultOf(instead),
    },
  };
}
