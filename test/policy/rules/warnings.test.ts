import { describe, expect, it } from "vitest";
import definition from "../../../pictor.config.ts";
import { readRules } from "../../../src/policy/rules/read.ts";
import { warningsFor } from "../../../src/policy/rules/warnings.ts";

const context = { file: "f", mounts: ["/"], presets: ["card", "thumbnail", "hero"] };
const surroundings = { canSign: false, maxAvifPixels: 2_000_000 };

const warn = (...definitions: object[]) =>
  warningsFor(readRules(definitions, context), surroundings).map(
    ({ place, text }) => `${place.replace("f: rules", "")}: ${text}`,
  );

describe("warnings of promises that cannot be kept", () => {
  it.each([
    [
      { tags: ["x"], browserTtl: "30d", edgeTtl: "60d" },
      "[0].tags: promise a purge, but browsers show",
    ],
    [{ tags: ["x"], browserTtl: "5m" }, "for up to 1 d 5 min"],
    [
      { tags: ["x"], browserTtl: "5m", staleWhileRevalidate: 0, immutable: true },
      "[0].tags: promise a purge",
    ],
    [{ browserTtl: "2d" }, "[0].browserTtl: no purge and no change of this rule reaches"],
    [{ browserTtl: "2h", edgeTtl: "1h" }, "[0].browserTtl: is longer than edgeTtl"],
    [{ browserTtl: "90d", immutable: true }, "is longer than edgeTtl"],
    [{ originCacheControl: "obey" }, "[0].originCacheControl: has no `max`"],
    [{ originCacheControl: { min: "1m", max: "1d" } }, "[0].originCacheControl.min: also keeps"],
    [{ originCacheControl: { max: "1d" }, staleWhileRevalidate: "1m" }, "sends s-maxage"],
    [
      { originCacheControl: { max: "1d" }, staleIfError: "1m" },
      "[0].staleIfError: an origin that is obeyed",
    ],
    [{ edgeTtl: 0, browserTtl: 0, staleWhileRevalidate: "1m" }, "every answer is stale at once"],
    [
      { widths: { ladder: [100, 2000], mode: "snap" } },
      "[0].widths.ladder: 2000 px is above the limit",
    ],
    [{ sign: true }, "[0].sign: there is no key here (RESPONSE_SIGNING_KEYS)"],
    [{ negativeTtl: { "404": "2h" } }, "[0].negativeTtl.404: what is repaired or uploaded"],
    [{ negativeTtl: { "5xx": "5m" } }, "[0].negativeTtl.5xx: a short failure of the origin"],
    [{ vary: ["X-Region", "cookie"] }, "[0].vary[1]: nearly every reader sends another cookie"],
    [
      { match: { path: "/s%C3%A3o/*" } },
      '[0].match.path[0]: globs are compared with decoded paths: write "/são/*"',
    ],
  ])("%j", (fields, words) => {
    expect(warn({ name: "a", ...fields }).join("\n")).toContain(words);
  });

  it.each([
    [{}],
    [{ tags: ["x"], browserTtl: "5m", staleWhileRevalidate: "10m" }],
    [{ browserTtl: "365d", edgeTtl: "365d", immutable: true }],
    [{ originCacheControl: { max: "1d" } }],
    [{ originCacheControl: { max: "1d" }, browserTtl: "1d", edgeTtl: "1h" }],
    [{ originCacheControl: { max: "1d" }, staleIfError: 0 }],
    [{ widths: { ladder: [320, 1414], mode: "refuse" } }],
    [{ negativeTtl: { "404": "5m" } }],
    [{ vary: ["X-Region"] }],
  ])("there are none for %j", (fields) => {
    expect(warn({ name: "a", ...fields })).toEqual([]);
  });

  it("there are none for what the project ships", () => {
    expect(warn(...(definition.rules ?? []))).toEqual([]);
  });

  it("a key makes the one for signatures go away", () => {
    const rules = readRules([{ name: "a", sign: true }], context);
    expect(warningsFor(rules, { ...surroundings, canSign: true })).toEqual([]);
  });
});

describe("rules that are never reached", () => {
  const reach = (first: object, second: object) =>
    warn({ name: "first", match: first }, { name: "second", match: second }).length === 0;

  it.each([
    [{}, { path: "/a/**" }, false],
    [{ path: "/a/**" }, { path: "/a/b/*.jpg" }, false],
    [{ path: "/a/**" }, { path: ["/a/x", "/a/y/*"] }, false],
    [{ path: ["/a/**", "/b/**"] }, { path: ["/b/x", "/a/y"] }, false],
    [{ path: "/a/**" }, { path: ["/a/x", "/b/*"] }, true],
    [{ path: "/a/**" }, {}, true],
    [{ preset: ["card", "hero"] }, { preset: "card", path: "/x" }, false],
    [{ preset: "card" }, { preset: ["card", "hero"] }, true],
    [{ format: "avif" }, { format: "avif", preset: "card" }, false],
    [{ format: "avif" }, { preset: "card" }, true],
    [{ status: "4xx" }, { status: [404, 410] }, false],
    [{ status: [404, 410] }, { status: "4xx" }, true],
    [{ status: 200 }, {}, true],
    [{}, { status: 404 }, false],
    [{ status: "2xx" }, { status: 200 }, false],
  ])("%j before %j is reachable: %s", (first, second, expected) => {
    expect(reach(first, second)).toBe(expected);
  });

  it("are named with the rule that takes all", () => {
    const [warning] = warn({ name: "wide" }, { name: "narrow", match: { path: "/a" } });
    expect(warning).toBe("[1]: is never reached: wide takes all that it matches");
  });
});
