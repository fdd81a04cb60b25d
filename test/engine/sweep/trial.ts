/** One job as a service would do it: the header, the look at the pixels, the plan, the work; each is measured. */
import { PictorError } from "../../../src/errors.ts";
import type { Facts } from "../../../src/image/facts.ts";
import type { Findings } from "../../../src/image/findings.ts";
import { isAnimation } from "../../../src/image/frames.ts";
import type { Plan } from "../../../src/image/job.ts";
import { fittingMiniature, fittingPlan } from "../../../src/image/limits.ts";
import { peakBytes } from "../../../src/image/memory.ts";
import { HASH_SIDE } from "../../../src/image/miniature.ts";
import type { WantedFormat } from "../../../src/image/plan.ts";
import { probe } from "../../../src/image/probe/index.ts";
import type { Job } from "../../../src/job.ts";
import { lookedAt } from "../../../src/look.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve, type Transform } from "../../../src/params/resolve.ts";
import type { Engine, HeldSource, Sights } from "../../../src/ports.ts";
import { withinBytes } from "../../../src/within-bytes.ts";
import { streamOf } from "../plans.ts";
import type { Meter, Overlay, Taken } from "./meter.ts";
import type { Pairs } from "./wishes.ts";

/** What is made: a format of the parameter, or the small raster that placeholders look at. */
export type Wanted = "jpeg" | "png" | "webp" | "avif" | "gif" | "jxl" | "own" | "miniature";

export interface Trial {
  readonly file: Uint8Array;
  readonly wishes: Pairs;
  readonly wanted: Wanted;
  /** Taken for each overlay that is wished for. */
  readonly overlay: Uint8Array;
}

export interface Work {
  readonly plan: Plan;
  readonly taken: Taken;
}

export interface Outcome {
  /** Wishes that do not go together, or more than a limit: refused before any work. */
  readonly refused?: PictorError;
  /** Each job of it: the look, and as many encodes as there were. */
  readonly works: readonly Work[];
  /** What was refused, or failed, that had been accepted. */
  readonly failed?: unknown;
}

export function factsOf(file: Uint8Array): Facts {
  const found = probe(file, true);
  if (found.kind !== "facts") throw new Error("no header");
  return found.facts;
}

const NO_SIGHTS: Sights = { recall: async () => undefined, remember: async () => undefined };

export async function tried(meter: Meter, trial: Trial): Promise<Outcome> {
  const { file, overlay, wanted } = trial;
  const facts = factsOf(file);
  const works: Work[] = [];
  const look: HeldSource["look"] = async (plan) => {
    const { result, taken } = await meter.look(plan, file).catch((error: unknown) => {
      throw new LookFailed("a look that was planned", { cause: error });
    });
    works.push({ plan, taken });
    return result;
  };
  let transform: Omit<Transform, "format">;
  let overlays: readonly Overlay[];
  let plan: Plan;
  try {
    transform = resolve(parse(trial.wishes));
    overlays = (transform.draw ?? []).map(() => ({ file: overlay }));
    const findings = await found(transform, facts, file, look);
    plan = planFor(transform, wanted, facts, file, {
      ...findings,
      ...(overlays.length > 0 && {
        overlays: overlays.map(() => ({ facts: factsOf(overlay), bytes: overlay.length })),
      }),
    });
  } catch (error) {
    return error instanceof PictorError ? { refused: error, works } : { failed: error, works };
  }
  const render = async (of: Plan) => {
    const { result, taken } = await meter.render(of, file, overlays);
    works.push({ plan: of, taken });
    return result;
  };
  try {
    if (plan.output.maxBytes === undefined || wanted === "miniature") await render(plan);
    else await withinBytes(plan, plan.output.maxBytes, render);
    return { works };
  } catch (error) {
    return { failed: error, works };
  }
}

/** What was accepted must not fail: unlike a PictorError, it is no refusal. */
class LookFailed extends Error {}

async function found(
  transform: Omit<Transform, "format">,
  facts: Facts,
  file: Uint8Array,
  look: HeldSource["look"],
): Promise<Findings> {
  const held = { look, release: () => undefined };
  const engine = { peakBytes, hold: async () => held } as unknown as Engine;
  const job = { transform, path: "/a" } as unknown as Job;
  const tools = { engine, sights: NO_SIGHTS, defer: () => undefined };
  const { findings } = await lookedAt(
    job,
    facts,
    streamOf(file),
    file.length,
    { validator: {} },
    tools,
  );
  return findings;
}

function planFor(
  transform: Omit<Transform, "format">,
  wanted: Wanted,
  facts: Facts,
  { length }: Uint8Array,
  findings: Findings,
): Plan {
  if (wanted === "miniature") {
    const wishes = { ...transform, anim: false };
    return fittingMiniature(wishes, "raster", HASH_SIDE, facts, length, peakBytes, findings);
  }
  // As `assertKeepsAnimation` of render.ts, and anim=false of `format=avif`.
  const wishes =
    wanted === "avif" && isAnimation(facts) ? { ...transform, anim: false } : transform;
  const format: WantedFormat = wanted;
  return fittingPlan(wishes, format, facts, length, peakBytes, findings);
}
