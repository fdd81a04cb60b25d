import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { chunk, exif, icc, iccp, join, png, u32, zeros } from "./bytes.ts";
import { factsOf, feed, refusalOf } from "./expect.ts";

describe("a PNG", () => {
  it("says what its IHDR says", () => {
    expect(factsOf(png({ width: 300, height: 200 }))).toEqual({
      format: "png",
      width: 300,
      height: 200,
      orientation: 1,
      frames: 1,
      animated: false,
      alpha: false,
      bitDepth: 8,
      colour: "rgb",
      progressive: false,
    });
  });

  it.each([
    [0, 16, "gray", false],
    [2, 16, "rgb", false],
    [3, 2, "palette", false],
    [4, 8, "gray", true],
    [6, 16, "rgb", true],
  ])("of type %i with %i bits is %s, alpha %s", (type, depth, colour, alpha) => {
    expect(factsOf(png({ type, depth }))).toMatchObject({ colour, alpha, bitDepth: depth });
  });

  it("has alpha with tRNS, and is interlaced with Adam7", () => {
    const facts = factsOf(
      png({ type: 3, interlace: 1 }, chunk("PLTE", zeros(3)), chunk("tRNS", 0)),
    );
    expect(facts).toMatchObject({ alpha: true, progressive: true });
  });

  it("is oriented by eXIf, also with a stray Exif header", () => {
    expect(factsOf(png({}, chunk("eXIf", exif(6)))).orientation).toBe(6);
    expect(factsOf(png({}, chunk("eXIf", "Exif\0\0", exif(8)))).orientation).toBe(8);
    expect(factsOf(png({}, chunk("eXIf", exif(11)))).orientation).toBe(1);
  });

  it("is animated with acTL; a still with one frame", () => {
    expect(factsOf(png({}, chunk("acTL", u32(3), u32(0)), zeros(200)))).toMatchObject({
      frames: 3,
    });
    expect(factsOf(png({}, chunk("acTL", u32(1), u32(0))))).toMatchObject({
      frames: 1,
      animated: false,
    });
  });

  it("is not believed to have more frames than a file can hold", () => {
    const file = png({}, chunk("acTL", u32(0x7fffffff), u32(0)));
    expect(factsOf(file).frames).toBeLessThan(file.length);
    expect(feed(join(file.subarray(0, file.length - 12), zeros(90_000))).facts.frames).toBe(65_535);
  });

  it.each([
    ["cICP before iCCP", [chunk("cICP", 12, 13, 0, 1), iccp(icc())], "display-p3"],
    ["iCCP before sRGB", [chunk("sRGB", 0), iccp(icc({ space: "GRAY" }))], "gray"],
    ["sRGB", [chunk("sRGB", 0)], "srgb"],
    ["PQ in cICP", [chunk("cICP", 1, 16, 0, 1)], "unknown"],
    ["gAMA and cHRM alone", [chunk("gAMA", u32(45455)), chunk("cHRM", zeros(32))], undefined],
    ["iCCP that is no zlib", [chunk("iCCP", "x\0\0nonsense")], undefined],
    ["an iCCP of no profile", [iccp(zeros(500))], undefined],
  ])("takes its profile from %s", (_, chunks, profile) => {
    expect(factsOf(png({}, ...chunks)).profile).toBe(profile);
  });

  it("inflates a profile no further than it looks", () => {
    const bomb = join(icc({ name: "Bomb" }), zeros(30_000_000));
    const facts = { profile: "srgb", profileName: "Bomb" };
    expect(factsOf(png({}, iccp(bomb)))).toMatchObject(facts);
    // A thirtieth of the compressed bytes says the same: what it does not look at need not be there.
    const compressed = deflateSync(bomb);
    const start = compressed.subarray(0, Math.ceil(compressed.length / 30));
    expect(factsOf(png({}, chunk("iCCP", "name\0\0", start)))).toMatchObject(facts);
  });

  it("asks for the chunks before the pixels, but not beyond the cap", () => {
    const near = png({}, chunk("zTXt", zeros(300_000)), chunk("eXIf", exif(6)));
    expect(feed(near).facts.orientation).toBe(6);
    const far = png({}, chunk("zTXt", zeros(5_000_000)), chunk("eXIf", exif(6)));
    const fed = feed(far);
    expect(fed.facts).toMatchObject({ width: 64, orientation: 1 });
    expect(fed.given).toBeLessThan(10_000);
  });

  it("is broken with a zero or absurd side, an impossible type, or no pixels", () => {
    refusalOf(png({ width: 0 }), "broken_image");
    refusalOf(png({ height: 0x7fffffff }), "broken_image");
    refusalOf(png({ type: 1 }), "broken_image");
    refusalOf(png({ depth: 3 }), "broken_image");
    const whole = png();
    refusalOf(join(whole.subarray(0, 33), chunk("IEND")), "broken_image");
    refusalOf(join(whole.subarray(0, 8), chunk("tEXt", zeros(50))), "broken_image");
  });

  it("is answered for 65535 px a side: the budget is not the probe's", () => {
    expect(factsOf(png({ width: 65_535, height: 65_535 })).width).toBe(65_535);
  });
});
