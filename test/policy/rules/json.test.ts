import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonError, parseJson } from "../../../src/policy/rules/json.ts";

const complaint = (text: string): string => {
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(JsonError);
    return (error as Error).message;
  }
  throw new Error("accepted");
};

describe("JSON that says where it is wrong", () => {
  it("reads what JSON.parse reads, in any spacing", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 1, "\t"), (text, space) => {
        const spaced = JSON.stringify(JSON.parse(text), null, space);
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(spaced)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("refuses what JSON.parse refuses: texts with one character changed, added or taken away", () => {
    const edits = fc.tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.nat(1),
      fc.constantFrom("", ...'{}[]",:\\0e-+. tn\n'),
    );
    fc.assert(
      fc.property(edits, ([text, where, taken, put]) => {
        const at = where % (text.length + 1);
        const edited = text.slice(0, at) + put + text.slice(at + taken);
        let expected: unknown;
        try {
          expected = JSON.parse(edited);
        } catch {
          complaint(edited);
          return;
        }
        let value: unknown;
        try {
          value = parseJson(edited);
        } catch (error) {
          // The one thing in which it is stricter.
          expect((error as Error).message).toContain("only once");
          return;
        }
        expect(value).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["", "line 1, column 1: expected a value, received the end"],
    ['{"a": 1,}', 'line 1, column 9: expected a name in quotes, received "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: expected "," or "}", received "\\""'],
    ['{\n  "a": tru\n}', 'line 2, column 8: expected a value, received "t"'],
    ['{"a" 1}', 'line 1, column 6: expected ":", received "1"'],
    ['["a]', "line 1, column 5: expected the rest of a string, received the end"],
    ['["\\x"]', "line 1, column 2: expected a string whose escapes are well-formed"],
    ["[1] 2", 'line 1, column 5: expected nothing more, received "2"'],
    ["[01]", 'line 1, column 3: expected "," or "]", received "1"'],
    ['{"a":1,"a":2}', 'line 1, column 8: expected the name "a" only once'],
    [`${"[".repeat(40)}`, "at most 32 levels"],
  ])("%j: %s", (text, words) => {
    expect(complaint(text)).toContain(words);
  });

  it("makes an own field of every name, __proto__ too", () => {
    const value = parseJson('{"__proto__": {"x": 1}}') as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect((value as { x?: number }).x).toBeUndefined();
  });

  it("holds out against a quarter of a megabyte of one thing", () => {
    expect(parseJson(`${" ".repeat(260_000)}1`)).toBe(1);
    expect(parseJson(JSON.stringify("\\".repeat(130_000)))).toHaveLength(130_000);
    expect(parseJson("9".repeat(260_000))).toBe(Number.POSITIVE_INFINITY);
    complaint("[".repeat(260_000));
  });
});
