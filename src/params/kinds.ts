/**
 * Kinds of value: how a text in a URL becomes a value and back. `parse` and `print` are inverses:
 * `parse(print(v))` equals `v`, and two texts of one meaning parse to equal values. `parse` answers
 * `undefined` for anything else; the caller makes the error from `expects`.
 */

export interface Kind<T> {
  /** Completes the sentence "expected …". */
  readonly expects: string;
  /** JSON Schema (2020-12) of the text. */
  readonly schema: Readonly<Record<string, unknown>>;
  parse(text: string): T | undefined;
  /** Of a text that is not parsed: what in it is wrong, where that can be said more exactly than by `expects`. */
  complaint?(text: string): Complaint | undefined;
  print(value: T): string;
}

export interface Complaint {
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** The part of the text that is at fault. */
  readonly received: string;
}

export type ValueOf<K> = K extends Kind<infer T> ? T : never;

const DIGITS = /^\d{1,10}$/;
/** No sign, no exponent, no bare dot: one way to write a number, give or take zeros. */
const DECIMAL = /^\d{1,10}(\.\d{1,10})?$/;

export function decimalOf(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

export function printDecimal(value: number): string {
  // Ten places, as many as are read; never an exponent.
  const text = value.toFixed(10);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): Kind<number> {
  return {
    expects: `a whole number from ${min} to ${max}`,
    schema: { type: "integer", minimum: min, maximum: max },
    parse: (text) => within(DIGITS.test(text) ? Number(text) : undefined, min, max),
    print: (value) => String(value),
  };
}

/** A number from `min` to `max`, with or without decimals. */
export function decimal(min: number, max: number): Kind<number> {
  return {
    expects: `a number from ${min} to ${max}`,
    schema: { type: "number", minimum: min, maximum: max },
    parse: (text) => within(decimalOf(text), min, max),
    print: printDecimal,
  };
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

/** One of the words given. Synonyms are read, never printed. */
export function oneOf<const T extends string>(
  values: readonly T[],
  synonyms: Readonly<Record<string, T>> = {},
): Kind<T> {
  return {
    expects: `one of ${values.join(", ")}`,
    schema: { enum: [...values, ...Object.keys(synonyms)] },
    parse: (text) =>
      (values as readonly string[]).includes(text)
        ? (text as T)
        : Object.hasOwn(synonyms, text)
          ? synonyms[text]
          : undefined,
    print: (value) => value,
  };
}

/** `true` or `false`; `1` and `0` are synonyms. */
export const flag: Kind<boolean> = {
  expects: "true or false",
  schema: { enum: ["true", "false", "1", "0"] },
  parse: (text) =>
    text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined,
  print: (value) => String(value),
};

/** Text of at most `max` characters that matches the pattern. */
export function text(max: number, pattern: RegExp, expects: string): Kind<string> {
  return {
    expects,
    schema: { type: "string", maxLength: max, pattern: pattern.source },
    parse: (value) => (value.length <= max && pattern.test(value) ? value : undefined),
    print: (value) => value,
  };
}
