/** Transform → the one text that stands for its meaning. */
import { ROWS } from "./names.ts";
import { print } from "./print.ts";
import type { Transform } from "./resolve.ts";
import type { ParamName, Wishes } from "./table.ts";

/**
 * Query text of a transform without what equals its default, so that a default said aloud and one left unsaid are
 * the same. `resolve(parse(text))` gives the transform back. Changing a default therefore changes what old keys
 * mean: `cache/key.ts` has the schema version for that, and a test that holds the two together.
 */
export function canonical(transform: Transform): string {
  const said = Object.entries(transform).filter(
    ([name, value]) => !isDefault(name as ParamName, value),
  );
  return print(Object.fromEntries(said) as Wishes);
}

export function isDefault(name: ParamName, value: unknown): boolean {
  const { kind, default: usual } = ROWS[name];
  return usual !== undefined && kind.print(usual) === kind.print(value);
}
