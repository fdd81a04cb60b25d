/** Query pairs → wishes. Strict: what is not understood is an error that says what was. */
import { PictorError } from "../errors.ts";
import { longName, nearestName, ROWS } from "./names.ts";
import type { ParamName, Wishes } from "./table.ts";

/** Decoded names and values, in the order of the URL. */
export type QueryPairs = readonly (readonly [name: string, value: string])[];

/** Throws unknown_parameter, repeated_parameter or bad_parameter (all 400). */
export function parse(pairs: QueryPairs): Wishes {
  const wishes: Partial<Record<ParamName, unknown>> = {};
  for (const [spelling, value] of pairs) {
    const name = longName(spelling) ?? refuseUnknown(spelling, value);
    if (Object.hasOwn(wishes, name)) refuseRepeated(name, spelling);
    wishes[name] = parseValue(name, value);
  }
  return wishes as Wishes;
}

/** One value of one parameter. Throws bad_parameter (400). */
export function parseValue(name: ParamName, value: string): unknown {
  const parsed = ROWS[name].kind.parse(value);
  if (parsed === undefined) {
    throw new PictorError("bad_parameter", {
      param: name,
      expected: ROWS[name].kind.expects,
      received: value,
      detail: `The value of \`${name}\` is not allowed.`,
    });
  }
  return parsed;
}

function refuseUnknown(spelling: string, value: string): never {
  const near = nearestName(spelling);
  throw new PictorError("unknown_parameter", {
    param: spelling,
    expected: "one of the parameters listed at /_/params.json",
    received: `${spelling}=${value}`,
    ...(near === undefined ? {} : { fix: `Did you mean \`${near}\`?` }),
  });
}

function refuseRepeated(name: ParamName, spelling: string): never {
  throw new PictorError("repeated_parameter", {
    param: name,
    expected: "each parameter at most once, under one of its names",
    received: spelling === name ? `\`${name}\` again` : `\`${spelling}\`, which is \`${name}\``,
  });
}
