import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { ANALYTICS, isAnalytics } from "../../src/policy/analytics.ts";
import { readUrl, valueIn } from "../../src/policy/url.ts";

const read = (path: string) => readUrl(new URL(path, "https://img.example.com"));

function refusal(path: string): PictorError {
  try {
    read(path);
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error(`${path} was accepted`);
}

describe("the path", () => {
  it.each([
    ["/", [""]],
    ["/a.jpg", ["a.jpg"]],
    ["/trips/lisbon.jpg", ["trips", "lisbon.jpg"]],
    ["/trips/", ["trips", ""]],
    ["/a//b", ["a", "", "b"]],
    ["/s%c3%a3o%20paulo.jpg", ["são paulo.jpg"]],
    ["/são paulo.jpg", ["são paulo.jpg"]],
    ["/a+b.jpg", ["a+b.jpg"]],
    ["/a%2Fb", ["a/b"]],
    ["/https%3A%2F%2Fexample.com%2Fa.jpg", ["https://example.com/a.jpg"]],
    ["/%252e%252e%252f", ["%2e%2e%2f"]], // decoded once, never twice
    ["/...", ["..."]],
    ["/..a%2F.b", ["..a/.b"]],
    ["/a/%2e%2E/b", ["b"]], // resolved by URL parsing
    ["/a\\b", ["a", "b"]], // likewise
  ])("%s has the segments %j", (path, segments) => {
    expect(read(path).segments).toEqual(segments);
  });

  it.each([
    ["/100%.jpg", "percent-encoded UTF-8"],
    ["/%", "percent-encoded UTF-8"],
    ["/%zz", "percent-encoded UTF-8"],
    ["/%c3", "percent-encoded UTF-8"],
    ["/%ff", "percent-encoded UTF-8"],
    ["/%c0%ae%c0%ae", "percent-encoded UTF-8"], // overlong ..
    ["/%ed%a0%80", "percent-encoded UTF-8"], // a surrogate
    ["/%f4%90%80%80", "percent-encoded UTF-8"], // beyond U+10FFFF
    ["/a%5cb", "backslash"],
    ["/a%5Cb", "backslash"],
    ["/..%5cb", "backslash"],
    ["/a%00.jpg", "NUL"],
    ["/..%2f", "%2F"],
    ["/..%2fb", "%2F"],
    ["/%2e%2e%2fb", "%2F"],
    ["/%2E%2E%2Fb", "%2F"],
    ["/a%2F..", "%2F"],
    ["/a%2F.%2Fb", "%2F"],
    ["/a%2F%2e%2e%2Fb", "%2F"],
    ["/.%2e%2fb", "%2F"],
    ["/%2f..", "%2F"],
  ])("%s is refused", (path, expected) => {
    const error = refusal(path);
    expect(error.code).toBe("bad_url");
    expect(error.info.expected).toContain(expected);
    expect(path).toContain(error.info.received);
  });

  it("refuses dot segments even when no URL parser has been there", () => {
    expect(() => readUrl({ pathname: "/a/../b", search: "" })).toThrow(PictorError);
    expect(() => readUrl({ pathname: "/./b", search: "" })).toThrow(PictorError);
  });
});

describe("the query", () => {
  it.each([
    ["", []],
    ["?", []],
    ["?&&", []],
    ["?w=1", [["w", "1"]]],
    ["?v", [["v", ""]]],
    ["?v=", [["v", ""]]],
    ["?a=b=c", [["a", "b=c"]]],
    [
      "?b=2&a=1&",
      [
        ["b", "2"],
        ["a", "1"],
      ],
    ],
    ["?download=a%26w%3D1+b.jpg", [["download", "a&w=1 b.jpg"]]],
    ["?a%20b=c%20d", [["a b", "c d"]]],
    ["?a+b=c%2Bd", [["a b", "c+d"]]],
    [
      "?W=1&w=2",
      [
        ["W", "1"],
        ["w", "2"],
      ],
    ],
    ["?a=1#w=2", [["a", "1"]]],
    [
      "?draw=a&w=1&draw=b",
      [
        ["draw", "a"],
        ["w", "1"],
        ["draw", "b"],
      ],
    ],
    [
      "?__proto__=1&constructor=2",
      [
        ["__proto__", "1"],
        ["constructor", "2"],
      ],
    ],
    ["??w=1", [["?w", "1"]]],
  ])("%s is read as %j", (search, query) => {
    expect(read(`/a.jpg${search}`).query).toEqual(query);
  });

  it.each([
    ["?w=100%", "percent-encoded UTF-8", "w"],
    ["?w=%ff", "percent-encoded UTF-8", "w"],
    ["?%ff=1", "percent-encoded UTF-8", undefined],
    ["?=1", "a name", undefined],
    ["?=", "a name", undefined],
    ["?download=a%00b", "control", "download"],
    ["?download=a%0d%0ab", "control", "download"],
    ["?download=%7f", "control", "download"],
    ["?a%09b=1", "control", undefined],
  ])("%s is refused", (search, expected, param) => {
    const error = refusal(`/a.jpg${search}`);
    expect(error.code).toBe("bad_url");
    expect(error.info.expected).toContain(expected);
    expect(error.info.param).toBe(param);
  });

  it.each([
    ["?w=1&w=2", "w"],
    ["?w=1&w=1", "w"],
    ["?w=1&%77=2", "w"],
    ["?v&v=", "v"],
    ["?sig=a&sig=b", "sig"],
    ["?kid=a&w=1&kid=b", "kid"],
  ])("%s repeats %s", (search, param) => {
    const error = refusal(`/a.jpg${search}`);
    expect(error.code).toBe("repeated_parameter");
    expect(error.info).toMatchObject({ param, received: `${param} 2 times` });
  });

  it("takes 100 parameters and refuses 101", () => {
    const search = (count: number) =>
      `?${Array.from({ length: count }, (_, index) => `p${index}=1`).join("&")}`;
    expect(read(`/a${search(100)}`).query).toHaveLength(100);
    expect(refusal(`/a${search(101)}`).info).toMatchObject({
      expected: "at most 100 parameters",
      received: "101 parameters",
    });
  });

  it("finds a value by its exact name", () => {
    const { query } = read("/a?w=1&v&W=2");
    expect([valueIn(query, "w"), valueIn(query, "v"), valueIn(query, "x")]).toEqual([
      "1",
      "",
      undefined,
    ]);
  });
});

describe("analytics parameters", () => {
  it.each(ANALYTICS)("%s is dropped", (name) => {
    const sent = name.replace("*", "source");
    expect(isAnalytics(sent)).toBe(true);
    expect(read(`/a.jpg?w=1&${sent}=x`).query).toEqual([["w", "1"]]);
  });

  it("are dropped twice, empty, encoded, and with values that nobody could read", () => {
    const query = "?utm_source=a&utm_source=b&gclid&%66bclid=1&utm_term=100%&utm_x=%00";
    expect(read(`/a.jpg${query}`).query).toEqual([]);
  });

  it("are known by their exact names", () => {
    expect(read("/a?UTM_source=1&gclid2=1&xutm_a=1&utm=1").query).toHaveLength(4);
  });
});

describe("any URL", () => {
  it("of 8,192 characters is read and a longer one is a 414", () => {
    expect(read(`/${"a".repeat(8191)}`).segments).toHaveLength(1);
    expect(read(`/a?${"b".repeat(8189)}`).query).toHaveLength(1);
    const error = refusal(`/a?${"b".repeat(8190)}`);
    expect(error.code).toBe("uri_too_long");
    expect(error.status).toBe(414);
    expect(error.info.received).toBe("8193 characters");
  });

  it("is counted as it is sent, not as it is written", () => {
    expect(refusal(`/${"ã".repeat(1500)}`).info.received).toBe("9001 characters");
  });

  it("repeats at most 100 characters of itself in an error", () => {
    expect(refusal(`/%${"a".repeat(5000)}%`).info.received).toHaveLength(101);
    expect(refusal(`/a?${"b".repeat(2000)}=%`).info.param).toHaveLength(101);
  });

  it("is either read or refused with a PictorError below 500", () => {
    const part = fc.constantFrom(
      ..."/?&=+%#;.\\",
      ...["%2f", "%2e", "%5c", "%00", "%ff", "%25", "..", "a", "é", "\u{1f600}", "\ud800", "utm_"],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        let url: URL;
        try {
          url = new URL(`https://img.example.com/${parts.join("")}`);
        } catch {
          return;
        }
        try {
          const { segments, query } = readUrl(url);
          for (const piece of segments.flatMap((segment) => segment.split("/"))) {
            expect([".", ".."]).not.toContain(piece);
            expect(piece).not.toMatch(/[\\\0]/);
          }
          for (const [name] of query) expect(name).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(PictorError);
          expect((error as PictorError).status).toBeLessThan(500);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
