/** What both adapters of the edge cache share. */
import { EDGE, FROM, TIMES } from "../cache/answer.ts";
import { ORDER, printOrder, readOrder } from "../cache/order.ts";

/** Value of `Pictor-Edge`; see the port. */
export type EdgeState = "hit" | "stale" | "stored" | "collapsed" | "miss";

export function marked(response: Response, state: EdgeState): Response {
  const answer = new Response(response.body, response);
  answer.headers.set(EDGE, state);
  return answer;
}

/** Notes of one fill are nobody else's. */
export function withoutNotes(answer: Response): Response {
  answer.headers.delete(FROM);
  answer.headers.delete(TIMES);
  return answer;
}

/** Fills of one URL under different orders (another rule, purge or patience) are no substitute for each other. */
export function flightKey({ url, headers }: Request): string {
  return `${url}\n${headers.get(ORDER) ?? ""}`;
}

/** The same request when nobody waits for the answer, so that it may take as long as it takes. */
export function patient(request: Request): Request {
  const text = request.headers.get(ORDER);
  if (text === null) return request;
  const copy = new Request(request);
  copy.headers.set(ORDER, printOrder({ ...readOrder(text), patience: "any" }));
  return copy;
}

export function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
