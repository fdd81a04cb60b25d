/** What converting colours takes: numbers in the engine's instance, and the module that makes tables of profiles. */
import { conversionOf } from "./colour/conversion.ts";
import type { Plan } from "./job.ts";
import { KIB } from "./memory-sums.ts";

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
    : Math.max(tableBytes(conversion.space), MATRIX_BYTES);
}

/** `op_colour.c`: the table from light to levels. */
export function conversionBytes(plan: Wanted): number {
  return conversionOf(plan) === undefined ? 0 : 17 * KIB;
}

/** The module's static data and stack, and what Little CMS takes besides a profile's own tables. */
const MODULE_BYTES = 704 * KIB;
/**
 * Bytes for each of a profile: it is handed over and copied; its table is read, and copied twice on the way to a
 * transform, in 16 bits where the profile may have 8.
 */
const PER_PROFILE_BYTE = 8;

/** The module's memory, which lives before the instance does; 0 where no table is made. */
export function colourModuleBytes(plan: Wanted): number {
  const conversion = conversionOf(plan);
  if (conversion?.kind !== "table") return 0;
  const { icc, space } = conversion;
  return MODULE_BYTES + PER_PROFILE_BYTE * icc.length + 2 * tableBytes(space);
}
