import type { Plan } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { adjust } from "./adjust.ts";
import { blur } from "./blur.ts";
import { canvas } from "./canvas.ts";
import { convertToSrgb, isConvertedSpace } from "./colour.ts";
import { crop } from "./crop.ts";
import { flatten } from "./flatten.ts";
import { flip } from "./flip.ts";
import { orient } from "./orient.ts";
import { pad } from "./pad.ts";
import { resize } from "./resize.ts";
import { rotate } from "./rotate.ts";
import { sharpen } from "./sharpen.ts";

type Step = readonly [name: string, run: (picture: Raster, plan: Plan) => Raster];

/**
 * What is done to a decoded picture, in order. A step that a plan does not ask for answers the raster it was given.
 * Colours are converted when the picture has its final size: sRGB's curve and Display P3's are the same, so the order
 * does not show, and there are fewer pixels. All later steps deal in sRGB.
 */
export const STEPS: readonly Step[] = [
  ["orient", (picture, plan) => orient(picture, plan.source.orientation)],
  ["crop", (picture, plan) => crop(picture, plan.crop)],
  ["resize", (picture, plan) => resize(picture, plan.resize, plan.extract)],
  ["colour", (picture, plan) => toSrgb(picture, plan.source.profile)],
  ["canvas", (picture, plan) => (plan.canvas ? canvas(picture, plan.canvas) : picture)],
  ["flip", (picture, plan) => (plan.flip ? flip(picture) : picture)],
  ["rotate", (picture, plan) => rotate(picture, plan.rotate)],
  ["adjust", (picture, plan) => (plan.adjust ? adjust(picture, plan.adjust) : picture)],
  ["blur", (picture, plan) => blur(picture, plan.blur)],
  ["sharpen", (picture, plan) => sharpen(picture, plan.sharpen)],
  ["pad", (picture, plan) => (plan.pad ? pad(picture, plan.pad) : picture)],
  ["flatten", (picture, plan) => (plan.flatten ? flatten(picture, plan.flatten) : picture)],
];

function toSrgb(picture: Raster, profile: string | undefined): Raster {
  return isConvertedSpace(profile) ? convertToSrgb(picture, profile) : picture;
}

/**
 * Runs the plan's steps. `decoded` gives the picture away, so that each raster is free as soon as the next is made.
 * `onStep` is told the name of every step that did something.
 */
export function runSteps(
  decoded: { picture?: Raster | undefined },
  plan: Plan,
  onStep: (name: string) => void = () => undefined,
): Raster {
  let picture = decoded.picture!;
  decoded.picture = undefined;
  for (const [name, run] of STEPS) {
    const next = run(picture, plan);
    if (next !== picture) onStep(name);
    picture = next;
  }
  return picture;
}
