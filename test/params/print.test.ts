import fc from "fast-check";
import { expect, it } from "vitest";
import { ROWS } from "../../src/params/names.ts";
import { parse } from "../../src/params/parse.ts";
import { print } from "../../src/params/print.ts";
import { PARAM_NAMES } from "../../src/params/table.ts";
import { valueText, wishes } from "./arbitrary.ts";
import { pairsOf } from "./pairs.ts";

it.each(PARAM_NAMES)("reads back what it prints of %s", (name) => {
  const { kind } = ROWS[name];
  fc.assert(
    fc.property(valueText(name), (text) => {
      const value = kind.parse(text);
      expect(kind.parse(kind.print(value))).toEqual(value);
    }),
    { numRuns: 60 },
  );
});

it("reads back whole wishes, whatever they are", () => {
  fc.assert(
    fc.property(wishes(), (wished) => {
      expect(parse(pairsOf(print(wished)))).toEqual(wished);
    }),
  );
});

it("prints one text for one meaning, whatever the order of the URL", () => {
  fc.assert(
    fc.property(wishes(), fc.infiniteStream(fc.nat()), (wished, random) => {
      const order = new Map(Object.keys(wished).map((name) => [name, random.next().value]));
      const shuffled = Object.entries(wished).sort(([a], [b]) => order.get(a) - order.get(b));
      expect(print(Object.fromEntries(shuffled))).toBe(print(wished));
    }),
  );
});
