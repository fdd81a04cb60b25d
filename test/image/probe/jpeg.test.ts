import { describe, expect, it } from "vitest";
import { exif, icc, join, jpeg, segment, tiff, u16, u32, zeros } from "./bytes.ts";
import { factsOf, feed, refusalOf } from "./expect.ts";

const app1 = (block: Uint8Array) => segment(0xe1, "Exif\0\0", block);
const adobe = (transform: number) => segment(0xee, "Adobe", zeros(6), transform);
const jfif = segment(0xe0, "JFIF\0", zeros(9));
const iccPart = (n: number, total: number, bytes: Uint8Array) =>
  segment(0xe2, "ICC_PROFILE\0", n, total, bytes);

describe("a JPEG", () => {
  it("says its stored size, process and sampling", () => {
    expect(factsOf(jpeg({ width: 4032, height: 3024 }))).toEqual({
      format: "jpeg",
      width: 4032,
      height: 3024,
      orientation: 1,
      frames: 1,
      animated: false,
      alpha: false,
      bitDepth: 8,
      colour: "ycbcr",
      progressive: false,
      jpegProcess: "baseline",
      sampling: "420",
    });
  });

  it.each([
    [0xc0, "baseline", false],
    [0xc1, "extended", false],
    [0xc2, "progressive", true],
    [0xc3, "lossless", false],
    [0xc9, "arithmetic", true],
    [0xca, "arithmetic", true],
  ])("knows process %i as %s", (sof, jpegProcess, progressive) => {
    expect(factsOf(jpeg({ sof }))).toMatchObject({ jpegProcess, progressive });
  });

  it.each([
    [[0x11, 0x11, 0x11], "444"],
    [[0x12, 0x12, 0x12], "444"],
    [[0x21, 0x11, 0x11], "422"],
    [[0x22, 0x11, 0x11], "420"],
    [[0x12, 0x11, 0x11], "440"],
    [[0x41, 0x11, 0x11], "411"],
    [[0x42, 0x11, 0x11], "410"],
    [[0x22, 0x12, 0x12], "2x2,1x2,1x2"],
    [[0x11], undefined],
  ])("names the sampling %j %s", (factors, sampling) => {
    expect(factsOf(jpeg({ factors })).sampling).toBe(sampling);
  });

  it.each([
    ["one component", { factors: [0x11] }, "gray"],
    ["three", {}, "ycbcr"],
    ["Adobe transform 0", { before: [adobe(0)] }, "rgb"],
    ["Adobe transform 1", { before: [adobe(1)] }, "ycbcr"],
    ["Adobe transform 0 behind the frame header", { after: [adobe(0)] }, "rgb"],
    ["JFIF, which wins over Adobe", { before: [jfif, adobe(0)] }, "ycbcr"],
    ["components named R, G, B", { ids: [82, 71, 66] }, "rgb"],
    ["four components", { factors: [0x11, 0x11, 0x11, 0x11] }, "cmyk"],
    ["four and transform 2", { factors: [0x11, 0x11, 0x11, 0x11], before: [adobe(2)] }, "ycck"],
  ])("takes its colour model from %s", (_, options, colour) => {
    expect(factsOf(jpeg(options)).colour).toBe(colour);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "has EXIF orientation %i in either byte order",
    (orientation) => {
      expect(factsOf(jpeg({ before: [app1(exif(orientation))] })).orientation).toBe(orientation);
      expect(factsOf(jpeg({ before: [app1(exif(orientation, false))] })).orientation).toBe(
        orientation,
      );
    },
  );

  it.each([0, 9, 255, 65535])("takes the invalid orientation %i for upright", (orientation) => {
    expect(factsOf(jpeg({ before: [app1(exif(orientation))] })).orientation).toBe(1);
  });

  it("survives EXIF that lies: loops, far pointers, counts, no TIFF at all", () => {
    const loop = join(
      "II",
      [42, 0, 8, 0, 0, 0],
      [1, 0],
      [0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0],
      [8, 0, 0, 0],
    );
    const far = join("MM", [0, 42], u32(0xffffffff));
    const many = join("II", [42, 0, 8, 0, 0, 0], [0xff, 0xff], zeros(40));
    for (const block of [loop, far, many, join("nonsense"), zeros(0)]) {
      expect(factsOf(jpeg({ before: [app1(block)] })).orientation).toBe(1);
    }
  });

  it("reads the orientation behind other tags and a foreign APP1", () => {
    const block = tiff([
      [271, 3, 5],
      [272, 4, 9],
      [274, 3, 6],
    ]);
    const xmp = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>");
    expect(factsOf(jpeg({ before: [xmp, app1(block)] })).orientation).toBe(6);
  });

  it("assembles an ICC profile from segments in any order", () => {
    const profile = icc({ name: "Long name" });
    const half = Math.floor(profile.length / 2);
    const before = [
      iccPart(2, 2, profile.subarray(half)),
      iccPart(1, 2, profile.subarray(0, half)),
    ];
    expect(factsOf(jpeg({ before }))).toMatchObject({ profile: "srgb", profileName: "Long name" });
  });

  it("ignores an ICC profile with a part missing", () => {
    const facts = factsOf(jpeg({ before: [iccPart(2, 3, icc())] }));
    expect(facts.profile).toBeUndefined();
  });

  it("skips fill bytes and garbage between segments", () => {
    const bytes = jpeg({ before: [join([0xff, 0xff, 0xff]), app1(exif(6)), join([7, 7, 7])] });
    expect(factsOf(bytes)).toMatchObject({ width: 64, orientation: 6 });
  });

  it("asks for what lies behind a long segment, no more often than needed", () => {
    const long = Array.from({ length: 20 }, () => segment(0xe2, "ICC?", zeros(65_000)));
    const file = jpeg({ before: long, width: 1234 });
    const { facts, rounds } = feed(file);
    expect(facts.width).toBe(1234);
    expect(rounds).toBeLessThan(40);
  });

  it("is broken when the frame header lies beyond the cap", () => {
    const long = Array.from({ length: 70 }, () => segment(0xe2, "ICC?", zeros(65_000)));
    expect(() => feed(jpeg({ before: long }))).toThrow("beyond the first");
  });

  it("is broken with a zero side, no frame header, two, or an impossible factor", () => {
    refusalOf(jpeg({ width: 0 }), "broken_image");
    refusalOf(jpeg({ height: 0 }), "broken_image");
    refusalOf(join([0xff, 0xd8], segment(0xda, zeros(6))), "broken_image");
    refusalOf(jpeg({ factors: [0x05, 0x11, 0x11] }), "broken_image");
    refusalOf(jpeg({ after: [segment(0xc0, 8, u16(9), u16(9), 1, [1, 0x11, 0])] }), "broken_image");
    refusalOf(join([0xff, 0xd8, 0xff, 0xe0, 0, 1], zeros(80)), "broken_image");
  });

  it("is not supported when hierarchical, or with two components", () => {
    expect(refusalOf(jpeg({ sof: 0xc5 }), "unsupported_format").message).toContain("hierarchical");
    refusalOf(jpeg({ before: [segment(0xde, zeros(9))] }), "unsupported_format");
    refusalOf(jpeg({ factors: [0x11, 0x11] }), "unsupported_format");
  });

  it("keeps its facts when it is cut behind the frame header", () => {
    const file = jpeg({ after: [segment(0xc4, zeros(400))] });
    expect(factsOf(file.subarray(0, file.length - 300))).toMatchObject({ width: 64, height: 48 });
  });
});
