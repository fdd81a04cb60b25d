import type { Plan } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { adjust } from "./adjust.ts";
import { backdrop } from "./backdrop.ts";
import { blur } from "./blur.ts";
import { canvas } from "./canvas.ts";
import { convertToSrgb, isConvertedSpace } from "./colour.ts";
import { crop } from "./crop.ts";
import { effect } from "./effect.ts";
import { flatten } from "./flatten.ts";
import { flip } from "./flip.ts";
import { hue } from "./hue.ts";
import { orient } from "./orient.ts";
import { pad } from "./pad.ts";
import { pixelate } from "./pixelate.ts";
import { resize } from "./resize.ts";
import { rotate } from "./rotate.ts";
import { border, round } from "./round.ts";
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
  ["flip", (picture, plan) => (plan.flip ? flip(picture) : picture)],
  ["rotate", (picture, plan) => rotate(picture, plan.rotate)],
  ["adjust", (picture, plan) => (plan.adjust ? adjust(picture, plan.adjust) : picture)],
  ["hue", (picture, plan) => hue(picture, plan.hue)],
  ["effect", (picture, plan) => (plan.effect ? effect(picture, plan.effect) : picture)],
  ["blur", (picture, plan) => blur(picture, plan.blur)],
  ["sharpen", (picture, plan) => sharpen(picture, plan.sharpen)],
  ["pixelate", (picture, plan) => pixelate(picture, plan.pixelate)],
  ["frame", framed],
];

/** With what lies behind it: the backdrop is made of the picture before anything is put around it. */
function framed(picture: Raster, plan: Plan): Raster {
  const result = FRAME.reduce((made, [, run]) => run(made, plan), picture);
  return plan.backdrop ? backdrop(result, picture) : result;
}

const FRAME: readonly Step[] = [
  ["canvas", (picture, plan) => (plan.canvas ? canvas(picture, plan.canvas) : picture)],
  [
    "border",
    (picture, plan) => (plan.border ? border(picture, plan.border, plan.radius) : picture),
  ],
  ["radius", (picture, plan) => round(picture, plan.radius, CLEAR)],
  ["pad", (picture, plan) => (plan.pad ? pad(picture, plan.pad) : picture)],
  ["flatten", (picture, plan) => (plan.flatten ? flatten(picture, plan.flatten) : picture)],
];

const CLEAR = { r: 0, g: 0, b: 0, a: 0 };

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
