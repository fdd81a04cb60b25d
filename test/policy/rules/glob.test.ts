import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globCovers } from "../../../src/policy/rules/cover.ts";
import { GlobError, matchesGlob, parseGlob } from "../../../src/policy/rules/glob.ts";

const matches = (glob: string, path: string) => matchesGlob(parseGlob(glob), path);

/** The slow, obvious reading: every way a glob may begin, tried one after the other. */
function reference(glob: string, path: string, atSegment = true): boolean {
  if (glob === "") return path === "";
  if (atSegment && glob.startsWith("**/")) {
    const segments = [0, ...[...path].flatMap((char, at) => (char === "/" ? [at + 1] : []))];
    return segments.some((at) => reference(glob.slice(3), path.slice(at)));
  }
  const upTo = (end: number, rest: string) =>
    [...Array(end + 1).keys()].some((at) => reference(rest, path.slice(at), false));
  if (glob.startsWith("**")) return upTo(path.length, glob.slice(2));
  if (glob[0] === "*") {
    const slash = path.indexOf("/");
    return upTo(slash < 0 ? path.length : slash, glob.slice(1));
  }
  const same = glob[0] === path[0] || (glob[0] === "?" && path[0] !== "/");
  return path !== "" && same && reference(glob.slice(1), path.slice(1), glob[0] === "/");
}

const pieces = (...texts: string[]) =>
  fc.array(fc.constantFrom(...texts), { maxLength: 7 }).map((list) => list.join(""));
const globs = pieces("a", "b", "/", "*", "**", "?", "/**/", "a.b")
  .map((text) => `/${text}`.replace(/\*{3,}/g, "**"))
  .filter((text) => !text.endsWith("/"));
const paths = pieces("a", "b", "/", "a.b", "é").map((text) => `/${text}`);

describe("a glob", () => {
  it.each([
    ["/trips/*", "/trips/lisbon.jpg", true],
    ["/trips/*", "/trips/2026/lisbon.jpg", false],
    ["/trips/**", "/trips/2026/lisbon.jpg", true],
    ["/trips/**", "/tripsters/lisbon.jpg", false],
    ["/trips", "/trips/lisbon.jpg", false],
    ["**.jpg", "/trips/2026/lisbon.jpg", true],
    ["**.jpg", "/lisbon.jpg.png", false],
    ["/**/lisbon.jpg", "/lisbon.jpg", true],
    ["/**/lisbon.jpg", "/a/b/lisbon.jpg", true],
    ["/**/lisbon.jpg", "/a/not-lisbon.jpg", false],
    ["**/lisbon.jpg", "/a/lisbon.jpg", true],
    ["/a/**/b", "/a/b", true],
    ["/a/**/b", "/a/x/y/b", true],
    ["/a/**/b", "/ab", false],
    ["/?.jpg", "/a.jpg", true],
    ["/?.jpg", "/é.jpg", true],
    ["/?.jpg", "/🦊.jpg", true],
    ["/?.jpg", "/.jpg", false],
    ["/a?b", "/a/b", false],
    ["/A.jpg", "/a.jpg", false],
    ["/\\*.jpg", "/*.jpg", true],
    ["/\\*.jpg", "/a.jpg", false],
    ["/\\{a\\}", "/{a}", true],
    ["/https://img.example.com/**", "/https://img.example.com/x/y.jpg", true],
    [`/*${"b".repeat(40)}`, `/a${"b".repeat(40)}`, true],
    [`/*${"b".repeat(40)}`, `/a${"b".repeat(39)}`, false],
    [`/*${"b".repeat(27)}?`, `/🦊${"b".repeat(27)}🦊`, true],
    [`/${"a".repeat(100)}/*`, `/${"a".repeat(100)}/x`, true],
  ])("%s on %s: %s", (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected);
  });

  it.each([
    ["trips/*", "begins with /"],
    ["*.jpg", "such as **.jpg"],
    ["", "begins with /"],
    ["/a***", "no more stars"],
    ["/{a,b}.jpg", "no {"],
    ["/[a-z].jpg", "no ["],
    ["/trips/", "such as /trips/**"],
    ["/a\\", "after the last"],
    [`/${"a".repeat(300)}`, "at most 256"],
  ])("refuses %s, which may mean something else elsewhere", (glob, words) => {
    expect(() => parseGlob(glob)).toThrow(GlobError);
    expect(() => parseGlob(glob)).toThrow(words);
  });

  it("agrees with the obvious way to read it", () => {
    let positives = 0;
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        const expected = reference(glob, path);
        if (expected) positives++;
        const parsed = parseGlob(glob);
        expect(matchesGlob(parsed, path)).toBe(expected);
        // The way of globs that are too long for a set of bits.
        expect(matchesGlob({ ...parsed, bits: undefined }, path)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
    expect(positives).toBeGreaterThan(100);
  });

  it("takes no longer than its length times the path's, where backtracking would not end", () => {
    const glob = parseGlob(`/${"*a".repeat(100)}/${"**a".repeat(15)}b`);
    expect(matchesGlob(glob, `/${"a".repeat(8000)}`)).toBe(false);
    expect(matchesGlob(parseGlob(`${"**a".repeat(80)}b`), `/${"a".repeat(8000)}`)).toBe(false);
  });
});

describe("a glob that covers another", () => {
  it.each([
    ["/**", "/trips/*.jpg", true],
    ["/trips/**", "/trips/2026/*", true],
    ["/trips/**", "/**", false],
    ["/*", "/**", false],
    ["/trips/*", "/trips/??.jpg", true],
    ["/trips/??", "/trips/*", false],
    ["**.jpg", "/a/**/b.jpg", true],
    ["/**/a.jpg", "/a.jpg", true],
    ["/**/a.jpg", "/x/**/a.jpg", true],
    ["/a*", "/a", true],
    ["/a", "/a*", false],
    ["/a/**", "/a/**", true],
  ])("%s over %s: %s", (wide, narrow, expected) => {
    expect(globCovers(parseGlob(wide), parseGlob(narrow))).toBe(expected);
  });

  it("is never claimed of one that does not", () => {
    let covered = 0;
    fc.assert(
      fc.property(globs, globs, fc.array(paths, { minLength: 20, maxLength: 20 }), (a, b, some) => {
        const wide = parseGlob(a);
        const narrow = parseGlob(b);
        if (!globCovers(wide, narrow)) return;
        covered++;
        for (const path of some) {
          if (matchesGlob(narrow, path)) expect(matchesGlob(wide, path)).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
    expect(covered).toBeGreaterThan(100);
  });

  it("is told of every glob by itself and by /**", () => {
    fc.assert(
      fc.property(globs, (glob) => {
        expect(globCovers(parseGlob(glob), parseGlob(glob))).toBe(true);
        expect(globCovers(parseGlob("/**"), parseGlob(glob))).toBe(true);
      }),
    );
  });
});
