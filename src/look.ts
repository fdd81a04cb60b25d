/** A picture that is looked at before it is planned: held whole, shrunk, searched. */
import type { Facts } from "./image/facts.ts";
import { type Findings, lookPlan, type Search } from "./image/findings.ts";
import { background } from "./image/look/background.ts";
import type { Engine, HeldSource } from "./ports.ts";
import type { Job } from "./transformer.ts";

/** Searches in the order in which they build on each other. */
const SEARCHES: readonly Search[] = [background];

export interface Looked {
  readonly held: HeldSource;
  readonly findings: Findings;
}

/** Nothing where nothing of the plan depends on the pixels; then the source was not touched. */
export async function lookedAt(
  job: Job,
  facts: Facts,
  source: ReadableStream<Uint8Array>,
  sourceBytes: number,
  engine: Engine,
): Promise<Looked | undefined> {
  const { transform } = job;
  const wanted = SEARCHES.filter((search) => search.isWanted(transform, facts));
  if (wanted.length === 0) return undefined;
  const side = Math.max(...wanted.map((search) => search.side));
  const plan = lookPlan(transform, side, facts, sourceBytes, engine.peakBytes);
  const held = await engine.hold(source);
  try {
    const raster = await held.look(plan);
    let findings: Findings = {};
    for (const { find } of wanted) {
      findings = { ...findings, ...(await find(raster, transform, findings)) };
    }
    return { held, findings };
  } catch (error) {
    held.release();
    throw error;
  }
}
