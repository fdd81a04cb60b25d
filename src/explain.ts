/** `explain=1`: what would be done, and why, as JSON. Nothing is rendered, and nothing of it is cached. */
import { ERROR, EXPLAIN } from "./cache/answer.ts";
import { canonicalRequest, type GatewayTools, type Wanted } from "./gateway.ts";
import { cacheHeaders } from "./http/cache-control.ts";
import { printPairs } from "./params/print.ts";
import { BUILT_IN_RULE } from "./policy/rules.ts";
import { clientHeaders } from "./respond.ts";

export async function explain(
  request: Request,
  wanted: Wanted,
  tools: GatewayTools,
): Promise<Response> {
  const { grant, transform, source, classes } = wanted;
  const tried = await tryClasses(wanted, tools);
  const chosen = tried.at(-1)!;
  const body = {
    source: { path: source },
    transform: Object.fromEntries(printPairs(transform)),
    signature: { mode: tools.config.signing.mode, ...grant },
    negotiation: {
      format: transform.format ?? "the source's own, else base",
      accept: transform.format === "auto" ? request.headers.get("Accept") : undefined,
      classes,
      refused: tried.slice(0, -1).map(({ output, problem }) => ({ output, problem })),
      chosen: chosen.output,
    },
    cacheKey: chosen.key,
    rule: { name: "built-in", ...BUILT_IN_RULE, headers: cacheHeaders(BUILT_IN_RULE) },
    ...(chosen.problem ? { problem: chosen.problem } : { work: chosen.explanation }),
  };
  const headers = clientHeaders(request, tools.config);
  headers.set("Cache-Control", "no-store");
  const answer = Response.json(body, { headers });
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

interface Tried {
  readonly output: string;
  readonly key: string;
  readonly problem?: unknown;
  readonly explanation?: unknown;
}

/** As the Gateway would: class after class, until one fits. */
async function tryClasses(wanted: Wanted, tools: GatewayTools): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const output of wanted.classes) {
    const canonical = canonicalRequest(wanted, output, tools);
    const asked = new Request(canonical, { headers: { [EXPLAIN]: "1" } });
    const answer = await tools.transformer(asked);
    const body = await answer.json();
    const key = canonical.url;
    tried.push(answer.ok ? { output, key, explanation: body } : { output, key, problem: body });
    if (answer.headers.get(ERROR) !== "output_too_large") break;
  }
  return tried;
}
