import { describe, expect, it } from "vitest";
import { evaluatePreconditions, notModified } from "../../src/http/conditional.ts";

const NOW = Date.UTC(2026, 10, 21);
const MODIFIED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const SAME = "Fri, 02 Jan 2026 03:04:05 GMT";
const BEFORE = "Fri, 02 Jan 2026 03:04:04 GMT";
const AFTER = "Fri, 02 Jan 2026 03:04:06 GMT";

const STRONG = { etag: '"v1"', lastModified: MODIFIED };
const WEAK = { etag: 'W/"v1"', lastModified: MODIFIED };
const NOTHING = {};

function evaluate(
  headers: Record<string, string>,
  current: { etag?: string; lastModified?: number } = STRONG,
  method = "GET",
) {
  return evaluatePreconditions({ method, headers: new Headers(headers) }, current, NOW);
}

describe("If-None-Match", () => {
  it.each([
    ['"v1"', STRONG, "not_modified"],
    ['W/"v1"', STRONG, "not_modified"],
    ['"v1"', WEAK, "not_modified"],
    ['"v0", W/"v1"', STRONG, "not_modified"],
    ["*", STRONG, "not_modified"],
    ["*", NOTHING, "not_modified"],
    ['"v0"', STRONG, "proceed"],
    ["v1", STRONG, "proceed"],
    ['"v1', STRONG, "proceed"],
    ['"*"', STRONG, "proceed"],
    ["", STRONG, "proceed"],
    ['"v1"', NOTHING, "proceed"],
    [`${'"x", '.repeat(20_000)}"v1"`, STRONG, "not_modified"],
    [`"${"v".repeat(100_000)}`, STRONG, "proceed"],
  ])("is compared weakly (%#)", (value, current, expected) => {
    expect(evaluate({ "If-None-Match": value }, current)).toBe(expected);
    expect(evaluate({ "If-None-Match": value }, current, "HEAD")).toBe(expected);
  });

  it("is read from several header lines", () => {
    const headers = new Headers([
      ["If-None-Match", '"v0"'],
      ["If-None-Match", '"v1"'],
    ]);
    expect(evaluatePreconditions({ method: "GET", headers }, STRONG, NOW)).toBe("not_modified");
  });

  it("hides If-Modified-Since, whatever it says", () => {
    expect(evaluate({ "If-None-Match": '"v0"', "If-Modified-Since": AFTER })).toBe("proceed");
    expect(evaluate({ "If-None-Match": "garbage", "If-Modified-Since": AFTER })).toBe("proceed");
    expect(evaluate({ "If-None-Match": '"v1"', "If-Modified-Since": BEFORE })).toBe("not_modified");
  });
});

describe("If-Modified-Since", () => {
  it.each([
    [SAME, STRONG, "not_modified"],
    [AFTER, STRONG, "not_modified"],
    ["Friday, 02-Jan-26 03:04:05 GMT", STRONG, "not_modified"],
    ["Fri Jan  2 03:04:05 2026", STRONG, "not_modified"],
    [BEFORE, STRONG, "proceed"],
    [SAME, NOTHING, "proceed"],
    ["2026-01-02", STRONG, "proceed"],
    [`${SAME}, ${SAME}`, STRONG, "proceed"],
    ["", STRONG, "proceed"],
  ])("is compared by whole seconds (%#)", (value, current, expected) => {
    expect(evaluate({ "If-Modified-Since": value }, current)).toBe(expected);
  });
});

describe("If-Match", () => {
  it.each([
    ['"v1"', STRONG, "proceed"],
    ['"v0", "v1"', STRONG, "proceed"],
    ["*", NOTHING, "proceed"],
    ['"v0"', STRONG, "precondition_failed"],
    ['W/"v1"', STRONG, "precondition_failed"],
    ['W/"v1"', WEAK, "precondition_failed"],
    ['"v1"', WEAK, "precondition_failed"],
    ['"v1"', NOTHING, "precondition_failed"],
    ["garbage", STRONG, "precondition_failed"],
  ])("is compared strongly (%#)", (value, current, expected) => {
    expect(evaluate({ "If-Match": value }, current)).toBe(expected);
  });

  it("hides If-Unmodified-Since, and comes before If-None-Match", () => {
    expect(evaluate({ "If-Match": '"v1"', "If-Unmodified-Since": BEFORE })).toBe("proceed");
    expect(evaluate({ "If-Match": '"v1"', "If-None-Match": '"v1"' })).toBe("not_modified");
    expect(evaluate({ "If-Match": '"v0"', "If-None-Match": '"v1"' })).toBe("precondition_failed");
  });
});

describe("If-Unmodified-Since", () => {
  it.each([
    [SAME, STRONG, "proceed"],
    [AFTER, STRONG, "proceed"],
    [BEFORE, STRONG, "precondition_failed"],
    ["nonsense", STRONG, "proceed"],
    [BEFORE, NOTHING, "proceed"],
  ])("is compared by whole seconds (%#)", (value, current, expected) => {
    expect(evaluate({ "If-Unmodified-Since": value }, current)).toBe(expected);
  });
});

it("no other method is conditional", () => {
  for (const method of ["POST", "PUT", "OPTIONS", "get"]) {
    expect(evaluate({ "If-None-Match": "*", "If-Match": '"v0"' }, STRONG, method)).toBe("proceed");
  }
});

describe("notModified", () => {
  it("repeats what guides caches and readers, and nothing that describes bytes", async () => {
    const kept = {
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "ETag",
      age: "5",
      "cache-control": "public, max-age=3600",
      "cache-status": "Pictor;hit",
      "cache-tag": "a,b",
      "cdn-cache-control": "public, max-age=2592000",
      "content-location": "/a.jpg?w=1",
      "cross-origin-resource-policy": "cross-origin",
      date: SAME,
      etag: '"v1"',
      expires: AFTER,
      "last-modified": BEFORE,
      "server-timing": 'edge;desc="n=1"',
      "timing-allow-origin": "*",
      vary: "Accept, Origin",
    };
    const dropped = {
      "accept-ranges": "bytes",
      "content-disposition": "attachment",
      "content-length": "100",
      "content-range": "bytes 0-1/2",
      "content-security-policy": "default-src 'none'",
      "content-type": "image/webp",
      "pictor-stamp": "secret",
    };
    const response = notModified(new Headers({ ...kept, ...dropped }));
    expect(response.status).toBe(304);
    expect(response.body).toBeNull();
    expect(Object.fromEntries(response.headers)).toEqual(kept);
  });

  it("adds nothing that the 200 does not have", () => {
    expect([...notModified(new Headers()).headers]).toEqual([]);
  });
});
