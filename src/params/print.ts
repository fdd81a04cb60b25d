/** Wishes → query text: long names, in the order of the table, values in their canonical spelling. */
import { ROWS } from "./names.ts";
import { PARAM_NAMES, type ParamName, type Wishes } from "./table.ts";

/** Inverse of `parse`: `parse(pairsOf(print(wishes)))` equals `wishes`. */
export function print(wishes: Wishes): string {
  return printPairs(wishes)
    .map(([name, value]) => `${name}=${encodeValue(value)}`)
    .join("&");
}

export function printPairs(wishes: Wishes): [ParamName, string][] {
  return PARAM_NAMES.filter((name) => wishes[name] !== undefined).map((name) => [
    name,
    ROWS[name].kind.print(wishes[name]),
  ]);
}

/** Characters that a query may carry as they are (RFC 3986 section 3.4) stay readable. */
function encodeValue(value: string): string {
  return encodeURIComponent(value).replace(/%(2C|3A|2F)/g, decodeURIComponent);
}
