/** `explain=1`: what would be done, and why, as JSON. Nothing is rendered, and nothing of it is cached. */
import { type AskTools, askFor } from "./ask.ts";
import { ERROR, EXPLAIN } from "./cache/answer.ts";
import { FALLING } from "./cache/falling.ts";
import type { GatewayTools, Wanted } from "./gateway.ts";
import { cacheHeaders } from "./http/cache-control.ts";
import { printPairs } from "./params/print.ts";
import type { Transform } from "./params/resolve.ts";
import type { CacheRule } from "./policy/rules.ts";
import { clientHeaders } from "./respond.ts";

export async function explain(
  request: Request,
  wanted: Wanted,
  asking: AskTools,
  tools: GatewayTools,
): Promise<Response> {
  const { grant, transform, path, classes, preset, fallback } = wanted;
  const tried = await tryClasses(wanted, asking, tools);
  const chosen = tried.at(-1)!;
  const body = {
    source: { path },
    ...(preset !== undefined && { preset }),
    ...(fallback && { fallback: fallback.path }),
    transform: printed(transform),
    signature: { mode: tools.config.signing.mode, ...grant },
    negotiation: {
      format: transform.format ?? "the source's own, else base",
      accept: transform.format === "auto" ? request.headers.get("Accept") : undefined,
      classes,
      refused: tried.slice(0, -1).map(({ output, problem }) => ({ output, problem })),
      chosen: chosen.output,
    },
    cacheKey: chosen.key,
    rule: { ...chosen.rule, headers: cacheHeaders(chosen.rule) },
    ...(chosen.problem ? { problem: chosen.problem } : { work: chosen.explanation }),
  };
  const headers = clientHeaders(request, tools.config);
  headers.set("Cache-Control", "no-store");
  const answer = Response.json(body, { headers });
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

/** As in a URL; what is there several times as a list. */
function printed(transform: Transform): Readonly<Record<string, string | readonly string[]>> {
  const pairs = printPairs(transform);
  const { draw, ...once } = Object.fromEntries(pairs);
  const draws = pairs.filter(([name]) => name === "draw").map(([, value]) => value);
  return { ...once, ...(draw !== undefined && { draw: draws }) };
}

interface Tried {
  readonly output: string;
  readonly key: string;
  readonly rule: CacheRule;
  readonly problem?: unknown;
  readonly explanation?: unknown;
}

/** As the Gateway would: class after class, until one fits. */
async function tryClasses(
  wanted: Wanted,
  asking: AskTools,
  { transformer }: GatewayTools,
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const output of wanted.classes) {
    const { canonical, rule } = askFor(wanted, output, "any", asking);
    const asked = new Request(canonical);
    asked.headers.set(EXPLAIN, "1");
    const answer = await transformer(asked);
    const body = await answer.json();
    const of = { output, key: canonical.url, rule };
    tried.push(answer.ok ? { ...of, explanation: body } : { ...of, problem: body });
    if (!FALLING.has(answer.headers.get(ERROR))) break;
  }
  return tried;
}
