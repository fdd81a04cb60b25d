/** A picture that is looked at before it is planned: held whole, shrunk, searched. */
import type { Facts } from "./image/facts.ts";
import type { Findings } from "./image/findings.ts";
import { SEARCHES } from "./image/look/searches.ts";
import { lookPlan } from "./image/look-plan.ts";
import { focusFor } from "./image/plan.ts";
import type { Job, TransformerTools } from "./job.ts";
import { isSizedByLook } from "./params/looking.ts";
import { PARAMS } from "./params/table.ts";
import type { HeldSource, OriginObject } from "./ports.ts";

type LookTools = Pick<TransformerTools, "engine" | "sights" | "defer">;

export interface Looked {
  /** Absent where all was known without a look; then the source was not touched. */
  readonly held?: HeldSource;
  readonly findings: Findings;
}

/** No findings where nothing of the plan depends on the pixels. */
export async function lookedAt(
  job: Job,
  facts: Facts,
  source: ReadableStream<Uint8Array>,
  sourceBytes: number,
  { validator }: Pick<OriginObject, "validator">,
  tools: LookTools,
): Promise<Looked> {
  const { transform } = job;
  const { engine, sights, defer } = tools;
  const known = await recalled(job, validator, tools);
  const wanted = SEARCHES.filter((search) => search.isWanted(transform, known, facts));
  // Nothing of an answer's headers depends on what is seen, but for its size.
  const isSettled = job.method === "HEAD" && !isSizedByLook(transform);
  if (wanted.length === 0 || isSettled) return { findings: focused(job, facts, known) };
  const side = Math.max(...wanted.map((search) => search.side));
  const plan = lookPlan(transform, side, facts, sourceBytes, engine.peakBytes);
  const held = await engine.hold(source);
  try {
    const raster = await held.look(plan);
    let findings = known;
    for (const { find } of wanted) {
      findings = { ...findings, ...(await find(raster, transform, findings, engine)) };
    }
    if (findings.sight && !known.sight) {
      defer(sights.remember(placeOf(job), validator, findings.sight));
    }
    return { held, findings: focused(job, facts, findings) };
  } catch (error) {
    held.release();
    throw error;
  }
}

/** What is kept of an earlier look, whatever was cut from it then. */
async function recalled(
  job: Job,
  validator: OriginObject["validator"],
  { sights }: LookTools,
): Promise<Findings> {
  const { gravity } = job.transform;
  if (gravity !== "auto" && gravity !== "face") return {};
  const sight = await sights.recall(placeOf(job), validator);
  return sight ? { sight } : {};
}

/** The source, and the part of it that is looked at. */
function placeOf({ path, transform: { crop, frame } }: Job): string {
  const part = [
    ...(crop ? [`crop=${PARAMS.crop.kind.print(crop)}`] : []),
    ...(frame === undefined ? [] : [`frame=${frame}`]),
  ];
  return part.length === 0 ? path : `${path}?${part.join("&")}`;
}

function focused({ transform }: Job, facts: Facts, findings: Findings): Findings {
  const focus = focusFor(transform, facts, findings);
  return focus ? { ...findings, focus } : findings;
}
