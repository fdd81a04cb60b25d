import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_WEBP_HEADER_BYTES, probe } from "../../../src/image/probe/index.ts";
import {
  bmp,
  chunk,
  dib,
  exif,
  gif,
  heif,
  icc,
  iccp,
  ico,
  join,
  jpeg,
  le32,
  moov,
  png,
  riff,
  riffChunk,
  segment,
  tiff,
  u32,
  vp8,
  vp8l,
  vp8x,
  zeros,
} from "./bytes.ts";
import { factsOf, feed, outcome, readsOf } from "./expect.ts";

const SOUND: Readonly<Record<string, Uint8Array>> = {
  jpeg: jpeg({
    before: [
      segment(0xe1, "Exif\0\0", exif(6)),
      segment(0xe2, "ICC_PROFILE\0", 1, 1, icc()),
      segment(0xee, "Adobe", zeros(6), 1),
    ],
  }),
  png: png({}, chunk("acTL", u32(2), u32(0)), iccp(icc()), chunk("eXIf", exif(6))),
  "lossy webp": riff(vp8(64, 48)),
  "lossless webp": riff(vp8l(64, 48, true)),
  "extended webp": riff(
    vp8x(0x38, 64, 48),
    riffChunk("ICCP", icc()),
    vp8(64, 48),
    riffChunk("EXIF", exif(6)),
  ),
  avif: heif({ alpha: true }),
  "avif sequence": heif({ brand: "avis", boxes: [moov(5)] }),
  gif: gif({ frames: 3, transparent: true, loop: true }),
  bmp: bmp({ size: 124, bits: 32, compression: 3, mask: 1 }),
  ico: ico([
    [16, 32, dib()],
    [32, 32, png()],
  ]),
  tiff: tiff([
    [256, 4, 300],
    [257, 3, 200],
    [274, 3, 6],
  ]),
  jxl: join([0xff, 0x0a, 0x4f, 0x02], zeros(60)),
  svg: join(
    '<?xml version="1.0"?><!-- x --><!DOCTYPE svg [<!ENTITY a "b">]><svg width="30" viewBox="0 0 3 4"/>',
  ),
};

const files = Object.entries(SOUND);

/** What must hold of any bytes: an answer or a refusal when they are all, else an answer, a refusal or a larger wish. */
function check(bytes: Uint8Array): void {
  outcome(() => expect(probe(bytes, true).kind).toBe("facts"));
  outcome(() => {
    const result = probe(bytes, false);
    if (result.kind === "facts") return;
    expect(result.bytes).toBeGreaterThan(bytes.length);
    expect(result.bytes).toBeLessThanOrEqual(MAX_WEBP_HEADER_BYTES);
  });
}

describe("the probe of hostile bytes", () => {
  it.each(files)("answers a whole %s, given bit by bit from any start", (_, file) => {
    const whole = factsOf(file);
    for (let first = 0; first < Math.min(file.length, 200); first++) {
      const { facts } = feed(file, first);
      // Frames, and what hangs on them, are of the bytes at hand.
      const { frames, animated, allFrames } = facts;
      expect(facts).toEqual({ ...whole, frames, animated, allFrames });
      expect(frames).toBeLessThanOrEqual(whole.frames);
    }
  });

  it.each(files)("answers or refuses a %s that is cut at any byte", (_, file) => {
    for (let end = 0; end <= file.length; end++) check(file.subarray(0, end));
  });

  it.each(files)("answers or refuses a %s with bytes changed", (_, file) => {
    const change = fc.tuple(
      fc.nat(file.length - 1),
      fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255)),
    );
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat(file.length),
        (changes, cut) => {
          const bytes = file.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          check(bytes);
          check(bytes.subarray(0, cut));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(files)("answers or refuses noise behind the magic of a %s", (_, file) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 2, max: 40 }),
        (noise, keep) => {
          check(join(file.subarray(0, keep), noise));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("answers or refuses noise", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), check), { numRuns: 500 });
  });

  const MIB = 1024 * 1024;
  const fill = (head: Uint8Array, unit: Uint8Array, total: number) => {
    const bytes = new Uint8Array(total);
    bytes.set(head);
    for (let at = head.length; at + unit.length <= total; at += unit.length) bytes.set(unit, at);
    return bytes;
  };

  it.each([
    ["JPEG of empty segments", fill(join([0xff, 0xd8]), join([0xff, 0xe5, 0, 2]), 4 * MIB)],
    ["JPEG of fill bytes", fill(join([0xff, 0xd8]), join([0xff]), 4 * MIB)],
    ["JPEG of stuffed bytes", fill(join([0xff, 0xd8, 0xff]), join([0xff, 0]), 4 * MIB)],
    ["JPEG of EXIF blocks", fill(join([0xff, 0xd8]), segment(0xe1, "Exif\0\0", exif(6)), 4 * MIB)],
    ["PNG of empty chunks", fill(png().subarray(0, 33), chunk("teXt"), 4 * MIB)],
    [
      "WebP of empty chunks",
      fill(join("RIFF", le32(-1), "WEBP", vp8x(8, 9, 9)), riffChunk("JUNK"), 21 * MIB),
    ],
    [
      "WebP of empty frames",
      fill(join("RIFF", le32(-1), "WEBP", vp8x(2, 9, 9)), riffChunk("ANMF"), 4 * MIB),
    ],
    ["AVIF of empty boxes", fill(heif().subarray(0, 20), join(u32(8), "free"), 4 * MIB)],
    [
      "AVIF of empty tables",
      fill(
        join(heif().subarray(0, 20), u32(4 * MIB - 20), "meta", u32(0)),
        join(u32(8), "infe"),
        4 * MIB,
      ),
    ],
    [
      "JXL of empty boxes",
      fill(join(u32(12), "JXL \r\n", [0x87], "\n"), join(u32(8), "free"), 4 * MIB),
    ],
    ["GIF of empty blocks", fill(gif().subarray(0, 19), join([0x21, 1, 0]), 4 * MIB)],
    ["GIF of tiny frames", fill(gif().subarray(0, 19), gif().subarray(19, -1), 4 * MIB)],
    ["SVG of comments", fill(join("<svg"), join("<!---->"), 4 * MIB)],
    ["prolog of comments", fill(zeros(0), join("<!---->"), 4 * MIB)],
    ["document type of quotes", fill(join("<!DOCTYPE svg ["), join('"'), 4 * MIB)],
    ["document type of dashes", fill(join("<!DOCTYPE svg ["), join("<!-- - -->"), 4 * MIB)],
    ["ICO of 65535 entries", join([0, 0, 1, 0, 255, 255], zeros(MIB))],
  ])("is done with a %s after a few passes, however it comes", (_, file) => {
    const reads = readsOf(() => outcome(() => feed(file, 0)));
    // Up to 7.8: what was given before is read again when more has come.
    expect(reads).toBeLessThan(10 * file.length);
  });
});
