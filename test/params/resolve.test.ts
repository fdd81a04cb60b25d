import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { canonical } from "../../src/params/canonical.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { PARAM_NAMES } from "../../src/params/table.ts";
import { wishes } from "./arbitrary.ts";
import { pairsOf } from "./pairs.ts";

const canonicalOf = (query: string, presets = {}) =>
  canonical(resolve(parse(pairsOf(query)), presets));

describe("spellings of one meaning have one canonical form", () => {
  it.each([
    ["w=800&h=450", "h=450&w=800", "width=800&height=450"],
    ["w=400&dpr=2", "w=800", "width=800"],
    ["w=100&pad=10&dpr=2", "w=200&pad=20,20,20,20", "width=200&pad=20"],
    ["w=800&quality=80", "w=800&q=80&fit=max", "width=800"],
    ["w=800&quality=high", "w=800&q=90", "width=800&quality=90"],
    ["w=800&ar=16:9", "w=800&h=450", "width=800&height=450"],
    ["h=450&ar=16:9", "w=800&h=450", "width=800&height=450"],
    ["w=10&h=10&enlarge=true", "w=10&h=10&fit=contain", "width=10&height=10&fit=contain"],
    ["w=10&h=10&fit=cover&enlarge=false", "w=10&h=10&fit=crop", "width=10&height=10&fit=crop"],
    ["w=10&fit=cover", "w=10&fit=inside", "width=10&fit=contain"],
    ["w=10&fit=aspect-crop&g=north", "w=10", "width=10"],
    ["w=10&fit=pad&enlarge=false", "w=10", "width=10"],
    ["fit=cover&gravity=north", "", ""],
    ["w=10&h=10&gravity=north", "w=10&h=10", "width=10&height=10"],
    ["w=10&h=10&fit=cover&g=0.5x0.5", "w=10&h=10&fit=cover", "width=10&height=10&fit=cover"],
    ["trim=1;2;3;4&dpr=2&trim-color=red", "trim=1,2,3,4", "trim=1,2,3,4"],
    ["trim=0;0;0;0&trim-tolerance=3", "trim-color=red&trim-tolerance=9", ""],
    ["trim=border&trim-tolerance=10", "trim=border", "trim=border"],
    [
      "w=9&h=9&fit=cover&g=face",
      "w=9&h=9&fit=cover&g=auto&zoom=1",
      "width=9&height=9&fit=cover&gravity=auto",
    ],
    ["w=9&h=9&fit=pad&g=face&zoom=1", "w=9&h=9&fit=pad", "width=9&height=9&fit=pad"],
    ["w=9&g=face&zoom=1", "w=9", "width=9"],
    ["flip=hv", "rotate=180", "rotate=180"],
    ["flip=v", "flip=h&rotate=180", "rotate=180&flip=h"],
    ["flip=hv&rotate=180", "brightness=1", ""],
    ["format=baseline-jpeg", "f=jpg&progressive=false", "format=jpeg&progressive=false"],
    ["background=red", "background=%23f00", "background=ff0000"],
    ["v=", "", ""],
    ["brightness=1.0&contrast=1&gamma=1.00&blur=0", "", ""],
    ["download=a.jpg&explain=0&exp=1&kid=k", "", ""],
  ])("%s and %s", (one, other, expected) => {
    expect(canonicalOf(one)).toBe(expected);
    expect(canonicalOf(other)).toBe(expected);
  });

  it("keeps what has a meaning of its own", () => {
    expect(canonicalOf("ar=16:9&fit=cover&g=north")).toBe("fit=cover&ar=16:9&gravity=north");
    expect(canonicalOf("w=10&h=10&fit=pad&enlarge=false")).toBe(
      "width=10&height=10&fit=pad&enlarge=false",
    );
    expect(canonicalOf("v=3")).toBe("v=3");
  });
});

describe("presets", () => {
  const presets = { card: parse(pairsOf("w=400&h=300&fit=cover&q=70")) };

  it("expand to their parameters, and explicit ones win", () => {
    expect(canonicalOf("preset=card", presets)).toBe("width=400&height=300&fit=cover&quality=70");
    expect(canonicalOf("p=card&w=200", presets)).toBe("width=200&height=300&fit=cover&quality=70");
    expect(canonicalOf("p=card&q=80", presets)).toBe("width=400&height=300&fit=cover");
  });

  it.each([
    ["ar=4:3&w=400", "h=300", "width=400&height=300"],
    ["ar=4:3&w=400", "w=100&h=100", "width=100&height=100"],
    ["w=400&h=300", "ar=1:1", "width=400&height=400"],
    ["w=400&h=300", "ar=1:1&h=50", "width=50&height=50"],
    ["lossless=true&w=9", "format=jpeg", "width=9&format=jpeg"],
    ["format=jpeg&w=9", "lossless=true", "width=9&lossless=true"],
    ["progressive=true", "format=baseline-jpeg", "format=jpeg&progressive=false"],
  ])("%s gives way to an explicit %s", (preset, explicit, expected) => {
    expect(canonicalOf(`p=x&${explicit}`, { x: parse(pairsOf(preset)) })).toBe(expected);
  });

  it.each(["preset=nothing", "preset=constructor", "preset=__proto__"])("refuse %s", (query) => {
    expect(() => canonicalOf(query, presets)).toThrow(PictorError);
  });
});

describe("contradictions", () => {
  it.each([
    ["w=1&h=1&ar=1:1", "conflicting_parameters", "ar, height, width"],
    ["format=baseline-jpeg&progressive=true", "conflicting_parameters", "progressive, format"],
    ["format=jpeg&lossless=true", "conflicting_parameters", "lossless, format"],
    ["w=5000&dpr=2", "bad_parameter", "width"],
    ["pad=5000&dpr=2", "bad_parameter", "pad"],
    ["w=8000&ar=1:2", "bad_parameter", "ar"],
  ])("%s is %s", (query, code, param) => {
    try {
      canonicalOf(query);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PictorError);
      expect((error as PictorError).code).toBe(code);
      expect((error as PictorError).info.param).toBe(param);
    }
  });
});

const TRANSFORM_NAMES = PARAM_NAMES.filter(
  (name) => !["preset", "exp", "kid", "sig"].includes(name),
);

it("a canonical form is its own canonical form", () => {
  fc.assert(
    fc.property(wishes(TRANSFORM_NAMES), (wished) => {
      let text: string;
      try {
        text = canonical(resolve(wished));
      } catch (error) {
        expect(error).toBeInstanceOf(PictorError);
        return;
      }
      expect(canonicalOf(text)).toBe(text);
      expect(resolve(parse(pairsOf(text)))).toEqual(resolve(wished));
    }),
    { numRuns: 500 },
  );
});
