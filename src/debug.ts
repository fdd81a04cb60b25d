/** `debug=gravity`: what was seen and what would be cut out, as a picture. Nothing of it is cached. */
import { type AskTools, askFor } from "./ask.ts";
import { DEBUG, FROM } from "./cache/answer.ts";
import type { GatewayTools, Wanted } from "./gateway.ts";
import { SIGHT_SIDE } from "./image/look/sight.ts";
import { viewOf } from "./image/look/view.ts";
import { lookPlan } from "./image/look-plan.ts";
import { keptRect } from "./image/plan.ts";
import type { Job, TransformerTools } from "./job.ts";
import { pngOf } from "./png.ts";
import { plannedSource } from "./render.ts";
import { clientHeaders } from "./respond.ts";

/** The Gateway's part. */
export async function debug(
  request: Request,
  wanted: Wanted,
  asking: AskTools,
  { config, transformer }: GatewayTools,
): Promise<Response> {
  // Where a cut lies is the same for every format.
  const { canonical } = askFor(wanted, "base", "any", asking);
  const asked = new Request(canonical);
  asked.headers.set(DEBUG, "1");
  const answer = await transformer(asked);
  const headers = clientHeaders(request, config);
  headers.set("Cache-Control", "no-store");
  headers.set("Content-Type", answer.headers.get("Content-Type") ?? "application/octet-stream");
  const wait = answer.headers.get("Retry-After");
  if (wait !== null) headers.set("Retry-After", wait);
  const body = await answer.arrayBuffer();
  headers.set("Content-Length", String(body.byteLength));
  const { status } = answer;
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

/** The Transformer's: a PNG of the whole picture. */
export async function debugged(job: Job, tools: TransformerTools): Promise<Response> {
  const { facts, findings, plan, sourceBytes, look, close } = await plannedSource(job, tools);
  try {
    const { crop, frame } = job.transform;
    const shown = frame === undefined ? {} : { frame };
    const { peakBytes } = tools.engine;
    const whole = await look(lookPlan(shown, SIGHT_SIDE, facts, sourceBytes, peakBytes));
    const cropped = keptRect(crop ? { crop } : {}, plan.oriented, {});
    const kept = keptRect(job.transform, plan.oriented, findings);
    const png = await pngOf(viewOf(whole, plan, findings, { cropped, kept }));
    const headers = { "Content-Type": "image/png", "Cache-Control": "no-store", [FROM]: "origin" };
    return new Response(png, { headers });
  } finally {
    await close();
  }
}
