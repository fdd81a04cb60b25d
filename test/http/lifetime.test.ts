import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lifetimeOf } from "../../src/http/lifetime.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const at = (seconds: number) => new Date(NOW + 1000 * seconds).toUTCString();
const lifetime = (headers: Record<string, string>) => lifetimeOf(new Headers(headers), NOW);
const of = (cacheControl: string, more: Record<string, string> = {}) =>
  lifetime({ "Cache-Control": cacheControl, ...more });

describe("the lifetime that an origin gives", () => {
  it.each([
    ["max-age=60", 60],
    ["public, max-age=60, s-maxage=10", 10],
    ["s-maxage=10,max-age=60", 10],
    ["MAX-AGE=60", 60],
    ['max-age="60"', 60],
    ["max-age=99999999999999", 2 ** 31],
    ["max-age=60, max-age=5", 60],
    ['ext="max-age=5, no-store", max-age=60', 60],
    ["max-age=60, must-revalidate, immutable, stale-while-revalidate=9", 60],
  ])("of %s is %i seconds", (text, expected) => expect(of(text)).toBe(expected));

  it.each([
    "no-store",
    "no-cache",
    "private",
    "private, max-age=60",
    "max-age=60, No-Cache",
    'private="Set-Cookie", max-age=60',
    "no-store, s-maxage=60",
  ])("of %s is none: a shared cache may not use it unasked", (text) => {
    expect(of(text)).toBe("no-store");
  });

  it.each([
    "max-age",
    "max-age=",
    "max-age=-1",
    "max-age=1.5",
    "max-age=soon",
    "s-maxage=x, max-age=60",
  ])("of %s is over: what cannot be read is stale", (text) => expect(of(text)).toBe(0));

  it.each(["", "public", "immutable", "must-revalidate, no-transform", "max-agent=60"])(
    "is not said by %j",
    (text) => expect(of(text)).toBeUndefined(),
  );

  it("is less what Age says is over, and never negative", () => {
    expect(of("max-age=60", { Age: "20" })).toBe(40);
    expect(of("max-age=60", { Age: "61" })).toBe(0);
    expect(of("max-age=60", { Age: "20, 30" })).toBe(40);
    expect(of("max-age=60", { Age: "-5" })).toBe(60);
    expect(of("max-age=60", { Age: "old" })).toBe(60);
  });

  it("is what Expires says where Cache-Control says no time, by the origin's clock if it shows one", () => {
    expect(lifetime({ Expires: at(90) })).toBe(90);
    expect(lifetime({ Expires: at(90), Age: "30" })).toBe(60);
    expect(lifetime({ Expires: at(90), Date: at(60) })).toBe(30);
    expect(lifetime({ Expires: at(-90) })).toBe(0);
    expect(lifetime({ Expires: "0" })).toBe(0);
    expect(lifetime({ Expires: at(90), "Cache-Control": "max-age=5" })).toBe(5);
    expect(lifetime({ Expires: at(90), "Cache-Control": "public" })).toBe(90);
    expect(lifetime({ Expires: at(90), "Cache-Control": "private" })).toBe("no-store");
    expect(lifetime({})).toBeUndefined();
  });

  it("is a whole number of seconds, none, or unsaid, whatever the origin writes", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc
        .array(fc.constantFrom("max-age", "s-maxage", "=", '"', "\\", ",", " ", "1", "private"))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, text, text, (cacheControl, expires, age) => {
        const headers: Record<string, string> = {
          "Cache-Control": cacheControl,
          Expires: expires,
          Age: age,
        };
        const said = lifetimeOf({ get: (name) => headers[name] ?? null }, NOW);
        const isTime =
          Number.isInteger(said) && (said as number) >= 0 && (said as number) <= 2 ** 31;
        expect(said === undefined || said === "no-store" || isTime).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("is read in time that grows with the header and not with its square", () => {
    for (const piece of ['a="', '\\"a="', "max-age=", '="\\', ","]) {
      // The square of it would be minutes.
      const header = piece.repeat(400_000);
      lifetimeOf({ get: (name) => (name === "Cache-Control" ? header : null) }, NOW);
    }
  });
});
