import { describe, expect, it } from "vitest";
import { AV1C, box, fullBox, heif, heifGrid, icc, join, moov, u16, u32, zeros } from "./bytes.ts";
import { factsOf, feed, refusalOf } from "./expect.ts";

const irot = (turns: number) => box("irot", turns);
const imir = (axis: number) => box("imir", axis);
const nclx = (primaries: number, transfer: number, matrix: number) =>
  box("colr", "nclx", u16(primaries), u16(transfer), u16(matrix), 0x80);

describe("an AVIF or HEIC", () => {
  it("says the size of its primary item", () => {
    expect(factsOf(heif({ width: 640, height: 480 }))).toEqual({
      format: "avif",
      width: 640,
      height: 480,
      orientation: 1,
      frames: 1,
      animated: false,
      alpha: false,
      bitDepth: 8,
      colour: "ycbcr",
      coded: [{ width: 640, height: 480, across: 1, bitDepth: 8, sampling: "420", layers: 1 }],
    });
  });

  it("is told by the item's codec, not by its brand", () => {
    const hvcC = box("hvcC", zeros(16), 0xfd, 0xfa, zeros(5));
    const file = heif({ brand: "mif1", type: "hvc1", properties: [hvcC] });
    expect(factsOf(file)).toMatchObject({ format: "heic", bitDepth: 10, colour: "ycbcr" });
    expect(factsOf(heif({ brand: "mif1" })).format).toBe("avif");
  });

  it.each([
    [0x00, 8, "ycbcr"],
    [0x40, 10, "ycbcr"],
    [0x60, 12, "ycbcr"],
    [0x10, 8, "gray"],
  ])("reads av1C flags %i as %i bits, %s", (flags, bitDepth, colour) => {
    const properties = [box("av1C", 0x81, 0, flags, 0)];
    expect(factsOf(heif({ properties }))).toMatchObject({ bitDepth, colour });
  });

  it.each([
    [1, []],
    [2, [imir(1)]],
    [3, [irot(2)]],
    [4, [imir(0)]],
    [5, [irot(1), imir(0)]],
    [6, [irot(3)]],
    [7, [irot(3), imir(0)]],
    [8, [irot(1)]],
    [7, [imir(0), irot(1)]],
  ])(
    "has EXIF orientation %i by its turns and mirrors, in their order",
    (orientation, transforms) => {
      expect(factsOf(heif({ properties: [AV1C, ...transforms] })).orientation).toBe(orientation);
    },
  );

  it("is refused with a clean aperture, unless that keeps everything", () => {
    const clap = (...fractions: number[]) => box("clap", ...fractions.map((n) => u32(n)));
    const cut = heif({ properties: [AV1C, clap(60, 1, 48, 1, 0, 1, 0, 1)] });
    expect(refusalOf(cut, "unsupported_format").message).toContain("clean aperture");
    const whole = heif({ properties: [AV1C, clap(128, 2, 48, 1, 0, 1, 0, 1)] });
    expect(factsOf(whole)).toMatchObject({ width: 64, height: 48 });
  });

  it("is a grid of tiles in whatever order", () => {
    for (const tiles of [
      [2, 3, 7],
      [2, 4, 3],
      [2, 3, 3],
    ]) {
      expect(factsOf(heifGrid(tiles))).toMatchObject({ format: "avif", width: 64, height: 48 });
    }
  });

  it.each([
    [0x00, "444"],
    [0x08, "422"],
    [0x0c, "420"],
    [0x1c, "400"],
  ])("has planes as av1C flags %i say, %s", (flags, sampling) => {
    const properties = [box("av1C", 0x81, 0, flags, 0)];
    expect(factsOf(heif({ properties })).coded).toMatchObject([{ sampling }]);
  });

  it("says how many layers are decoded for it", () => {
    const a1lx = box("a1lx", 0, u16(500), u16(900), u16(0));
    expect(factsOf(heif({ properties: [AV1C, a1lx] })).coded).toMatchObject([{ layers: 3 }]);
  });

  it("has alpha by an auxiliary item", () => {
    expect(factsOf(heif({ alpha: true })).alpha).toBe(true);
  });

  it.each([
    [1, 13, "srgb"],
    [2, 2, "srgb"],
    [12, 13, "display-p3"],
    [9, 14, "unknown"],
    [1, 16, "unknown"],
  ])("takes code points %i/%i for %s", (primaries, transfer, profile) => {
    const properties = [AV1C, nclx(primaries, transfer, 6)];
    expect(factsOf(heif({ properties })).profile).toBe(profile);
  });

  it("trusts an ICC profile more than code points, and matrix 0 means RGB", () => {
    const prof = box("colr", "prof", icc({ space: "GRAY", name: "G" }));
    for (const properties of [
      [AV1C, prof, nclx(1, 13, 0)],
      [AV1C, nclx(1, 13, 0), prof],
    ]) {
      expect(factsOf(heif({ properties }))).toMatchObject({
        profile: "gray",
        profileName: "G",
        colour: "rgb",
      });
    }
  });

  it("counts a sequence's frames by its track, no further than its table goes", () => {
    const still = heif({ brand: "avis", boxes: [moov(5)] });
    expect(feed(still).facts).toMatchObject({ frames: 5, animated: true });
    expect(factsOf(heif({ brand: "avis", boxes: [moov(1_000_000)] })).frames).toBe(100);
    expect(factsOf(heif({ brand: "avis" })).animated).toBe(false);
  });

  it("may be a sequence without any item", () => {
    const file = join(box("ftyp", "avis", u32(0), "msf1"), moov(3, 20, 10));
    expect(factsOf(file)).toMatchObject({ format: "avif", width: 20, height: 10, frames: 3 });
  });

  it("finds meta behind the pixels, and with a size that means the rest of the file", () => {
    const file = heif({ width: 99 });
    const ftyp = file.subarray(0, 20);
    const meta = file.slice(20, file.length - 11);
    expect(feed(join(ftyp, box("mdat", zeros(100_000)), meta)).facts.width).toBe(99);
    meta.set([0, 0, 0, 0]);
    expect(feed(join(ftyp, meta)).facts.width).toBe(99);
  });

  it("is broken without size, item, or tables, or with boxes smaller than their heads", () => {
    refusalOf(heif({ width: 0 }), "broken_image");
    refusalOf(heif({ type: "grid" }), "broken_image");
    const ftyp = box("ftyp", "avif", u32(0));
    refusalOf(ftyp, "broken_image");
    refusalOf(join(ftyp, zeros(2), zeros(60)), "broken_image");
    refusalOf(join(ftyp, u32(4), "meta", zeros(60)), "broken_image");
    refusalOf(join(ftyp, fullBox("meta", 0, zeros(60))), "broken_image");
    refusalOf(join(ftyp, box("mdat", zeros(60))), "broken_image");
  });

  it("is not supported with another codec or header, and says so", () => {
    expect(refusalOf(heif({ type: "unci" }), "unsupported_format").message).toContain("unci");
    refusalOf(join(box("ftyp", "mif3", u32(0)), box("mini", zeros(60))), "unsupported_format");
    expect(
      refusalOf(join(box("ftyp", "isom", u32(0)), zeros(60)), "unsupported_format").message,
    ).toContain("isom");
  });
});
