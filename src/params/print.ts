/** Wishes → query text: long names, in the order of the table, values in their canonical spelling. */
import { ROWS } from "./names.ts";
import { PARAM_NAMES, type ParamName, type Wishes } from "./table.ts";

/** Inverse of `parse`: `parse(pairsOf(print(wishes)))` equals `wishes`. */
export function print(wishes: Wishes): string {
  return printPairs(wishes)
    .map(([name, value]) => `${name}=${encodeValue(value)}`)
    .join("&");
}

/** One pair for each value: what may repeat is there as often as it was given, in that order. */
export function printPairs(wishes: Wishes): [ParamName, string][] {
  return PARAM_NAMES.filter((name) => wishes[name] !== undefined).flatMap((name) =>
    valuesOf(name, wishes).map((value): [ParamName, string] => [
      name,
      ROWS[name].kind.print(value),
    ]),
  );
}

function valuesOf(name: ParamName, wishes: Wishes): readonly unknown[] {
  return ROWS[name].most === undefined ? [wishes[name]] : (wishes[name] as readonly unknown[]);
}

/** Characters that a query may carry as they are (RFC 3986 section 3.4) stay readable. */
function encodeValue(value: string): string {
  return encodeURIComponent(value).replace(/%(2C|3A|2F)/g, decodeURIComponent);
}
