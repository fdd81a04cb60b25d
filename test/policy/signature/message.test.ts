import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message } from "../../../src/policy/signature/message.ts";
import type { QueryEntry } from "../../../src/policy/url.ts";
import { read } from "./fixtures.ts";

const of = (path: string) => message(read(path));

describe("the message", () => {
  it("is the one of the design's first vector", () => {
    expect(
      of(
        "/trips/s%c3%a3o%20paulo.jpg?w=800&kid=k1&fit=cover&v&download=a%26w%3D1+b.jpg&exp=1893456000&utm_source=x",
      ),
    ).toBe(
      "/trips/s%C3%A3o%20paulo.jpg?download=a%26w%3D1%20b.jpg&exp=1893456000&fit=cover&kid=k1&v=&w=800",
    );
  });

  it.each([
    ["always has a question mark", "/a.jpg", "/a.jpg?"],
    ["keeps empty segments", "//a//", "//a//?"],
    ["keeps an encoded slash", "/a%2fb/c", "/a%2Fb/c?"],
    ["leaves unreserved characters alone", "/%41-%2e%5F%7e", "/A-._~?"],
    ["encodes all others", "/!'()*;:@$,+=&", "/%21%27%28%29%2A%3B%3A%40%24%2C%2B%3D%26?"],
    ["encodes once", "/%2525", "/%2525?"],
    ["does not normalise Unicode", "/e%cc%81/%c3%a9", "/e%CC%81/%C3%A9?"],
    ["leaves sig out", "/a?sig=x&w=1", "/a?w=1"],
    ["keeps what only looks like sig", "/a?SIG=x&sig2=y", "/a?SIG=x&sig2=y"],
    ["tells capitals apart, capitals first", "/a?a=1&A=2&b=3&B=4", "/a?A=2&B=4&a=1&b=3"],
    ["puts a name before its extensions", "/a?ab=1&a=2&a-b=3", "/a?a=2&a-b=3&ab=1"],
    ["sorts names decoded, not as encoded", "/a?%7B=1&_=2", "/a?_=2&%7B=1"],
    ["keeps the order of overlays", "/a?draw=b&w=1&draw=a", "/a?draw=b&draw=a&w=1"],
    [
      "sorts by bytes of UTF-8, not by UTF-16",
      "/a?\u{1f600}=1&\uff5e=2",
      "/a?%EF%BD%9E=2&%F0%9F%98%80=1",
    ],
  ])("%s", (_, path, expected) => {
    expect(of(path)).toBe(expected);
  });

  it.each([
    ["the order of parameters", "/a?w=1&h=2", "/a?h=2&w=1"],
    ["the case of percent-encoding", "/%c3%a3?f=%2a", "/%C3%A3?f=%2A"],
    ["needless percent-encoding", "/%61.jpg?%77=%31", "/a.jpg?w=1"],
    ["plus or %20", "/a?download=b+c", "/a?download=b%20c"],
    ["an = without a value", "/a?v", "/a?v="],
    ["empty pieces", "/a?&w=1&&h=2&", "/a?w=1&h=2"],
    ["analytics", "/a?utm_source=x&w=1&gclid=y", "/a?w=1"],
    ["a bare question mark", "/a?", "/a"],
    ["the fragment", "/a?w=1#x", "/a?w=1"],
    ["dot segments that URL parsing resolves", "/b/../a", "/a"],
  ])("does not depend on %s", (_, one, other) => {
    expect(of(one)).toBe(of(other));
  });

  it.each([
    ["an encoded slash and a slash", "/a%2Fb", "/a/b"],
    ["a plus and a space in a path", "/a+b", "/a%20b"],
    ["an encoded plus and a plus in a query", "/a?v=b%2Bc", "/a?v=b+c"],
    ["an encoded & and an &", "/a?v=1%26w=2", "/a?v=1&w=2"],
    ["an encoded = in a name and an =", "/a?v%3D1=2", "/a?v=1=2"],
    ["an encoded ? and a ?", "/a%3Fw=1", "/a?w=1"],
    ["aliases", "/a?w=1", "/a?width=1"],
    ["a trailing slash", "/a", "/a/"],
    ["double encoding", "/%2541", "/%41"],
    ["composed and decomposed letters", "/e%cc%81", "/%c3%a9"],
    ["an empty value and none at all", "/a?v=", "/a"],
  ])("tells apart %s", (_, one, other) => {
    expect(of(one)).not.toBe(of(other));
  });

  const text = fc.string({ unit: "grapheme", maxLength: 8 });
  const name = text.filter((value) => value !== "" && value !== "sig" && value !== "draw");
  const request = fc.record({
    segments: fc.array(text, { minLength: 1, maxLength: 4 }),
    query: fc.uniqueArray(fc.tuple(name, text), { selector: (entry) => entry[0], maxLength: 6 }),
  });

  it("is ASCII, of unreserved characters and its own punctuation", () => {
    fc.assert(
      fc.property(request, (value) => {
        expect(message(value)).toMatch(
          /^(\/([A-Za-z0-9._~-]|%[0-9A-F]{2})*)+\?(([A-Za-z0-9._~-]|%[0-9A-F]{2})+=([A-Za-z0-9._~-]|%[0-9A-F]{2})*(&|$))*$/,
        );
      }),
    );
  });

  it("can be read back: no two requests share one", () => {
    fc.assert(
      fc.property(request, ({ segments, query }) => {
        const [path, search] = message({ segments, query }).split("?");
        const pairs = search === "" ? [] : search!.split("&");
        expect(path!.slice(1).split("/").map(decodeURIComponent)).toEqual(segments);
        const back = pairs.map((pair) => pair.split("=").map(decodeURIComponent));
        expect(back).toEqual(sortByBytes(query));
      }),
    );
  });

  it("is the same for every order of the query", () => {
    const shuffled = request.chain(({ segments, query }) =>
      fc.tuple(
        fc.constant({ segments, query }),
        fc.shuffledSubarray(query, { minLength: query.length, maxLength: query.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([value, query]) => {
        expect(message({ ...value, query })).toBe(message(value));
      }),
    );
  });
});

/** The oracle: the bytes themselves, compared by Node. */
function sortByBytes(query: readonly QueryEntry[]): QueryEntry[] {
  return [...query].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
