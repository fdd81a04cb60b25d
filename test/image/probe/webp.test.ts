import { describe, expect, it } from "vitest";
import { MAX_WEBP_HEADER_BYTES, probe } from "../../../src/image/probe/index.ts";
import { exif, icc, join, le32, riff, riffChunk, vp8, vp8l, vp8x, zeros } from "./bytes.ts";
import { factsOf, feed, refusalOf } from "./expect.ts";

const ANIMATION = 0x02;
const EXIF = 0x08;
const ALPHA = 0x10;
const ICC = 0x20;

describe("a WebP", () => {
  it("is lossy, lossless or extended", () => {
    expect(factsOf(riff(vp8(320, 200)))).toMatchObject({
      width: 320,
      height: 200,
      colour: "ycbcr",
      alpha: false,
    });
    expect(factsOf(riff(vp8l(321, 201, true)))).toMatchObject({
      width: 321,
      height: 201,
      colour: "rgb",
      alpha: true,
    });
    expect(factsOf(riff(vp8x(ALPHA, 40, 30), riffChunk("ALPH", 0), vp8(40, 30)))).toMatchObject({
      width: 40,
      alpha: true,
    });
  });

  it("has alpha by its ALPH chunk even where the flag is missing", () => {
    expect(factsOf(riff(vp8x(0, 40, 30), riffChunk("ALPH", 0), vp8(40, 30))).alpha).toBe(true);
  });

  it("counts frames in the bytes at hand", () => {
    const frames = Array.from({ length: 9 }, () => riffChunk("ANMF", zeros(30)));
    const file = riff(vp8x(ANIMATION, 40, 30), riffChunk("ANIM", zeros(6)), ...frames);
    expect(factsOf(file)).toMatchObject({ frames: 9, animated: true });
    const part = probe(file.subarray(0, 150), false);
    expect(part).toMatchObject({ kind: "facts", facts: { frames: 3, animated: true } });
  });

  it.each([
    ["fills its canvas", 40, 30, vp8(40, 30), { alpha: false, colour: "ycbcr" }],
    ["is smaller than its canvas", 16, 30, vp8(16, 30), { alpha: true, colour: "ycbcr" }],
    ["is lossless", 40, 30, vp8l(40, 30, false), { alpha: false, colour: "rgb" }],
    ["has alpha", 40, 30, riffChunk("ALPH", 0), { alpha: true, colour: "ycbcr" }],
  ])("is of the kind of its first frame, which %s", (_, width, height, picture, expected) => {
    const size = [width - 1, 0, 0, height - 1, 0, 0];
    const frame = riffChunk("ANMF", zeros(6), size, zeros(4), picture);
    const other = riffChunk("ANMF", zeros(6), [39, 0, 0, 29, 0, 0], zeros(4), vp8(40, 30));
    const head = [vp8x(ANIMATION, 40, 30), riffChunk("ANIM", zeros(6))] as const;
    expect(factsOf(riff(...head, frame, other))).toMatchObject({ frames: 2, ...expected });
    expect(feed(riff(...head, frame, other)).facts).toMatchObject(expected);
  });

  it("is oriented by an EXIF chunk behind the pixels, which it asks for", () => {
    const pixels = join(
      vp8(40, 30).subarray(0, 4),
      le32(200_000),
      vp8(40, 30).subarray(8),
      zeros(199_984),
    );
    for (const block of [exif(6), join("Exif\0\0", exif(6))]) {
      const file = riff(vp8x(EXIF, 40, 30), pixels, riffChunk("EXIF", block));
      expect(feed(file).facts.orientation).toBe(6);
    }
  });

  it("is answered without orientation when EXIF lies beyond the cap", () => {
    const far = join("VP8 ", le32(MAX_WEBP_HEADER_BYTES), vp8(40, 30).subarray(8), zeros(500));
    const file = join("RIFF", le32(0x7fffffff), "WEBP", vp8x(EXIF, 40, 30), far);
    expect(probe(file, false)).toMatchObject({
      kind: "facts",
      facts: { width: 40, orientation: 1 },
    });
  });

  it("does not ask for the whole file without the EXIF flag", () => {
    const file = join(
      "RIFF",
      le32(900_000),
      "WEBP",
      vp8x(ALPHA, 40, 30),
      "VP8 ",
      le32(800_000),
      zeros(40),
    );
    expect(() => probe(file, false)).toThrow("key frame");
    const sound = join(file.subarray(0, 38), vp8(40, 30).subarray(8), zeros(40));
    expect(probe(sound, false).kind).toBe("facts");
  });

  it("has its ICC profile read", () => {
    const file = riff(vp8x(ICC, 40, 30), riffChunk("ICCP", icc({ name: "P" })), vp8(40, 30));
    expect(feed(file).facts).toMatchObject({ profile: "srgb", profileName: "P" });
  });

  it("is broken with a zero side, no key frame, another canvas, or no picture", () => {
    refusalOf(riff(vp8(0, 5)), "broken_image");
    refusalOf(riff(riffChunk("VP8 ", zeros(20))), "broken_image");
    refusalOf(riff(riffChunk("VP8L", zeros(20))), "broken_image");
    refusalOf(riff(vp8x(0, 16_384, 16_384), vp8(16, 16)), "broken_image");
    refusalOf(riff(riffChunk("JUNK", zeros(40))), "broken_image");
  });

  it("ends with chunks of length 0 and sizes that lie", () => {
    const empty = Array.from({ length: 1000 }, () => riffChunk("JUNK"));
    expect(factsOf(riff(vp8x(EXIF, 40, 30), ...empty)).width).toBe(40);
    const lying = join(
      "RIFF",
      le32(0xffffffff),
      "WEBP",
      vp8x(EXIF, 40, 30),
      "JUNK",
      le32(0xffffffff),
    );
    expect(factsOf(join(lying, zeros(20))).orientation).toBe(1);
  });
});
