import { conversionOf } from "../../image/colour/conversion.ts";
import type { Plan } from "../../image/job.ts";

type Step = readonly [name: string, asked: (plan: Plan) => boolean];

/** Under the names that the reference pipeline counts (`test/engine/reference/pipeline.ts`). */
const STEPS: readonly Step[] = [
  ["decode", () => true],
  ["compose", ({ frames }) => frames !== undefined],
  ["orient", ({ source }) => source.orientation !== 1],
  ["crop", ({ crop, oriented }) => !isSameSize(crop, oriented)],
  [
    "resize",
    ({ crop, resize, extract }) => !isSameSize(crop, resize) || !isSameSize(resize, extract),
  ],
  ["colour", (plan) => conversionOf(plan) !== undefined],
  ["flip", ({ flip }) => flip],
  ["rotate", ({ rotate }) => rotate !== 0],
  ["adjust", ({ adjust }) => adjust !== undefined],
  ["hue", ({ hue }) => hue !== 0],
  ["effect", ({ effect }) => effect !== undefined],
  ["blur", ({ blur }) => blur > 0],
  ["sharpen", ({ sharpen }) => sharpen > 0],
  ["pixelate", ({ pixelate }) => pixelate > 0],
  ["canvas", ({ canvas }) => canvas !== undefined],
  ["draw", ({ draw }) => draw !== undefined],
  ["border", ({ border }) => border !== undefined],
  ["radius", ({ radius }) => radius > 0],
  ["pad", ({ pad }) => pad !== undefined],
  ["flatten", ({ flatten }) => flatten !== undefined],
  ["backdrop", ({ backdrop }) => backdrop],
  ["encode", () => true],
];

/** What the module does for a plan; several of these steps are one there (orient, crop and resize are a single map). */
export function doneSteps(plan: Plan): Readonly<Record<string, number>> {
  if (plan.output.format === "svg") return { sanitise: 1 };
  return Object.fromEntries(STEPS.filter(([, asked]) => asked(plan)).map(([name]) => [name, 1]));
}

function isSameSize(a: { width: number; height: number }, b: { width: number; height: number }) {
  return a.width === b.width && a.height === b.height;
}
