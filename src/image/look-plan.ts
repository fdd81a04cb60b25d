/** What is looked at before a picture is planned, held to the limits that its plan will be held to. */
import { resolve, type Transform } from "../params/resolve.ts";
import type { Facts } from "./facts.ts";
import { areWithinLimits, encodesOf, framesOf, keptFormat, shownFrames } from "./frames.ts";
import type { Plan, Price } from "./job.ts";
import { asFractions, fits, refusedAnimation, refusedPicture, scaledFacts } from "./limits.ts";
import { planOf, type WantedFormat } from "./plan.ts";

type Wanted = Omit<Transform, "format">;

/**
 * The copy that is looked at: what `crop` keeps of the frame that is shown (of an animation, the first), upright, with
 * no side longer than `side`. Throws picture_too_large (413).
 */
export function lookPlan(
  { crop, frame }: Pick<Transform, "crop" | "frame">,
  side: number,
  facts: Facts,
  sourceBytes: number,
  price: Price,
): Plan {
  const planned = (of: Facts): Plan => {
    const part = of === facts ? crop : crop && asFractions({ crop }, facts);
    const { format: _, ...wishes } = resolve({
      width: side,
      height: side,
      ...(part && { crop: part }),
      ...(frame !== undefined && { frame }),
    });
    return planOf(wishes, "raster", of, sourceBytes, price);
  };
  const plan = planned(facts);
  if (fits(plan)) return plan;
  const fitsScaled = (part: number) => fits(planned(scaledFacts(facts, part)));
  throw refusedPicture(plan, fitsScaled, { doing: "A look at the pixels of" });
}

/** 413 for an animation that is too long whatever a look would leave of its frames. Throws what `shownFrames` throws. */
export function assertFramesFit(transform: Wanted, format: WantedFormat, facts: Facts): void {
  const kept = keptFormat(transform, format, facts);
  const shows = shownFrames(transform, facts, kept);
  if (shows === undefined) return;
  const frames = framesOf(shows, facts, facts, encodesOf(transform, kept));
  if (!areWithinLimits(frames, facts)) throw refusedAnimation(facts, frames);
}
