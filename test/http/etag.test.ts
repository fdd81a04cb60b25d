import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type EtagInputs,
  entityTags,
  etagOf,
  isAny,
  strongEqual,
  weakEqual,
} from "../../src/http/etag.ts";

const INPUTS: EtagInputs = {
  validators: [{ etag: '"abc"', lastModified: 1_700_000_000_000 }],
  canonical: "w=800&fit=cover",
  format: "webp",
  engine: "jsquash-1",
  schema: "1",
};

describe("etagOf", () => {
  it("is a strong tag when every input has one", async () => {
    expect(await etagOf(INPUTS)).toMatch(/^"[A-Za-z0-9_-]{32}"$/);
  });

  it("does not change by itself", async () => {
    // Pinned: a change here makes every reader fetch everything again.
    expect(await etagOf(INPUTS)).toBe('"CSp3nNvVFNjUB-IxploQqTuAZiU2sGsv"');
    expect(await etagOf(structuredClone(INPUTS))).toBe(await etagOf(INPUTS));
  });

  it.each([
    ["canonical", { ...INPUTS, canonical: "w=801&fit=cover" }],
    ["format", { ...INPUTS, format: "avif" }],
    ["engine", { ...INPUTS, engine: "jsquash-2" }],
    ["schema", { ...INPUTS, schema: "2" }],
    ["source", { ...INPUTS, validators: [{ etag: '"abd"' }] }],
    ["overlays", { ...INPUTS, validators: [...INPUTS.validators, { etag: '"logo"' }] }],
  ])("changes with the %s", async (_, changed) => {
    expect(await etagOf(changed)).not.toBe(await etagOf(INPUTS));
  });

  it("keeps its parts apart", async () => {
    const a = await etagOf({ ...INPUTS, canonical: 'a","b', format: "c" });
    const b = await etagOf({ ...INPUTS, canonical: "a", format: 'b","c' });
    expect(a).not.toBe(b);
  });

  it("keeps inputs in their order", async () => {
    const validators = [{ etag: '"a"' }, { etag: '"b"' }];
    expect(await etagOf({ ...INPUTS, validators })).not.toBe(
      await etagOf({ ...INPUTS, validators: validators.toReversed() }),
    );
  });

  it("ignores the date of an input that has a tag", async () => {
    const touched = { ...INPUTS, validators: [{ etag: '"abc"', lastModified: 1 }] };
    expect(await etagOf(touched)).toBe(await etagOf(INPUTS));
  });

  it.each([
    ["a weak tag", { etag: 'W/"abc"' }],
    ["a date alone", { lastModified: 1_700_000_000_000 }],
    ["a tag without quotes", { etag: "abc" }],
    ["a tag with a quote inside", { etag: '"a"b"' }],
    ["an empty tag and a date", { etag: "", lastModified: 1 }],
  ])("is weak when one input has %s", async (_, validator) => {
    const validators = [{ etag: '"strong"' }, validator];
    expect(await etagOf({ ...INPUTS, validators })).toMatch(/^W\/"[A-Za-z0-9_-]{32}"$/);
  });

  it("changes with the date of an input that has nothing else", async () => {
    const at = (lastModified: number) => etagOf({ ...INPUTS, validators: [{ lastModified }] });
    expect(await at(1000)).not.toBe(await at(2000));
  });

  it.each([[{}], [{ etag: "" }], [{ lastModified: Number.NaN }]])(
    "is absent when nothing tells an input's versions apart: %j",
    async (validator) => {
      expect(await etagOf({ ...INPUTS, validators: [{ etag: '"a"' }, validator] })).toBeUndefined();
    },
  );
});

describe("comparison", () => {
  // RFC 9110 section 8.8.3.2, table 3
  it.each([
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
    ["1", "1", false, false],
    ['w/"1"', '"1"', false, false],
    ["", "", false, false],
  ])("of %s and %s is strong: %s, weak: %s", (a, b, strong, weak) => {
    expect(strongEqual(a, b)).toBe(strong);
    expect(strongEqual(b, a)).toBe(strong);
    expect(weakEqual(a, b)).toBe(weak);
    expect(weakEqual(b, a)).toBe(weak);
  });
});

describe("entityTags", () => {
  it.each([
    ['"xyzzy"', ['"xyzzy"']],
    ['W/"xyzzy"', ['W/"xyzzy"']],
    ['"xyzzy", "r2d2xxxx", "c3piozzzz"', ['"xyzzy"', '"r2d2xxxx"', '"c3piozzzz"']],
    ['W/"xyzzy",W/"r2d2xxxx"\t,  W/"c3piozzzz"', ['W/"xyzzy"', 'W/"r2d2xxxx"', 'W/"c3piozzzz"']],
    ['"a,b", "c"', ['"a,b"', '"c"']],
    ['""', ['""']],
    [', ,"a",, "b",', ['"a"', '"b"']],
    ['"\u00e9"', ['"\u00e9"']],
    ["", []],
    ["*", []],
    ['bare, "ok"', ['"ok"']],
    ['"open, "ok"', ['"ok"']],
    ['"a"b, "ok"', ['"ok"']],
    ['"a" "b", "ok"', ['"ok"']],
    ['w/"lower", "ok"', ['"ok"']],
    ['W/ "space", "ok"', ['"ok"']],
    ['"in side", "ok"', ['"ok"']],
    ['"nul\u0000", "ok"', ['"ok"']],
  ])("of %j are %j", (header, tags) => {
    expect([...entityTags(header)]).toEqual(tags);
  });

  it("give back any list that was well formed", () => {
    const tag = fc
      .tuple(fc.boolean(), fc.string({ unit: fc.constantFrom(..."ab,;/*W!#~\u00ff") }))
      .map(([weak, text]) => `${weak ? "W/" : ""}"${text}"`);
    const gap = fc.constantFrom(",", ", ", " ,\t", ",,", " , ,");
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, gap)), (parts) => {
        expect([...entityTags(parts.flat().join(""))]).toEqual(parts.map(([text]) => text));
      }),
    );
  });

  it.each([
    ["quotes", '"'.repeat(1_000_000)],
    ["open tags", '"a,'.repeat(330_000)],
    ["commas", ",".repeat(1_000_000)],
    ["blanks", " ".repeat(1_000_000)],
    ["one open tag", `"${"a,".repeat(500_000)}`],
    ["tags with blanks", `"a"${" ".repeat(990_000)}x`],
  ])("are read in linear time from 1 MB of %s", (_, header) => {
    // Time that grows with the square of it would be minutes.
    let others = 0;
    for (const tag of entityTags(header)) if (!tag.startsWith('"')) others++;
    expect(others).toBe(0);
  });

  it("never fail, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ",", " ", "\t", "W/", "a", "*", "\u0000", "é") }),
        (text) => {
          for (const tag of entityTags(text)) expect(weakEqual(tag, tag)).toBe(true);
        },
      ),
    );
  });
});

describe("isAny", () => {
  it.each([
    ["*", true],
    [" * ", true],
    ['"*"', false],
    ['*, "a"', false],
    ["**", false],
    ["", false],
  ])("reads %j as %s", (header, expected) => {
    expect(isAny(header)).toBe(expected);
  });
});
