import { describe, expect, it } from "vitest";
import { probe } from "../../../src/image/probe/index.ts";
import { bmp, dib, gif, ico, join, le16, le32, png, tiff, u32, zeros } from "./bytes.ts";
import { factsOf, feed, refusalOf } from "./expect.ts";

describe("a GIF", () => {
  it("says its canvas, frames and transparency", () => {
    expect(factsOf(gif({ width: 300, height: 200 }))).toMatchObject({
      format: "gif",
      width: 300,
      height: 200,
      frames: 1,
      animated: false,
      alpha: false,
      colour: "palette",
      bitDepth: 1,
    });
    expect(factsOf(gif({ frames: 7, transparent: true }))).toMatchObject({
      frames: 7,
      animated: true,
      alpha: true,
    });
  });

  it("counts in the bytes at hand, and takes a loop for an animation while more may come", () => {
    const file = gif({ frames: 100, loop: true });
    expect(probe(file.subarray(0, 80), false)).toMatchObject({
      kind: "facts",
      facts: { animated: true },
    });
    expect(factsOf(gif({ frames: 1, loop: true })).animated).toBe(false);
  });

  it("has alpha when its first frame leaves some of the canvas", () => {
    const file = gif();
    file[6] = 65;
    expect(factsOf(file).alpha).toBe(true);
  });

  it("is broken with no canvas or no frame", () => {
    refusalOf(gif({ width: 0 }), "broken_image");
    refusalOf(gif({ frames: 0 }), "broken_image");
    refusalOf(join("GIF89a/*", zeros(90), "*/=1;"), "broken_image");
  });
});

describe("a BMP", () => {
  it("says what its header says, rows from either end", () => {
    expect(factsOf(bmp({ width: 30, height: -20 }))).toMatchObject({
      format: "bmp",
      width: 30,
      height: 20,
      alpha: false,
    });
    expect(factsOf(bmp({ bits: 4 }))).toMatchObject({ colour: "palette", bitDepth: 4 });
  });

  it("has alpha only where a mask says so", () => {
    expect(factsOf(bmp({ bits: 32 })).alpha).toBe(false);
    expect(factsOf(bmp({ bits: 32, compression: 3, mask: 0xff000000 })).alpha).toBe(false);
    expect(factsOf(bmp({ bits: 32, size: 124, compression: 3, mask: 0xff000000 })).alpha).toBe(
      true,
    );
    expect(factsOf(bmp({ bits: 32, size: 124, compression: 3 })).alpha).toBe(false);
  });

  it("has OS/2 headers, too", () => {
    const core = join("BM", zeros(12), le32(12), le16(30), le16(20), le16(1), le16(8), zeros(60));
    expect(factsOf(core)).toMatchObject({ width: 30, height: 20, bitDepth: 8 });
    expect(factsOf(bmp({ size: 64 })).width).toBe(64);
  });

  it("is broken with a zero or negative width, INT_MIN rows, odd bits, or no such header", () => {
    refusalOf(bmp({ width: 0 }), "broken_image");
    refusalOf(bmp({ width: -5 }), "broken_image");
    refusalOf(bmp({ height: -0x80000000 }), "broken_image");
    refusalOf(bmp({ bits: 30_000 }), "broken_image");
    refusalOf(bmp({ size: 66 }), "broken_image");
  });
});

describe("an ICO", () => {
  it("is its largest entry, of most bits", () => {
    const file = ico([
      [16, 32, dib({ width: 16, height: 32 })],
      [48, 4, dib({ width: 48, height: 96, bits: 4 })],
      [48, 32, dib({ width: 48, height: 96, bits: 32 })],
    ]);
    expect(feed(file).facts).toMatchObject({
      format: "ico",
      width: 48,
      height: 48,
      alpha: true,
      colour: "rgb",
    });
  });

  it("is believed by the picture, not by the directory", () => {
    expect(factsOf(ico([[256, 32, png({ width: 256, height: 256 })]])).width).toBe(256);
    expect(factsOf(ico([[32, 32, png({ width: 60_000, height: 60_000 })]])).width).toBe(60_000);
  });

  it("may be a cursor, whose entries hold a hot spot", () => {
    expect(factsOf(ico([[32, 9, dib({ width: 32, height: 64, bits: 1 })]], 2))).toMatchObject({
      width: 32,
      bitDepth: 1,
    });
  });

  it("has the directory's facts when the picture is out of reach", () => {
    const file = ico([[32, 8, zeros(40)]]);
    file.set(le32(50_000_000), 18);
    expect(probe(join(file, zeros(40)), false)).toMatchObject({
      kind: "facts",
      facts: { width: 32, bitDepth: 8 },
    });
  });

  it("is broken without entries, or with one that points into the directory", () => {
    refusalOf(join(ico([]), zeros(80)), "broken_image");
    const file = ico([[32, 8, zeros(40)]]);
    file.set(le32(0), 18);
    refusalOf(file, "broken_image");
  });
});

describe("a TIFF", () => {
  const fields = (orientation: number) =>
    [
      [256, 4, 300],
      [257, 3, 200],
      [258, 3, 16],
      [262, 3, 2],
      [274, 3, orientation],
    ] as const;

  it.each([true, false])("says what its first directory says, little-endian %s", (le) => {
    expect(factsOf(tiff(fields(6), le))).toMatchObject({
      format: "tiff",
      width: 300,
      height: 200,
      bitDepth: 16,
      colour: "rgb",
      orientation: 6,
      alpha: false,
    });
  });

  it("has alpha by its extra sample", () => {
    const file = tiff([...fields(1), [277, 3, 4], [338, 3, 2]]);
    expect(factsOf(file).alpha).toBe(true);
  });

  it("may be big", () => {
    const entry = (tag: number, value: number) =>
      join(le16(tag), le16(4), le32(1), le32(0), le32(value), le32(0));
    const file = join(
      "II",
      le16(43),
      le16(8),
      le16(0),
      le32(16),
      le32(0),
      le32(2),
      le32(0),
      entry(256, 70),
      entry(257, 50),
      zeros(8),
    );
    expect(factsOf(file)).toMatchObject({ width: 70, height: 50 });
  });

  it("asks for a directory at the end, within the cap", () => {
    const file = tiff(fields(1));
    const moved = join("II", le16(42), le32(1_000_000), zeros(999_992), file.subarray(8));
    expect(feed(moved).facts.width).toBe(300);
    const far = join("II", le16(42), le32(50_000_000), zeros(60));
    expect(() => probe(far, false)).toThrow("beyond the first");
  });

  it("is broken without a size, with a directory that loops onto its header, or with absurd counts", () => {
    refusalOf(join(tiff([[258, 3, 8]]), zeros(60)), "broken_image");
    refusalOf(join("II", le16(42), le32(0), zeros(60)), "broken_image");
    refusalOf(join("II", le16(42), le32(8), le16(65_535), zeros(60)), "broken_image");
    refusalOf(
      join(
        "II",
        le16(43),
        le16(8),
        le16(0),
        le32(16),
        le32(0),
        le32(0xffffffff),
        le32(0xff),
        zeros(60),
      ),
      "broken_image",
    );
  });
});

describe("a JPEG XL", () => {
  /** Fields of bits, least significant first. */
  const bits = (...fields: (readonly [value: number, count: number])[]) => {
    const all = fields.flatMap(([value, count]) =>
      Array.from({ length: count }, (_, i) => (value >>> i) & 1),
    );
    const bytes = new Uint8Array(Math.ceil(all.length / 8) + 60);
    all.forEach((bit, i) => {
      bytes[i >>> 3]! |= bit << (i & 7);
    });
    return bytes;
  };
  // Not small, height 1 + 199 in 9 bits, ratio 4:3.
  const size = [
    [0, 1],
    [0, 2],
    [199, 9],
    [3, 3],
  ] as const;
  const codestream = (...fields: (readonly [number, number])[]) =>
    join([0xff, 0x0a], bits(...size, ...fields));

  it("says its size by ratio, with defaults", () => {
    expect(factsOf(codestream([1, 1]))).toMatchObject({
      format: "jxl",
      width: 266,
      height: 200,
      bitDepth: 8,
      alpha: false,
    });
  });

  it("says orientation, animation, depth and alpha", () => {
    const file = codestream(
      [0, 1], // not all default
      [1, 1], // extra fields
      [5, 3], // orientation 6
      [0, 1], // no intrinsic size
      [0, 1], // no preview
      [1, 1], // animation
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 1],
      [0, 1], // integers
      [1, 2], // 10 bits
      [1, 1],
      [1, 2], // one extra channel
      [1, 1], // alpha by default
      [0, 1], // no XYB
      [1, 1], // default colour
    );
    expect(factsOf(file)).toMatchObject({
      orientation: 6,
      animated: true,
      bitDepth: 10,
      alpha: true,
      profile: "srgb",
    });
  });

  it("may come in a container, behind other boxes", () => {
    const signature = join(u32(12), "JXL \r\n", [0x87], "\n");
    const box = (type: string, body: Uint8Array) => join(u32(body.length + 8), type, body);
    const whole = join(
      signature,
      box("ftyp", zeros(12)),
      box("Exif", zeros(9000)),
      box("jxlc", codestream([1, 1])),
    );
    expect(feed(whole).facts.height).toBe(200);
    const partial = join(signature, box("jxlp", join(u32(0), codestream([1, 1]))));
    expect(factsOf(partial).width).toBe(266);
    refusalOf(join(signature, box("jxlc", zeros(60))), "broken_image");
    refusalOf(join(signature, u32(0), "Exif", zeros(60)), "broken_image");
  });
});
