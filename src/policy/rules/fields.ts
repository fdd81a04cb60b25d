/** Readers of untyped values: each gives back what it wanted, or says where, what was expected and what came. */
import { ConfigError } from "../../config-error.ts";

/** Every reader throws ConfigError. */
export type Reader<T> = (value: unknown, place: string) => T;

export function refuse(place: string, expected: string, received: unknown): never {
  throw new ConfigError(place, `expected ${expected}, received ${show(received)}`);
}

const LONGEST_SHOWN = 60;

function show(value: unknown): string {
  const text =
    typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** An object that has these fields at most. What is `undefined` counts as absent. */
export function objectOf(
  value: unknown,
  place: string,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(place, "an object", value);
  }
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const unknown = entries.find(([name]) => !fields.includes(name))?.[0];
  if (unknown !== undefined) throw unknownField(`${place}.${unknown}`, unknown, fields);
  return Object.fromEntries(entries);
}

function unknownField(place: string, name: string, fields: readonly string[]): ConfigError {
  const plain = (text: string) => text.replace(/[-_]/g, "").toLowerCase();
  const near = fields.find((field) => plain(field) === plain(name));
  const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  return new ConfigError(
    place,
    `there is no such field; expected one of ${fields.join(", ")}.${hint}`,
  );
}

/** A field that may be missing. */
export function optional<T>(value: unknown, place: string, read: Reader<T>): T | undefined {
  return value === undefined ? undefined : read(value, place);
}

/** A list of `min` to `max` different values. */
export function listOf<T>(read: Reader<T>, min: number, max: number): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return refuse(place, "a list", value);
    if (value.length < min || value.length > max) {
      return refuse(place, `a list of ${min} to ${max} entries`, `${value.length} entries`);
    }
    const read_ = value.map((entry, at) => read(entry, `${place}[${at}]`));
    const twice = read_.findIndex((entry, at) => read_.indexOf(entry) !== at);
    if (twice >= 0) return refuse(`${place}[${twice}]`, "each entry once", value[twice]);
    return Object.freeze(read_);
  };
}

/** One value, or a list of 1 to `max`. */
export function oneOrMore<T>(read: Reader<T>, max: number): Reader<readonly T[]> {
  const list = listOf(read, 1, max);
  return (value, place) =>
    Array.isArray(value) ? list(value, place) : Object.freeze([read(value, place)]);
}

export function wordOf<const T extends string>(words: readonly T[], kind?: string): Reader<T> {
  const expected = words.length === 0 ? `no ${kind}: there is none` : `one of ${words.join(", ")}`;
  return (value, place) => words.find((word) => word === value) ?? refuse(place, expected, value);
}

export function textOf(pattern: RegExp, expected: string): Reader<string> {
  return (value, place) =>
    typeof value === "string" && pattern.test(value) ? value : refuse(place, expected, value);
}

export const flagOf: Reader<boolean> = (value, place) =>
  typeof value === "boolean" ? value : refuse(place, "true or false", value);

/** A whole number. */
export function integerOf(min: number, max: number): Reader<number> {
  return (value, place) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : refuse(place, `a whole number from ${min} to ${max}`, value);
}
