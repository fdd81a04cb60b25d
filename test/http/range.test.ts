import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRange, type RangeResult, selectRange } from "../../src/http/range.ts";

const FULL: RangeResult = { kind: "full" };

function part(start: number, end: number, size: number): RangeResult {
  const contentRange = `bytes ${start}-${end}/${size}`;
  return { kind: "partial", start, end, length: end - start + 1, contentRange };
}

function unsatisfiable(size: number): RangeResult {
  return { kind: "unsatisfiable", contentRange: `bytes */${size}` };
}

describe("parseRange", () => {
  // RFC 9110 section 14.1.2, a representation of 10000 bytes
  it.each([
    ["bytes=0-499", part(0, 499, 10_000)],
    ["bytes=500-999", part(500, 999, 10_000)],
    ["bytes=-500", part(9500, 9999, 10_000)],
    ["bytes=9500-", part(9500, 9999, 10_000)],
    ["bytes=0-", part(0, 9999, 10_000)],
    ["bytes=0-0", part(0, 0, 10_000)],
    ["bytes=9999-9999", part(9999, 9999, 10_000)],
    ["bytes=9000-10000", part(9000, 9999, 10_000)],
    ["bytes=0-99999999999999999999999999", part(0, 9999, 10_000)],
    ["bytes=-10000", part(0, 9999, 10_000)],
    ["bytes=-99999999999999999999999999", part(0, 9999, 10_000)],
    ["BYTES=0-1", part(0, 1, 10_000)],
    ["bytes= 0-1\t", part(0, 1, 10_000)],
    ["bytes=,0-1 ,", part(0, 1, 10_000)],
    ["bytes=007-008", part(7, 8, 10_000)],
  ])("cuts %s", (header, expected) => {
    expect(parseRange(header, 10_000)).toEqual(expected);
  });

  it.each(["bytes=10000-", "bytes=10000-10001", "bytes=-0", `bytes=${"9".repeat(100_000)}-`])(
    "cannot satisfy a range outside (%#)",
    (header) => {
      expect(parseRange(header, 10_000)).toEqual(unsatisfiable(10_000));
    },
  );

  it.each([
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=a-b",
    "bytes=1-0",
    "bytes=+1-2",
    "bytes=1.5-2",
    "bytes=0x1-2",
    "bytes=--1",
    "bytes=1-2-3",
    "bytes =0-1",
    "bytes=0 - 1",
    "bytes=0-1;x",
    "bytes=0-1\u0000",
    "bytes=0-1\n",
    "bytes=٠-١",
    "items=0-1",
    "0-1",
    " bytes=0-1",
    // Several ranges: RFC 9110 lets a server send everything.
    "bytes=0-0,-1",
    "bytes=500-600,601-999",
    "bytes=500-700,601-999",
    `bytes=${"0-1,".repeat(25_000)}`,
    `bytes=0-1${" ".repeat(100_000)}x`,
  ])("ignores what is not one range (%#)", (header) => {
    expect(parseRange(header, 10_000)).toEqual(FULL);
  });

  it("has no part of nothing", () => {
    expect(parseRange("bytes=0-0", 0)).toEqual(unsatisfiable(0));
    expect(parseRange("bytes=0-", 0)).toEqual(unsatisfiable(0));
    expect(parseRange("bytes=-5", 0)).toEqual(FULL);
  });

  it("never leaves the representation", () => {
    const position = fc.oneof(fc.nat(20), fc.maxSafeNat()).map(String);
    const optional = fc.oneof(fc.constant(""), position);
    fc.assert(
      fc.property(optional, optional, fc.nat(20), (first, last, size) => {
        const result = parseRange(`bytes=${first}-${last}`, size);
        if (result.kind !== "partial") return;
        expect(result.start).toBeGreaterThanOrEqual(0);
        expect(result.end).toBeGreaterThanOrEqual(result.start);
        expect(result.end).toBeLessThan(size);
        expect(result.length).toBe(result.end - result.start + 1);
      }),
    );
  });
});

describe("selectRange", () => {
  const NOW = Date.UTC(2026, 10, 21);
  const MODIFIED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const DATE = "Fri, 02 Jan 2026 03:04:05 GMT";
  const STRONG = { size: 10, etag: '"v1"', lastModified: MODIFIED };
  const WEAK = { ...STRONG, etag: 'W/"v1"' };
  const DATED = { size: 10, lastModified: MODIFIED };
  const BARE = { size: 10 };
  const FRESH = { size: 10, lastModified: NOW - 500 };

  function select(
    headers: Record<string, string>,
    current: Parameters<typeof selectRange>[1] = STRONG,
    method = "GET",
  ) {
    return selectRange({ method, headers: new Headers(headers) }, current, NOW);
  }

  it("answers in full without a Range", () => {
    expect(select({})).toEqual(FULL);
    expect(select({ "If-Range": '"v1"' })).toEqual(FULL);
  });

  it("knows ranges for GET alone", () => {
    expect(select({ Range: "bytes=0-4" })).toEqual(part(0, 4, 10));
    expect(select({ Range: "bytes=0-4" }, STRONG, "HEAD")).toEqual(FULL);
    expect(select({ Range: "bytes=99-" }, STRONG, "HEAD")).toEqual(FULL);
  });

  it("takes several Range lines for several ranges", () => {
    const headers = new Headers([
      ["Range", "bytes=0-1"],
      ["Range", "bytes=3-4"],
    ]);
    expect(selectRange({ method: "GET", headers }, STRONG, NOW)).toEqual(FULL);
  });

  it.each([
    ["the same strong tag", '"v1"', STRONG, true],
    ["another tag", '"v2"', STRONG, false],
    ["a weak tag", 'W/"v1"', STRONG, false],
    ["a weak tag, equal to ours", 'W/"v1"', WEAK, false],
    ["a tag where ours is weak", '"v1"', WEAK, false],
    ["a tag where we have none", '"v1"', DATED, false],
    ["two tags", '"v1", "v1"', STRONG, false],
    ["a star", "*", STRONG, false],
    ["garbage", "v1", STRONG, false],
    ["nothing", "", STRONG, false],
    ["our date beside a strong tag", DATE, STRONG, true],
    ["our date without a tag", DATE, DATED, true],
    ["our date in another format", "Fri Jan  2 03:04:05 2026", DATED, true],
    ["our date beside a weak tag", DATE, WEAK, false],
    ["a later date", "Fri, 02 Jan 2026 03:04:06 GMT", DATED, false],
    ["a date where we have none", DATE, BARE, false],
    ["a date of this very second", "Fri, 20 Nov 2026 23:59:59 GMT", FRESH, true],
    [
      "a date less than a second old",
      "Sat, 21 Nov 2026 00:00:00 GMT",
      { size: 10, lastModified: NOW + 200 },
      false,
    ],
  ])("with If-Range: %s", (_, ifRange, current, applies) => {
    expect(select({ Range: "bytes=0-4", "If-Range": ifRange }, current)).toEqual(
      applies ? part(0, 4, 10) : FULL,
    );
  });

  it("answers in full, not 416, when If-Range does not hold", () => {
    expect(select({ Range: "bytes=99-", "If-Range": '"v2"' })).toEqual(FULL);
    expect(select({ Range: "bytes=99-", "If-Range": '"v1"' })).toEqual(unsatisfiable(10));
  });
});
