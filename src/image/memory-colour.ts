/** What converting colours takes: numbers in the engine's instance, and the module that makes tables of profiles. */
import { conversionOf } from "./colour/conversion.ts";
import type { Plan } from "./job.ts";
import { KIB, up } from "./memory-sums.ts";

type Wanted = Omit<Plan, "peakBytes">;

/**
 * Points of a table along each channel. Little CMS has 33 for three; of four it has 17, which take twice the time of 13
 * to make (40 ms) for colours that are nearer by 0.14 levels on average.
 */
export const GRID = { rgb: 33, cmyk: 13 } as const;

export function tableBytes(space: keyof typeof GRID): number {
  return GRID[space] ** (space === "cmyk" ? 4 : 3) * 3 * 2;
}

/** Light of three channels and a matrix, in floats. */
const MATRIX_BYTES = (3 * 256 + 9) * 4;

/** What is handed to the engine before the source, and stays there as long as the job does. */
export function numbersBytes(plan: Wanted): number {
  const conversion = conversionOf(plan);
  if (conversion === undefined) return 0;
  return conversion.kind === "matrix"
    ? MATRIX_BYTES
    : Math.max(tableBytes(conversion.profile.space), MATRIX_BYTES);
}

/** `op_colour.c`: the table from light to levels. */
export function conversionBytes(plan: Wanted): number {
  return conversionOf(plan) === undefined ? 0 : 17 * KIB;
}

/** The module's static data and stack, and what Little CMS takes besides a profile's own tables. */
const MODULE_BYTES = 304 * KIB;
const PAGE_BYTES = 64 * KIB;

/**
 * The module's memory, which lives before the instance does; 0 where no table is made. The profile is handed over and
 * copied; its table is read, and copied twice on the way to a transform, in 16 bits where the file may have 8. A file
 * that lies about the length of its table is refused by the module, and counts as one without a profile.
 */
export function colourModuleBytes(plan: Wanted): number {
  const conversion = conversionOf(plan);
  if (conversion?.kind !== "table") return 0;
  const { icc, space, table } = conversion.profile;
  const read = Math.min(table.bytes, icc.length) * (table.narrow ? 8 : 3);
  return up(MODULE_BYTES + 2 * icc.length + read + tableBytes(space), PAGE_BYTES);
}
