/** The few sums that all prices are made of. */
import type { Size } from "./job.ts";

export const KIB = 2 ** 10;

export function area({ width, height }: Size): number {
  return width * height;
}

/** The next multiple. */
export function up(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}

export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** A plane in the engine's memory: rows are whole blocks of 16 samples. */
export function planeBytes({ width, height }: Size): number {
  return up(width, 16) * height;
}

/** Pieces of memory together, without those that fit into a hole, in the order in which they are asked for. */
export function beside(hole: number, pieces: readonly number[]): number {
  let left = hole;
  let all = 0;
  for (const piece of pieces) {
    if (piece <= left) left -= piece;
    else all += piece;
  }
  return all;
}
