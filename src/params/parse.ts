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
    if (ROWS[name].most !== undefined) {
      wishes[name] = withNext(name, (wishes[name] ?? []) as readonly unknown[], value);
      continue;
    }
    if (Object.hasOwn(wishes, name)) refuseRepeated(name, spelling);
    wishes[name] = parseValue(name, value);
  }
  return wishes as Wishes;
}

/** One more value of a parameter that may repeat. */
function withNext(name: ParamName, before: readonly unknown[], value: string): readonly unknown[] {
  const most = ROWS[name].most ?? 1;
  if (before.length < most) return [...before, parseValue(name, value, before.length + 1)];
  throw new PictorError("repeated_parameter", {
    param: name,
    expected: `\`${name}\` at most ${most} times`,
    received: `\`${name}\` for the ${most + 1}th time`,
  });
}

/** One value of one parameter; `number`: which one of them, where it may repeat. Throws bad_parameter (400). */
export function parseValue(name: ParamName, value: string, number?: number): unknown {
  const { kind } = ROWS[name];
  const parsed = kind.parse(value);
  if (parsed === undefined) {
    const { expected, received } = kind.complaint?.(value) ?? {
      expected: kind.expects,
      received: value,
    };
    const which = number === undefined ? "" : ` number ${number}`;
    throw new PictorError("bad_parameter", {
      param: name,
      expected,
      received,
      detail: `The value of \`${name}\`${which} is not allowed.`,
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
