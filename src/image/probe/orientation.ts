import type { Orientation } from "../facts.ts";

/** The orientation of a stored value; what is none (0, 9 …) counts as upright, as in every browser. */
export function orientationOf(value: number): Orientation {
  return Number.isInteger(value) && value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

type Step = Readonly<Record<Orientation, Orientation>>;

const TURN: Step = { 1: 8, 8: 3, 3: 6, 6: 1, 2: 5, 5: 4, 4: 7, 7: 2 };
const SWAP_ROWS: Step = { 1: 4, 4: 1, 2: 3, 3: 2, 5: 8, 8: 5, 6: 7, 7: 6 };
const SWAP_COLUMNS: Step = { 1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 7: 8, 8: 7 };

/** The orientation after a further turn of the shown picture, in quarter turns counter-clockwise. */
export function turnCounterClockwise(from: Orientation, quarters: number): Orientation {
  let orientation = from;
  for (let i = 0; i < (quarters & 3); i++) orientation = TURN[orientation];
  return orientation;
}

/** The orientation after the shown picture's rows (top to bottom) or columns (left to right) were swapped. */
export function mirror(from: Orientation, what: "rows" | "columns"): Orientation {
  return what === "rows" ? SWAP_ROWS[from] : SWAP_COLUMNS[from];
}
