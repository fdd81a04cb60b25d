import { describe, expect, it } from "vitest";
import { canonical } from "../../src/params/canonical.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { pairsOf } from "./pairs.ts";
import { refusalOf } from "./refusal.ts";

const PLAIN = { gravity: "center", x: 0, y: 0, opacity: 1, repeat: "false", blend: "normal" };
const canonicalOf = (query: string) => canonical(resolve(parse(pairsOf(query))));

describe("draw", () => {
  it.each([
    ["logo.png", { key: "logo.png" }],
    ["/logo.png", { key: "logo.png" }],
    ["a/b%252Cc.png", { key: "a/b,c.png" }],
    ["100%2525.png", { key: "100%.png" }],
    ["https://x.example/a.png?b:c", { key: "https://x.example/a.png?b:c" }],
    ["a,gravity:top-left", { key: "a", gravity: "northwest" }],
    ["a,x:-12,y:8192", { key: "a", x: -12, y: 8192 }],
    ["a,width:1", { key: "a", width: { unit: "px", value: 1 } }],
    ["a,width:1.0", { key: "a", width: { unit: "fraction", value: 1 } }],
    ["a,width:0.250", { key: "a", width: { unit: "fraction", value: 0.25 } }],
    ["a,opacity:0.6,repeat:x", { key: "a", opacity: 0.6, repeat: "x" }],
    ["a,blend:softlight", { key: "a", blend: "soft-light" }],
  ])("reads %s", (text, wishes) => {
    expect(parse(pairsOf(`draw=${text}`)).draw).toEqual([{ ...PLAIN, ...wishes }]);
  });

  it.each([
    ["", "before the first comma", ""],
    ["/", "before the first comma", "/"],
    ["//a", "before the first comma", "//a"],
    [",x:1", "before the first comma", ""],
    ["50%25.png", "a percent sign as %25", "50%.png"],
    [`${"a".repeat(1025)}`, "of 1 to 1024 characters", "a".repeat(1025)],
    ["a,b.png", "a comma in the key as %2C", "b.png"],
    ["a,", "name:value after each comma", ""],
    ["a,size:3", "name:value after each comma", "size:3"],
    ["a,toString:3", "name:value after each comma", "toString:3"],
    ["a,x:1,x:1", "at most once", "x:1"],
    ["a,x:1.5", "x to be a whole number of pixels", "x:1.5"],
    ["a,y:8193", "from -8192 to 8192", "y:8193"],
    ["a,width:0", "width to be a whole number of pixels from 1", "width:0"],
    ["a,width:0.0", "above 0", "width:0.0"],
    ["a,width:1.1", "at most 1.0", "width:1.1"],
    ["a,width:50%25", "width to be", "width:50%"],
    ["a,opacity:2", "opacity to be a number from 0 to 1", "opacity:2"],
    ["a,gravity:0.5x0.5", "gravity to be one of center, north", "gravity:0.5x0.5"],
    ["a,repeat:z", "repeat to be one of false, true, x, y", "repeat:z"],
    ["a,blend:colour", "blend to be one of normal, multiply", "blend:colour"],
  ])("refuses %s and says what it expected", (text, expected, received) => {
    const error = refusalOf(() => parse(pairsOf(`draw=b&draw=${text}`)));
    expect(error.code).toBe("bad_parameter");
    expect(error.info).toMatchObject({ param: "draw", received });
    expect(error.info.expected).toContain(expected);
    expect(error.info.detail).toContain("`draw` number 2");
  });

  it("keeps the order of the URL, and four at most", () => {
    const draws = (keys: readonly string[]) => keys.map((key) => `draw=${key}`).join("&");
    const four = ["d", "a", "c", "a"];
    expect(parse(pairsOf(draws(four))).draw?.map(({ key }) => key)).toEqual(four);
    const error = refusalOf(() => parse(pairsOf(draws([...four, "e"]))));
    expect(error.code).toBe("repeated_parameter");
    expect(error.info).toMatchObject({ param: "draw", expected: "`draw` at most 4 times" });
  });

  it.each([
    ["draw=/a", "draw=a"],
    ["draw=a,repeat:false,opacity:1.0,blend:normal,x:0,y:-0,gravity:centre", "draw=a"],
    ["draw=a,opacity:0.50,x:3,width:0.20", "draw=a,x:3,width:0.2,opacity:0.5"],
    ["draw=a,opacity:0", ""],
    ["draw=a,opacity:0&draw=b", "draw=b"],
    ["dpr=2&draw=a,x:3,y:-5,width:7", "draw=a,x:6,y:-10,width:14"],
    ["dpr=0.5&draw=a,x:1,y:-1,width:1", "draw=a,x:1,y:-1,width:1"],
    ["dpr=2&draw=a,width:0.5", "draw=a,width:0.5"],
    ["draw=a%252Cb%2525", "draw=a%252Cb%2525"],
  ])("%s means %s", (query, meaning) => {
    expect(canonicalOf(query)).toBe(meaning);
  });

  it("is another meaning in another order", () => {
    expect(canonicalOf("draw=a&draw=b")).not.toBe(canonicalOf("draw=b&draw=a"));
  });

  it.each(["x:5000", "y:-5000", "width:5000"])("has no %s after dpr=2", (option) => {
    const error = refusalOf(() => resolve(parse(pairsOf(`dpr=2&draw=a,${option}`))));
    expect(error.info).toMatchObject({ param: "draw", expected: "at most 8192 px after `dpr`" });
  });

  it("of a preset gives way to explicit ones as a whole", () => {
    const presets = { marked: parse(pairsOf("draw=a&draw=b")) };
    const keys = (query: string) =>
      resolve(parse(pairsOf(query)), presets).draw?.map(({ key }) => key);
    expect(keys("preset=marked")).toEqual(["a", "b"]);
    expect(keys("preset=marked&draw=c")).toEqual(["c"]);
  });
});
