import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/config-error.ts";
import { inWords, secondsOf } from "../../../src/policy/rules/duration.ts";
import { examineRules, readRules } from "../../../src/policy/rules/read.ts";
import { BUILT_IN_RULE } from "../../../src/policy/rules.ts";

const context = { file: "pictor.config.ts", mounts: ["/", "/blog/"], presets: ["card"] };

function complaint(...definitions: unknown[]): ConfigError {
  try {
    readRules(definitions, context);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error("accepted");
}

describe("rules that are read", () => {
  it("take what they do not say from the built-in rule", () => {
    const [first] = readRules([{ name: "a", browserTtl: "5m", edgeTtl: 90 }], context);
    expect(first!.rule).toEqual({ ...BUILT_IN_RULE, name: "a", browserTtl: 300, edgeTtl: 90 });
  });

  it("read every field", () => {
    const everything = {
      name: "all.of-it_1",
      match: {
        path: ["/trips/**", "**.png"],
        mount: ["/blog/", "remote"],
        format: "avif",
        preset: ["card"],
        status: [200, "404", "5xx"],
      },
      browserTtl: 0,
      edgeTtl: "365d",
      staleWhileRevalidate: "90s",
      staleIfError: "2h",
      negativeTtl: { "404": "5m", "5xx": 3 },
      originCacheControl: { min: "1m", max: "1d" },
      immutable: false,
      tags: ["a:b/c", "d"],
      vary: ["X-Country"],
      widths: { ladder: [1, 640, 8192], mode: "snap" },
      formats: ["avif", "json"],
      saveData: { quality: 40 },
      gamut: "keep",
      sign: true,
    };
    const [first] = readRules([everything], context);
    expect(first!.rule).toEqual({
      name: "all.of-it_1",
      browserTtl: 0,
      edgeTtl: 365 * 86_400,
      staleWhileRevalidate: 90,
      staleIfError: 7200,
      negativeTtl: { "404": 300, "4xx": 10, "5xx": 3 },
      origin: { obey: true, min: 60, max: 86_400 },
      immutable: false,
      tags: ["a:b/c", "d"],
      vary: ["X-Country"],
      widths: { ladder: [1, 640, 8192], mode: "snap" },
      saveData: { quality: 40, overrides: true },
      formats: ["avif", "json"],
      gamut: "keep",
      sign: true,
    });
    expect(first!.match).toMatchObject({ status: ["200", "404", "5xx"], format: ["avif"] });
  });

  it("are frozen throughout", () => {
    const rules = readRules([{ name: "a", match: { path: "/a" }, tags: ["x"] }], context);
    const [first] = rules;
    const parts = [rules, first, first!.rule, first!.match, first!.match.path, first!.rule.tags];
    expect(parts.map(Object.isFrozen)).toEqual(parts.map(() => true));
  });

  it("let a class that is said stand for the built-in rule's single statuses in it", () => {
    const [first] = readRules([{ name: "a", negativeTtl: { "4xx": 30 } }], context);
    expect(first!.rule.negativeTtl).toEqual({ "4xx": 30, "5xx": 0 });
  });

  it("take fields that are undefined for absent ones", () => {
    expect(readRules([{ name: "a", match: undefined, tags: undefined }], context)).toHaveLength(1);
  });
});

const r = (fields: object) => ({ name: "a", ...fields });

describe("a mistake in a rule", () => {
  it.each([
    [r({ browserTTL: 1 }), "[0].browserTTL", "Did you mean `browserTtl`?"],
    [r({ match: { paths: "/a" } }), "[0].match.paths", "one of path, mount, format, preset"],
    [{}, "[0].name", "expected a name of up to 64 letters"],
    [{ name: "built-in" }, "[0].name", "other than built-in"],
    [{ name: "a b" }, "[0].name", 'received "a b"'],
    ["a", "[0]", 'expected an object, received "a"'],
    [null, "[0]", "received null"],
    [r({ saveData: "on" }), "[0].saveData", "expected true, false, or { quality }"],
    [r({ saveData: {} }), "[0].saveData.quality", "a whole number from 1 to 100"],
    [r({ saveData: { quality: 0 } }), "[0].saveData.quality", "a whole number from 1 to 100"],
    [r({ saveData: { dpr: 1 } }), "[0].saveData.dpr", "expected one of quality"],
    [r({ match: [] }), "[0].match", "expected an object, received []"],
    [r({ match: { path: "*.jpg" } }), "[0].match.path", "such as **.jpg"],
    [r({ match: { path: ["/a", "/{b}"] } }), "[0].match.path[1]", "no {"],
    [r({ match: { path: [] } }), "[0].match.path", "a list of 1 to 50 entries"],
    [r({ match: { path: 7 } }), "[0].match.path", "a glob as text, received 7"],
    [r({ match: { mount: "/x/" } }), "[0].match.mount", "one of /, /blog/, remote"],
    [r({ match: { preset: ["card", "cart"] } }), "[0].match.preset[1]", 'received "cart"'],
    [r({ match: { format: "jpg" } }), "[0].match.format", "one of avif, webp, jpeg"],
    [r({ match: { format: "auto" } }), "[0].match.format", "base, own"],
    [r({ match: { status: 206 } }), "[0].match.status", "200 (also for 206 and 304)"],
    [r({ match: { status: 418 } }), "[0].match.status", "received 418"],
    [r({ match: { status: ["4XX"] } }), "[0].match.status[0]", 'received "4XX"'],
    [r({ match: { status: [404, "404"] } }), "[0].match.status[1]", "each entry once"],
    [r({ browserTtl: -1 }), "[0].browserTtl", "such as 90s, 5m, 1h or 30d, received -1"],
    [r({ browserTtl: 1.5 }), "[0].browserTtl", "whole seconds"],
    [r({ edgeTtl: "1 h" }), "[0].edgeTtl", 'received "1 h"'],
    [r({ edgeTtl: "2w" }), "[0].edgeTtl", 'received "2w"'],
    [r({ edgeTtl: "366d" }), "[0].edgeTtl", "at most 365d"],
    [r({ edgeTtl: Number.NaN }), "[0].edgeTtl", "whole seconds"],
    [r({ staleIfError: true }), "[0].staleIfError", "received true"],
    [r({ negativeTtl: { "404": "31d" } }), "[0].negativeTtl.404", "at most 30d"],
    [r({ negativeTtl: { "200": 1 } }), "[0].negativeTtl.200", "no such field"],
    [r({ negativeTtl: { "416": 1 } }), "[0].negativeTtl.416", "is always no-store"],
    [r({ negativeTtl: [1] }), "[0].negativeTtl", "an object"],
    [r({ originCacheControl: "yes" }), "[0].originCacheControl", "ignore, obey, or"],
    [r({ originCacheControl: null }), "[0].originCacheControl", "received null"],
    [r({ originCacheControl: { min: 9, max: 5 } }), "[0].originCacheControl.min", "`max`"],
    [r({ immutable: "yes" }), "[0].immutable", "true or false"],
    [r({ immutable: true, browserTtl: 0 }), "[0].immutable", "contradicts browserTtl 0"],
    [r({ tags: ["a b"] }), "[0].tags[0]", "without space"],
    [r({ tags: ["a,b"] }), "[0].tags[0]", "comma"],
    [r({ tags: ["source:/a"] }), "[0].tags[0]", "not source:"],
    [r({ tags: ["x", "x"] }), "[0].tags[1]", "each entry once"],
    [r({ tags: Array.from({ length: 17 }, (_, i) => `t${i}`) }), "[0].tags", "0 to 16"],
    [r({ vary: ["*"] }), "[0].vary[0]", "Vary: * would forbid"],
    [r({ vary: ["A:b"] }), "[0].vary[0]", "name of a request header"],
    [r({ vary: ["DPR", "dpr"] }), "[0].vary[1]", "each header once"],
    [r({ widths: { ladder: [], mode: "snap" } }), "[0].widths.ladder", "1 to 64 entries"],
    [r({ widths: { ladder: [2, 1], mode: "snap" } }), "[0].widths.ladder[1]", "more than 2"],
    [r({ widths: { ladder: [0], mode: "snap" } }), "[0].widths.ladder[0]", "from 1 to 8192"],
    [r({ widths: { ladder: [9000], mode: "snap" } }), "[0].widths.ladder[0]", "received 9000"],
    [r({ widths: { ladder: [1] } }), "[0].widths.mode", "one of snap, refuse"],
    [r({ widths: [1] }), "[0].widths", "an object"],
    [r({ gamut: "wide" }), "[0].gamut", "one of srgb, keep"],
    [r({ formats: [] }), "[0].formats", "a list of 1 to 50 entries"],
    [
      r({ formats: ["auto"] }),
      "[0].formats[0]",
      "one of avif, webp, jpeg, png, gif, jxl, svg, json, blurhash, thumbhash, lqip",
    ],
    [r({ sign: 1 }), "[0].sign", "true or false, received 1"],
    [r({ match: { status: 404 }, edgeTtl: 5 }), "[0].edgeTtl", "has no effect"],
    [
      r({ match: { status: "4xx" }, widths: { ladder: [1], mode: "snap" } }),
      "[0].widths",
      "names errors only",
    ],
    [r({ match: { status: 200 }, negativeTtl: { "404": 5 } }), "[0].negativeTtl", "names no error"],
  ])("tells the place and the words: %j", (definition, place, words) => {
    const error = complaint(definition);
    expect(error.place).toBe(`pictor.config.ts: rules${place}`);
    expect(error.problem).toContain(words);
    expect(error.message).toBe(`${error.place}: ${error.problem}`);
  });

  it("is also a name that was there before", () => {
    const error = complaint({ name: "x" }, { name: "y" }, { name: "x" });
    expect(error.message).toBe(
      'pictor.config.ts: rules[2].name: expected a name that rules[0] does not have, received "x"',
    );
  });

  it("is also too many rules, or no list of them", () => {
    const many = Array.from({ length: 201 }, (_, at) => ({ name: `r${at}` }));
    expect(complaint(...many).message).toContain("rules: expected at most 200 rules");
    expect(() => readRules({ name: "a" }, context)).toThrow(
      "pictor.config.ts: rules: expected a list",
    );
  });

  it("does not hide those in other rules", () => {
    const { mistakes, rules } = examineRules(
      [{ name: "a", sign: 1 }, { name: "b" }, { name: "c", tags: 5 }],
      context,
    );
    expect(mistakes.map(({ place }) => place)).toEqual([
      "pictor.config.ts: rules[0].sign",
      "pictor.config.ts: rules[2].tags",
    ]);
    expect(rules.map(({ rule }) => rule.name)).toEqual(["b"]);
  });

  it("shows no more of a long value than tells it", () => {
    expect(complaint({ name: "x".repeat(5000) }).message.length).toBeLessThan(300);
  });
});

describe("durations", () => {
  it.each([
    [0, 0, "0 s"],
    ["90s", 90, "1 min 30 s"],
    ["5m", 300, "5 min"],
    ["1h", 3600, "1 h"],
    ["30d", 2_592_000, "30 d"],
    [90_061, 90_061, "1 d 1 h"],
    ["25h", 90_000, "1 d 1 h"],
  ])("%s is %d seconds, in words %s", (written, seconds, words) => {
    expect(secondsOf(written)).toBe(seconds);
    expect(inWords(seconds)).toBe(words);
  });
});
