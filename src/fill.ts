/** How the Gateway fills a miss: by asking the Transformer, after a look whether the client needs any bytes at all. */
import { FROM, TIMES } from "./cache/answer.ts";
import type { GatewayTools } from "./gateway.ts";
import { evaluatePreconditions } from "./http/conditional.ts";
import type { Fill } from "./ports.ts";
import { currentStamp } from "./respond.ts";

/** What this one fill did; never stored with the answer. */
export interface FillNotes {
  /** Absent when the edge cache had the answer. */
  from?: string;
  times?: Readonly<Record<string, number>>;
}

export function fillFor(request: Request, notes: FillNotes, tools: GatewayTools): Fill {
  return async (canonical) =>
    (await alreadyKnown(request, canonical, notes, tools)) ??
    takeNotes(await tools.transformer(canonical), notes);
}

/** For no client: nobody waits, and nobody knows anything already. */
export function fillLater(transformer: Fill): Fill {
  return async (canonical) => takeNotes(await transformer(canonical), {});
}

/**
 * A client that holds this variant already is answered 304 without a decode, also when no cache has it: the ETag
 * needs the source's header alone. Such an answer has no body and must not be stored.
 */
async function alreadyKnown(
  request: Request,
  canonical: Request,
  notes: FillNotes,
  { transformer, now, deployed }: GatewayTools,
): Promise<Response | undefined> {
  if (!request.headers.has("If-None-Match") && !request.headers.has("If-Modified-Since")) return;
  const head = await transformer(new Request(canonical, { method: "HEAD" }));
  if (!head.ok) return;
  const current = currentStamp(head, deployed);
  if (evaluatePreconditions(request, current, now()) !== "not_modified") return;
  const headers = new Headers(head.headers);
  notes.from = "headers";
  headers.set("Cache-Control", "no-store");
  return new Response(null, { headers });
}

function takeNotes(filled: Response, notes: FillNotes): Response {
  const answer = new Response(filled.body, filled);
  notes.from = answer.headers.get(FROM) ?? "origin";
  notes.times = JSON.parse(answer.headers.get(TIMES) ?? "{}");
  answer.headers.delete(FROM);
  answer.headers.delete(TIMES);
  return answer;
}
