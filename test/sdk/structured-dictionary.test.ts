import fc from "fast-check";
import { parseDictionary, serializeDictionary, serializeInnerList } from "structured-headers";
import { describe, expect, it } from "vitest";
import { readDictionary } from "../../src/sdk/structured-dictionary.ts";

describe("a dictionary of structured fields", () => {
  it("is read with lists, items and parameters", () => {
    const read = readDictionary(
      'a=("x" "y\\"z";req);created=1;tag="t" ,\tb=:AQI=:, c, d=-5;n=?0;k=tok/en',
    );
    expect(read.get("a")).toEqual({
      text: '("x" "y\\"z";req);created=1;tag="t"',
      value: [
        { value: "x", params: new Map() },
        { value: 'y"z', params: new Map([["req", true]]) },
      ],
      params: new Map<string, unknown>([
        ["created", 1],
        ["tag", "t"],
      ]),
    });
    expect(read.get("b")!.value).toEqual(Uint8Array.of(1, 2));
    expect(read.get("c")!.value).toBe(true);
    expect(read.get("d")).toMatchObject({ value: -5 });
    expect([...read.get("d")!.params]).toEqual([
      ["n", false],
      ["k", "tok/en"],
    ]);
    expect(readDictionary("").size).toBe(0);
  });

  it("takes the last of a key that comes twice", () => {
    expect(readDictionary("a=1, b=2, a=3").get("a")!.value).toBe(3);
  });

  it.each([
    "=1",
    "a=",
    'a="',
    'a="é"',
    "a=(",
    'a=("x""y")',
    "a=1 b=2",
    "a=1,",
    "A=1",
    "a=1;",
    "a=:!:",
    "a=:A:",
    "a=1.5",
  ])("refuses %s", (text) => {
    expect(() => readDictionary(text)).toThrow(SyntaxError);
  });

  it("is read as an independent library writes it", () => {
    const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,8}$/);
    const bare = fc.oneof(
      fc.stringMatching(/^[\x20-\x7e]{0,20}$/),
      fc.integer(),
      fc.boolean(),
      fc.uint8Array({ maxLength: 70 }),
    );
    const native = (value: unknown) =>
      value instanceof Uint8Array ? Uint8Array.from(value).buffer : value;
    const params = fc.dictionary(key, bare, { maxKeys: 3 });
    const mapOf = (record: Record<string, unknown>) =>
      new Map(Object.entries(record).map(([name, value]) => [name, native(value)]));
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.tuple(fc.array(fc.tuple(bare, params), { maxLength: 4 }), params)),
        (members) => {
          const dictionary = new Map(
            Object.entries(members).map(([name, [items, own]]) => [
              name,
              [items.map(([value, its]) => [native(value), mapOf(its)]), mapOf(own)],
            ]),
          );
          const text = serializeDictionary(dictionary as never);
          const read = readDictionary(text);
          expect([...read.keys()]).toEqual([...dictionary.keys()]);
          for (const [name, [items, own]] of Object.entries(members)) {
            const member = read.get(name)!;
            const plain = (record: Record<string, unknown>) => new Map(Object.entries(record));
            expect(member.value).toEqual(
              items.map(([value, its]) => ({ value, params: plain(its) })),
            );
            expect(member.params).toEqual(plain(own));
            expect(member.text).toBe(serializeInnerList(dictionary.get(name) as never));
          }
          expect(text === "" ? 0 : parseDictionary(text).size).toBe(read.size);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("never throws anything but a SyntaxError", () => {
    const pieces = fc.constantFrom(
      "a",
      "=",
      "(",
      ")",
      '"',
      "\\",
      ":",
      ";",
      ",",
      " ",
      "1",
      "-",
      "?",
      "\t",
      "é",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (text) => {
        try {
          readDictionary(text.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
