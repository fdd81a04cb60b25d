/** All examples: each parameter has pictures, or says why there are none. A new row of the table does not compile without. */
import { PARAM_NAMES, type ParamName } from "../../../params/table.ts";
import { COLOUR } from "./colour.ts";
import type { Example, Shot } from "./example.ts";
import { DELIVERY, OUTPUT } from "./output.ts";
import { OVERLAY } from "./overlay.ts";
import { PARTS } from "./parts.ts";
import { SIZE } from "./size.ts";

export const EXAMPLES: Readonly<Record<ParamName, Example>> = {
  ...SIZE,
  ...PARTS,
  ...COLOUR,
  ...OVERLAY,
  ...OUTPUT,
  ...DELIVERY,
};

/** Whether its section of docs/examples.md has pictures. */
export const hasPictures = (name: ParamName): boolean => "shots" in EXAMPLES[name];

/** Each picture once, in the order of the page. */
export function allShots(): readonly Shot[] {
  const byFile = new Map<string, Shot>();
  for (const name of PARAM_NAMES) {
    const example = EXAMPLES[name];
    for (const shot of "shots" in example ? example.shots : []) byFile.set(shot.file, shot);
  }
  return [...byFile.values()];
}
