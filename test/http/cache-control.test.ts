import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cacheHeaders, clampTo, printLifetime } from "../../src/http/cache-control.ts";
import { BUILT_IN_RULE } from "../../src/policy/rules.ts";

function directives(text: string | undefined): Record<string, number> {
  return Object.fromEntries(
    [...text!.matchAll(/([a-z-]+)=(\d+)/g)].map(([, name, value]) => [name, Number(value)]),
  );
}

describe("cacheHeaders", () => {
  it("prints the built-in rule", () => {
    expect(cacheHeaders(BUILT_IN_RULE)).toEqual({
      "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800",
      "CDN-Cache-Control":
        "public, max-age=2592000, stale-while-revalidate=86400, stale-if-error=604800",
    });
  });

  it("calls an answer immutable for browsers only", () => {
    const headers = cacheHeaders({ ...BUILT_IN_RULE, immutable: true });
    expect(headers["Cache-Control"]).toMatch(/, immutable$/);
    expect(headers["CDN-Cache-Control"]).not.toMatch(/immutable/);
  });

  it("writes windows of zero out, because a missing one may mean no limit", () => {
    const rule = { browserTtl: 0, edgeTtl: 60, staleWhileRevalidate: 0, staleIfError: 0 };
    expect(cacheHeaders(rule)).toEqual({
      "Cache-Control": "public, max-age=0, stale-while-revalidate=0, stale-if-error=0",
      "CDN-Cache-Control": "public, max-age=60, stale-while-revalidate=0, stale-if-error=0",
    });
  });

  it("gives a browser its whole TTL, however old the answer is at the edge", () => {
    const headers = cacheHeaders(BUILT_IN_RULE, { age: 864_000 });
    expect(directives(headers["Cache-Control"])["max-age"]).toBe(864_000 + 3600);
    expect(directives(headers["CDN-Cache-Control"])["max-age"]).toBe(2_592_000);
  });

  it("keeps a browser TTL of zero at zero", () => {
    const headers = cacheHeaders({ ...BUILT_IN_RULE, browserTtl: 0 }, { age: 100 });
    expect(directives(headers["Cache-Control"])["max-age"]).toBe(0);
  });

  it("ends everything when the signature ends", () => {
    expect(cacheHeaders(BUILT_IN_RULE, { remaining: 5000 })).toEqual({
      "Cache-Control": "public, max-age=3600, stale-while-revalidate=1400, stale-if-error=1400",
      "CDN-Cache-Control": "public, max-age=5000, stale-while-revalidate=0, stale-if-error=0",
    });
  });

  it.each([0, -1, 0.9, Number.NaN, Number.NEGATIVE_INFINITY])(
    "stores nothing with %d seconds left",
    (remaining) => {
      expect(cacheHeaders(BUILT_IN_RULE, { remaining })).toEqual({
        "Cache-Control": "no-store",
        "CDN-Cache-Control": "no-store",
      });
    },
  );

  it("never lets an answer be used for longer than what remains, and never for longer than the rule", () => {
    const time = fc.oneof(fc.nat(100_000), fc.double({ min: -10, max: 1e12 }));
    fc.assert(
      fc.property(
        fc.record({
          browserTtl: time,
          edgeTtl: time,
          staleWhileRevalidate: time,
          staleIfError: time,
          immutable: fc.boolean(),
        }),
        fc.double({ min: 1, max: 1e7, noNaN: true }),
        fc.nat(1e6),
        (rule, remaining, age) => {
          for (const text of Object.values(cacheHeaders(rule, { remaining, age }))) {
            const found = directives(text);
            expect(text).toMatch(
              /^public, max-age=\d+, stale-while-revalidate=\d+, stale-if-error=\d+(, immutable)?$/,
            );
            expect(found["max-age"]! + found["stale-while-revalidate"]!).toBeLessThanOrEqual(
              remaining,
            );
            expect(found["max-age"]! + found["stale-if-error"]!).toBeLessThanOrEqual(remaining);
            // What is no number is no time.
            const longest = Math.max(0, rule.staleIfError || 0);
            expect(found["stale-if-error"]!).toBeLessThanOrEqual(longest);
          }
        },
      ),
    );
  });
});

describe("clampTo", () => {
  it("returns a new lifetime", () => {
    const lifetime = { maxAge: 10, staleWhileRevalidate: 10, staleIfError: 30 };
    expect(clampTo(lifetime, 15)).toEqual({ maxAge: 10, staleWhileRevalidate: 5, staleIfError: 5 });
    expect(lifetime.staleIfError).toBe(30);
  });

  it("leaves everything without a limit", () => {
    const lifetime = { maxAge: 10, staleWhileRevalidate: 10, staleIfError: 30 };
    expect(clampTo(lifetime)).toEqual(lifetime);
  });
});

it("printLifetime writes whole seconds that every cache can hold", () => {
  const text = printLifetime({
    maxAge: Number.POSITIVE_INFINITY,
    staleWhileRevalidate: 1.9,
    staleIfError: -5,
  });
  expect(text).toBe("public, max-age=2147483648, stale-while-revalidate=1, stale-if-error=0");
  expect(printLifetime(undefined)).toBe("no-store");
});
