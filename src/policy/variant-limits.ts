/** What an operator allows the variant store to keep: `variants` in `pictor.config.ts`. */
import { DAY, DURATION, secondsOf } from "./rules/duration.ts";
import { integerOf, objectOf, optional, type Reader, refuse } from "./rules/fields.ts";

/** As written. Durations as in rules (`90d`, seconds); sizes in bytes, or as `500MB`, `50GB`, `2TB`. */
export interface VariantsDefinition {
  /** A variant goes this long after it was made, or last found to be current. */
  readonly maxAge?: number | string;
  /** The store's size; the variants that were made longest ago go first. */
  readonly maxBytes?: number | string;
  /** Variants of a version of the Worker go this long after that version last ran. */
  readonly keepVersions?: number | string;
}

/** As used. What is absent limits nothing. */
export interface VariantLimits {
  /** Seconds. */
  readonly maxAge?: number;
  readonly maxBytes?: number;
  /** Seconds. */
  readonly keepVersions?: number;
}

/** Shorter ones would take what the edge just left there, or what a rollback needs. */
const SHORTEST_AGE = 3600;
const SHORTEST_KEPT = DAY;
const SIZES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
const FIELDS = ["maxAge", "maxBytes", "keepVersions"];

/** Throws ConfigError, with `place` before what is wrong. */
export function readVariantLimits(value: unknown, place: string): VariantLimits {
  const fields = objectOf(value, place, FIELDS);
  const maxAge = optional(fields.maxAge, `${place}.maxAge`, durationFrom(SHORTEST_AGE, "1h"));
  const maxBytes = optional(fields.maxBytes, `${place}.maxBytes`, bytesOf);
  const keepVersions = optional(
    fields.keepVersions,
    `${place}.keepVersions`,
    durationFrom(SHORTEST_KEPT, "1d"),
  );
  return Object.freeze({
    ...(maxAge !== undefined && { maxAge }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(keepVersions !== undefined && { keepVersions }),
  });
}

function durationFrom(least: number, inWords: string): Reader<number> {
  return (value, place) => {
    const seconds = secondsOf(value) ?? refuse(place, DURATION, value);
    return seconds >= least ? seconds : refuse(place, `at least ${inWords}`, value);
  };
}

const bytesOf: Reader<number> = (value, place) => {
  const [, digits, unit] =
    typeof value === "string" ? (/^(\d{1,6})(MB|GB|TB)$/.exec(value) ?? []) : [];
  const bytes = digits === undefined ? value : Number(digits) * SIZES[unit!]!;
  if (typeof value === "string" && digits === undefined) {
    return refuse(place, "bytes, or a text such as 500MB, 50GB or 2TB", value);
  }
  return integerOf(1_000_000, Number.MAX_SAFE_INTEGER)(bytes, place);
};
