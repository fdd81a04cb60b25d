import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptableClasses } from "../../src/policy/negotiate.ts";

const AVIF = ["avif", "webp", "base"];
const AVIF_ALONE = ["avif", "base"];
const WEBP = ["webp", "base"];
const BASE = ["base"];

describe("acceptableClasses", () => {
  it.each([
    ["Chromium", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", AVIF],
    [
      "Chromium with JPEG XL",
      "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
      AVIF,
    ],
    ["Firefox", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", AVIF],
    [
      "Safari 16",
      "image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
      AVIF,
    ],
    ["Safari 14", "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", WEBP],
    [
      "Chromium opening a page",
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
      AVIF,
    ],
    ["old Safari", "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", BASE],
    ["curl", "*/*", BASE],
    ["RFC 9110's audio example", "audio/*; q=0.2, audio/basic", BASE],
    [
      "RFC 9110's text example",
      "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5",
      BASE,
    ],
  ])("reads the header of %s", (_, accept, expected) => {
    expect(acceptableClasses(accept)).toEqual(expected);
  });

  it("gives base to who says nothing", () => {
    expect(acceptableClasses(null)).toEqual(BASE);
    expect(acceptableClasses("")).toEqual(BASE);
  });

  it.each([
    ["image/avif", AVIF_ALONE],
    ["image/webp", WEBP],
    ["image/webp;q=0.1", WEBP],
    ["image/webp;q=0.001", WEBP],
    ["image/webp;q=1.000", WEBP],
    ["image/webp;q=1.", WEBP],
    ["IMAGE/AVIF;Q=1", AVIF_ALONE],
    ["image/avif;v=b3", AVIF_ALONE],
    ["image/avif;v=b3;q=0.9", AVIF_ALONE],
    ['image/avif;codecs="av01, x;q=0";q=0.9', AVIF_ALONE],
    ['image/avif;codecs="say \\"a,b\\""', AVIF_ALONE],
    ["\timage/avif \t; q=1 ,", AVIF_ALONE],
    [",,image/avif,,", AVIF_ALONE],
    ["image/avif;;q=1;", AVIF_ALONE],
    ["image/*", BASE],
    ["image/jpeg", BASE],
    ["image/avif;q=0.1, image/jpeg;q=1", AVIF_ALONE],
    ["image/avif;q=0.1, image/webp;q=1", AVIF],
    ["application/avif", BASE],
    ["image/avif2, ximage/webp", BASE],
  ])("reads support from %s", (accept, expected) => {
    expect(acceptableClasses(accept)).toEqual(expected);
  });

  it.each([
    ["image/avif;q=0", BASE],
    ["image/avif;q=0.000", BASE],
    ["image/avif;q=0., image/webp", WEBP],
    ["image/avif;q=0, image/webp", WEBP],
    ["image/avif;q=0,*/*", BASE],
    ["image/avif, image/avif;q=0", BASE],
    ["image/avif;q=0, image/avif", BASE],
    ["image/webp;q=0", BASE],
    // A fall from AVIF must not reach a refused WebP.
    ["image/avif, image/webp;q=0", AVIF_ALONE],
    ["image/avif, image/jpeg, image/*;q=0", AVIF_ALONE],
    ["image/avif, image/png, */*;q=0", AVIF_ALONE],
    // The exact type wins over the wildcard, and image/* over */*.
    ["image/avif, image/webp, image/*;q=0", AVIF],
    ["image/avif, image/webp, image/jpeg, */*;q=0", AVIF],
    ["image/avif, image/jpeg, image/*, */*;q=0", AVIF_ALONE],
    // Here base is refused as much as WebP is: somebody has to give way.
    ["image/avif, image/*;q=0", AVIF_ALONE],
    ["image/*;q=0", BASE],
    ["*/*;q=0", BASE],
    ["image/jpeg;q=0, image/png;q=0", BASE],
  ])("honours the refusal in %s", (accept, expected) => {
    expect(acceptableClasses(accept)).toEqual(expected);
  });

  it.each([
    "image/avif;q=",
    "image/avif;q=2",
    "image/avif;q=1.1",
    "image/avif;q=-1",
    "image/avif;q=.5",
    "image/avif;q=0.1234",
    "image/avif;q=abc",
    "image/avif;q=1e0",
    'image/avif;q="1"',
    "image/avif;q = 1",
    "image/avif;q=1;q=1",
    "image/avif;q",
    "image/avif;=1",
    'image/avif;a="open',
    "image /avif",
    "image/ avif",
    "image/avif/x",
    "image/avif x",
    "image\\avif",
    "avif",
    "/avif",
    "image/",
    "image/avif\u0000",
    "image/avif\u00a0",
    "image/avif\r\nX: y",
    "ｉmage/avif",
    '"image/avif"',
  ])("leaves out the malformed %j, and reads the rest", (piece) => {
    expect(acceptableClasses(piece)).toEqual(BASE);
    expect(acceptableClasses(`image/webp,${piece}`)).toEqual(WEBP);
  });

  it.each<[("avif" | "webp")[], string, string[]]>([
    [["webp"], "image/avif,image/webp", ["webp", "base"]],
    [["webp"], "image/avif", ["base"]],
    [["avif"], "image/avif,image/webp;q=0", ["avif", "base"]],
    [["avif"], "image/webp", ["base"]],
    [["webp", "avif"], "image/avif,image/webp", ["webp", "avif", "base"]],
    [["webp", "avif"], "image/webp", ["webp", "base"]],
    [[], "image/avif", ["base"]],
  ])("keeps to the enabled classes and their order: %j", (enabled, accept, expected) => {
    expect(acceptableClasses(accept, enabled)).toEqual(expected);
  });

  it.each([
    ["far too long", `image/avif,${"x/y,".repeat(25_000)}`],
    ["full of quotes", '"'.repeat(100_000)],
    ["full of blanks", `image/avif${" ".repeat(100_000)}x`],
  ])("takes a header that is %s for one that says nothing", (_, accept) => {
    expect(acceptableClasses(accept)).toEqual(BASE);
  });

  it.each([
    ["blanks", `${" ".repeat(4080)}image/avif`, AVIF_ALONE],
    ["inner blanks", `image/avif${" ".repeat(4080)}x`, BASE],
    ["separators", `${";".repeat(4080)},image/avif`, AVIF_ALONE],
    ["open quotes", `${'a/b;c="\\",'.repeat(400)}image/avif`, BASE],
  ])("reads the longest header of %s", (_, accept, expected) => {
    expect(accept.length).toBeLessThanOrEqual(4096);
    expect(acceptableClasses(accept)).toEqual(expected);
  });
});

const TYPES = [
  "image/avif",
  "image/webp",
  "image/jpeg",
  "image/png",
  "image/*",
  "*/*",
  "text/html",
  "image/jxl",
];
const range = fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom("", "0", "0.0", "0.5", "1"));
const ranges = fc.array(range, { maxLength: 12 });
const anyHeader = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...TYPES, ",", ";", "q=0", "q=1", " ", '"', "\\", "=", "a") }),
);
const blank = fc.constantFrom("", " ", "\t", "  ");

function print(pieces: readonly (readonly [string, string])[]): string {
  return pieces.map(([type, q]) => (q === "" ? type : `${type};q=${q}`)).join(",");
}

describe("for any Accept", () => {
  it("the result depends on what is wished, not on order, repetition, blanks or case", () => {
    const layout = ranges.chain((sent) =>
      fc.record({
        sent: fc.constant(sent),
        again: fc.shuffledSubarray([...sent, ...sent], { minLength: 2 * sent.length }),
        blanks: fc.array(blank, { minLength: 8 * sent.length + 1, maxLength: 8 * sent.length + 1 }),
        upper: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(layout, ({ sent, again, blanks, upper }) => {
        const gaps = blanks.values();
        const gap = () => gaps.next().value ?? "";
        const spread = print(again).replace(/[,;]/g, (separator) => gap() + separator + gap());
        const text = upper ? spread.toUpperCase() : spread;
        expect(acceptableClasses(gap() + text)).toEqual(acceptableClasses(print(sent)));
      }),
    );
  });

  it("the result is a part of what is enabled, in its order, with base at the end", () => {
    for (const enabled of [["avif", "webp"], ["webp", "avif"], ["webp"], []] as const) {
      fc.assert(
        fc.property(fc.oneof(ranges.map(print), anyHeader), (accept) => {
          const result = acceptableClasses(accept, enabled);
          const expected = enabled.filter((name) => result.includes(name));
          expect(result).toEqual([...expected, "base"]);
        }),
        { numRuns: 200 },
      );
    }
  });

  it("a class leads only if it was named, and is nowhere if it was refused by name", () => {
    fc.assert(
      fc.property(ranges, (sent) => {
        const result = acceptableClasses(print(sent));
        const named = (type: string) =>
          sent.some(([name, q]) => name === type && q !== "0" && q !== "0.0");
        const refused = (type: string) =>
          sent.some(([name, q]) => name === type && (q === "0" || q === "0.0"));
        if (result[0] !== "base") expect(named(`image/${result[0]}`)).toBe(true);
        for (const type of result.slice(0, -1)) expect(refused(`image/${type}`)).toBe(false);
      }),
    );
  });

  it("it never fails", () => {
    fc.assert(
      fc.property(anyHeader, (accept) => {
        expect(acceptableClasses(accept)).toContain("base");
      }),
      { numRuns: 500 },
    );
  });
});
