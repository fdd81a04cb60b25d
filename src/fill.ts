/** What the Gateway learns of a fill, and whether the client needs one at all. */
import { FROM, TIMES } from "./cache/answer.ts";
import type { GatewayTools } from "./gateway.ts";
import { evaluatePreconditions } from "./http/conditional.ts";
import { currentStamp } from "./respond.ts";

/** What this one fill did; never stored with the answer. */
export interface FillNotes {
  /** Absent when the edge cache had the answer. */
  from?: string;
  times?: Readonly<Record<string, number>>;
}

/**
 * A client that holds this variant already is answered 304 without a decode, also when no cache has it: the ETag
 * needs the source's header alone. Such an answer has no body and must not be stored.
 */
export async function knownTo(
  request: Request,
  canonical: Request,
  notes: FillNotes,
  { transformer, now, deployed }: GatewayTools,
): Promise<Response | undefined> {
  if (!request.headers.has("If-None-Match")) return;
  const head = await transformer(new Request(canonical, { method: "HEAD" }));
  if (!head.ok) return;
  const current = currentStamp(head, deployed);
  if (evaluatePreconditions(request, current, now()) !== "not_modified") return;
  const headers = new Headers(head.headers);
  notes.from = "headers";
  headers.set("Cache-Control", "no-store");
  return new Response(null, { headers });
}

/** Only the request that an answer was made for finds notes on it. */
export function takeNotes(filled: Response, notes: FillNotes): Response {
  if (!filled.headers.has(FROM) && !filled.headers.has(TIMES)) return filled;
  const answer = new Response(filled.body, filled);
  const { headers } = answer;
  if (headers.has(FROM)) notes.from = headers.get(FROM)!;
  if (headers.has(TIMES)) notes.times = JSON.parse(headers.get(TIMES)!);
  headers.delete(FROM);
  headers.delete(TIMES);
  return answer;
}
