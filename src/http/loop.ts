/** Requests that came back to this service: `CDN-Loop` (RFC 8586). */
import { PictorError } from "../errors.ts";

/** Our name in `CDN-Loop`, on every request to an origin. */
export const LOOP_TOKEN = "pictor";

/** Throws loop (508) when the request has passed through Pictor before. */
export function assertNoLoop(headers: Headers): void {
  const names = (headers.get("CDN-Loop") ?? "").split(",").map(cdnId);
  if (!names.includes(LOOP_TOKEN)) return;
  throw new PictorError("loop", {
    detail: "This request was sent by Pictor itself, to fetch a source.",
    fix: "Let the source's URL name the original picture, not a transformed one.",
  });
}

/** `cdn-id *( OWS ";" OWS parameter )`: the name is compared without its parameters. */
function cdnId(entry: string): string {
  return entry.split(";", 1)[0]!.trim().toLowerCase();
}
