/** An icon whose picture is a PNG: the engine's own module reads it. */
import type { Plan } from "../../image/job.ts";
import { probe } from "../../image/probe/index.ts";
import { broken } from "../../image/probe/reader.ts";
import { pngOfIcon } from "../ico/decode.ts";

interface PngJob {
  readonly plan: Plan;
  readonly file: Uint8Array;
}

/** Nothing for all other sources. An icon is upright, whatever its PNG says. */
export function asPngOfIcon(plan: Plan, file: Uint8Array): PngJob | undefined {
  const { format, width, height } = plan.source;
  const png = format === "ico" ? pngOfIcon(file) : undefined;
  if (png === undefined) return undefined;
  const probed = probe(png, true);
  if (probed.kind !== "facts" || probed.facts.format !== "png") {
    throw broken("The icon's PNG ends in its header.");
  }
  const { facts } = probed;
  if (facts.width !== width || facts.height !== height) {
    throw broken("The icon has another size than its header said.");
  }
  return { plan: { ...plan, source: { ...facts, orientation: 1 } }, file: png };
}
