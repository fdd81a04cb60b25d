/**
 * Limits on the facts: what does not fit is refused from the header alone, before a pixel is decoded, and the
 * refusal says what would fit. Throws picture_too_large or output_too_large (413), besides what `planOf` throws.
 */
import { PictorError } from "../errors.ts";
import type { Transform } from "../params/resolve.ts";
import type { Facts } from "./facts.ts";
import type { Plan } from "./job.ts";
import { JOB_BUDGET_BYTES, MAX_AVIF_OUTPUT_PIXELS } from "./memory.ts";
import { planOf, type WantedFormat } from "./plan.ts";

type Wanted = Omit<Transform, "format">;

/** A plan that fits into the isolate. */
export function fittingPlan(
  transform: Wanted,
  format: WantedFormat,
  facts: Facts,
  sourceBytes: number,
): Plan {
  const plan = planOf(transform, format, facts, sourceBytes);
  if (fits(plan)) return plan;
  const smallest = planOf(scaledWishes(transform, plan, 0), format, facts, sourceBytes);
  if (!fits(smallest)) {
    throw refusedPicture(facts, smallest, (smaller) =>
      planOf(scaledWishes(transform, plan, 0), format, smaller, sourceBytes),
    );
  }
  const scale = largest((part) =>
    fits(planOf(scaledWishes(transform, plan, part), format, facts, sourceBytes)),
  );
  throw refusedOutput(
    plan,
    planOf(scaledWishes(transform, plan, scale), format, facts, sourceBytes),
  );
}

function fits({ peakBytes, output }: Plan): boolean {
  const tooManyForAvif =
    output.format === "avif" && output.width * output.height > MAX_AVIF_OUTPUT_PIXELS;
  return peakBytes <= JOB_BUDGET_BYTES && !tooManyForAvif;
}

/** The same wishes for a result of `scale` times the size, and at least 1 px. */
function scaledWishes(transform: Wanted, { output }: Plan, scale: number): Wanted {
  const { width, height, ar, ...rest } = transform;
  const side = (px: number) => Math.max(1, Math.floor(px * scale));
  if (width === undefined && height === undefined && ar === undefined) {
    return { ...rest, width: side(output.width) };
  }
  return {
    ...rest,
    ...(width === undefined ? {} : { width: side(width) }),
    ...(height === undefined ? {} : { height: side(height) }),
    ...(ar === undefined ? {} : { width: side(output.width), height: side(output.height) }),
  };
}

/** Largest part of 1, to within a thousandth, for which `holds` is true; it must hold for 0. */
function largest(holds: (part: number) => boolean): number {
  let [low, high] = [0, 1];
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const megapixels = (pixels: number) => `${(Math.floor(pixels / 1e5) / 10).toFixed(1)} megapixels`;

function refusedPicture(facts: Facts, plan: Plan, replan: (facts: Facts) => Plan): PictorError {
  const scale = largest((part) => fitsOrIsOutside(() => replan(scaledFacts(facts, part))));
  const pixels = facts.width * facts.height;
  return new PictorError("picture_too_large", {
    detail: `Decoding this ${facts.format.toUpperCase()} takes ${mebibytes(plan.peakBytes)}; a request may take ${mebibytes(JOB_BUDGET_BYTES)}.`,
    expected: `a source of at most about ${megapixels(pixels * scale * scale)}`,
    received: `${facts.width} × ${facts.height} (${megapixels(pixels)})`,
    fix: "Store the picture in a smaller size.",
  });
}

function scaledFacts(facts: Facts, scale: number): Facts {
  const side = (px: number) => Math.max(1, Math.floor(px * scale));
  return { ...facts, width: side(facts.width), height: side(facts.height) };
}

/** A crop in px may lie outside of a smaller picture; that is not a matter of memory. */
function fitsOrIsOutside(replan: () => Plan): boolean {
  try {
    return fits(replan());
  } catch {
    return true;
  }
}

function refusedOutput(plan: Plan, smaller: Plan): PictorError {
  const { width, height, format } = plan.output;
  const { width: fitWidth, height: fitHeight } = smaller.output;
  return new PictorError("output_too_large", {
    detail: `A result of ${width} × ${height} as ${format.toUpperCase()} is more than one request may take.`,
    expected: `at most about ${fitWidth} × ${fitHeight} as ${format.toUpperCase()}`,
    received: `${width} × ${height}`,
    fix: `width=${fitWidth}${format === "avif" ? ", or format=webp" : ""}`,
  });
}
