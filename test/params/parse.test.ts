import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { parse } from "../../src/params/parse.ts";
import { pairsOf } from "./pairs.ts";

function refusal(query: string): PictorError {
  try {
    parse(pairsOf(query));
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error(`accepted: ${query}`);
}

describe("parse", () => {
  it("folds aliases and synonyms", () => {
    expect(parse(pairsOf("w=800&h=450&g=top&f=jpg&q=high&rot=90&rect=0,0,10,10"))).toEqual({
      width: 800,
      height: 450,
      gravity: "north",
      format: "jpeg",
      quality: 90,
      rotate: "90",
      crop: { unit: "px", x: 0, y: 0, width: 10, height: 10 },
    });
    expect(parse(pairsOf("fm=webp&p=card&fit=inside")).fit).toBe("contain");
  });

  it.each([
    ["fit=clip", "contain"],
    ["fit=bounds", "contain"],
    ["fit=max", "scale-down"],
    ["fit=fill", "squeeze"],
  ])("reads %s as %s", (query, fit) => {
    expect(parse(pairsOf(query)).fit).toBe(fit);
  });

  it.each([
    ["ar=16:9", { width: 16, height: 9 }],
    ["ar=1.5", { width: 3, height: 2 }],
    ["ar=6:4", { width: 3, height: 2 }],
    ["ar=1.91:1", { width: 191, height: 100 }],
  ])("reads %s in lowest terms", (query, ratio) => {
    expect(parse(pairsOf(query)).ar).toEqual(ratio);
  });

  it("takes all four of a crop as fractions when one has a point", () => {
    expect(parse(pairsOf("crop=0,0,1,0.5")).crop).toEqual({
      unit: "fraction",
      x: 0,
      y: 0,
      width: 1,
      height: 0.5,
    });
    expect(parse(pairsOf("crop=0,0,1,1")).crop?.unit).toBe("px");
  });

  it.each([
    ["background=white", { r: 255, g: 255, b: 255, a: 255 }],
    ["background=f80", { r: 255, g: 136, b: 0, a: 255 }],
    ["background=%23ff880080", { r: 255, g: 136, b: 0, a: 128 }],
    ["background=rgb(240,40,145)", { r: 240, g: 40, b: 145, a: 255 }],
    ["background=hsl(120 100% 25%)".replaceAll("%", "%25"), { r: 0, g: 128, b: 0, a: 255 }],
    ["background=transparent", { r: 0, g: 0, b: 0, a: 0 }],
  ])("reads %s as a CSS colour", (query, colour) => {
    expect(parse(pairsOf(query)).background).toEqual(colour);
  });

  it.each([
    ["width=0", "width", "a whole number from 1 to 8192, or auto"],
    ["w=8193", "width", "a whole number from 1 to 8192, or auto"],
    ["w=12.5", "width", "a whole number from 1 to 8192, or auto"],
    ["w=-1", "width", "a whole number from 1 to 8192, or auto"],
    ["w=1e3", "width", "a whole number from 1 to 8192, or auto"],
    ["w=", "width", "a whole number from 1 to 8192, or auto"],
    ["w=０", "width", "a whole number from 1 to 8192, or auto"],
    ["dpr=6", "dpr", "a number from 0.5 to 5, or auto"],
    ["dpr=.5", "dpr", "a number from 0.5 to 5, or auto"],
    ["blur=NaN", "blur", "a number from 0 to 250"],
    [
      "quality=101",
      "quality",
      "a whole number from 1 to 100, or high, medium-high, medium-low, low",
    ],
    ["rotate=45", "rotate", "one of 0, 90, 180, 270"],
    ["flip=x", "flip", "one of h, v, hv"],
    ["lossless=yes", "lossless", "true or false"],
    [
      "fit=constructor",
      "fit",
      "one of scale-down, contain, cover, crop, aspect-crop, pad, squeeze",
    ],
  ])("refuses %s and says what it expected", (query, param, expected) => {
    const error = refusal(query);
    expect(error.code).toBe("bad_parameter");
    expect(error.info).toMatchObject({ param, expected, received: pairsOf(query)[0]![1] });
  });

  it.each([
    "gravity=1.2x0.5",
    "gravity=0.5",
    "gravity=0.5x0.5x0.5",
    "crop=0,0,0,5",
    "crop=0.5,0,0.6,1",
    "crop=1,2,3",
    "crop=1,2,3,4,5",
    "pad=1,2",
    "pad=-1",
    "ar=0:1",
    "ar=1:0",
    "ar=1:2:3",
    "ar=1000:1",
    "background=nocolour",
    "background=url(x)",
    "download=a%2Fb.jpg",
    "download=a%0d%0ab",
    "kid=a%20b",
    "sig=short",
    "preset=a.b",
    "metadata=all",
    "format=tiff",
    "chroma=422",
  ])("refuses %s", (query) => {
    expect(refusal(query).code).toBe("bad_parameter");
  });

  it.each([
    ["widht=100", "width"],
    ["qualtiy=80", "quality"],
    ["Width=100", "width"],
  ])("asks about a misspelt name: %s", (query, name) => {
    const error = refusal(query);
    expect(error.code).toBe("unknown_parameter");
    expect(error.info.fix).toContain(`\`${name}\``);
  });

  it.each(["constructor=1", "__proto__=1", "toString=1", "drawn=x", "allow=x"])(
    "does not know %s",
    (query) => {
      expect(refusal(query).code).toBe("unknown_parameter");
    },
  );

  it("refuses a parameter that is repeated under another name", () => {
    const error = refusal("width=100&w=200");
    expect(error.code).toBe("repeated_parameter");
    expect(error.info).toMatchObject({ param: "width", received: "`w`, which is `width`" });
  });
});
