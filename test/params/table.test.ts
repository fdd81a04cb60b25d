import { expect, it } from "vitest";
import { describe } from "../../src/params/describe.ts";
import { longName, ROWS } from "../../src/params/names.ts";
import { PARAM_NAMES } from "../../src/params/table.ts";

it.each(PARAM_NAMES)("reads the example of %s", (name) => {
  expect(ROWS[name].kind.parse(ROWS[name].example)).not.toBeUndefined();
});

it.each(PARAM_NAMES)("prints the default of %s so that it is read back", (name) => {
  const { kind, default: usual } = ROWS[name];
  if (usual !== undefined) expect(kind.parse(kind.print(usual))).toEqual(usual);
});

it("has no name or alias twice", () => {
  const spellings = PARAM_NAMES.flatMap((name) => [name, ...(ROWS[name].alias ?? [])]);
  expect(new Set(spellings).size).toBe(spellings.length);
  for (const name of PARAM_NAMES) expect(longName(name)).toBe(name);
});

it("describes every parameter as plain JSON", () => {
  const described = describe();
  expect(described.map(({ name }) => name)).toEqual(PARAM_NAMES);
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
});
