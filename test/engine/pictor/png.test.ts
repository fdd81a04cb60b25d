import { existsSync, readFileSync } from "node:fs";
import { constants, deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Raster } from "../../../src/image/raster.ts";
import { difference, fromSharp, noise } from "../pictures.ts";
import {
  bytes,
  type Chunk,
  headChunks,
  KINDS,
  type PngPicture,
  pixelChunks,
  pngFrom,
  pngOf,
  STRATEGIES,
  shown,
  u32,
} from "./png-files.ts";
import { factsIn, pixelsOf, refusal } from "./rows.ts";

/** Levels of a channel, premultiplied: rounding on the way there and back. */
const ROUNDING = 1;
/** sharp drops the lower byte of 16 bits, of colour and of alpha. */
const TRUNCATION = 3;

const PALETTE = Array.from(
  { length: 256 },
  (_, i) => [(i * 37) & 255, (i * 91) & 255, 255 - i] as const,
);
const SIZES = [
  [1, 1],
  [33, 17],
  [1, 40],
  [50, 1],
  [5, 3],
] as const;

/** A slope with noise on it, so that each filter has something to predict. */
function sampler(depth: number, seed = 1): PngPicture["sample"] {
  const next = noise(seed);
  const grain = Array.from({ length: 997 }, next);
  const most = 2 ** depth - 1;
  return (x, y, channel) => {
    const slope =
      (x * 5 + y * 3 + channel * 50) / 400 + grain[(x * 31 + y * 17 + channel) % 997]! / 1500;
    return Math.round((slope % 1) * most);
  };
}

function kinds(): PngPicture[] {
  return KINDS.flatMap(([type, depths]) =>
    depths.flatMap((depth) =>
      SIZES.map(([width, height]) => ({
        ...{ width, height, type, depth, sample: sampler(depth) },
        ...(type === 3 && { palette: PALETTE.slice(0, 2 ** depth) }),
      })),
    ),
  );
}

function expectShown(made: Raster, wanted: PngPicture): void {
  expect(difference(made, shown(wanted)).most).toBeLessThanOrEqual(ROUNDING);
}

/** Vitest's own comparison takes seconds for a large picture. */
const isSame = (a: Uint8ClampedArray, b: Uint8ClampedArray) =>
  Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.length), Buffer.from(b.buffer)) === 0;

const named = (picture: PngPicture) =>
  [
    `${picture.width}×${picture.height} type ${picture.type} of ${picture.depth} bits`,
    picture,
  ] as const;

describe.each([false, true])("a PNG, interlaced: %s,", (interlaced) => {
  it.each(kinds().map(named))("%s has its very pixels", async (_, kind) => {
    const picture = { ...kind, interlaced };
    const file = pngOf(picture);
    const made = pixelsOf(file);
    expectShown(made, picture);
    const apart = difference(made, await fromSharp(sharp(file))).most;
    expect(apart).toBeLessThanOrEqual(kind.depth === 16 ? TRUNCATION : ROUNDING);
  });

  it("has them whichever filters its rows have", () => {
    for (const filter of [0, 1, 2, 3, 4]) {
      for (const [type, depths] of KINDS) {
        const depth = depths.at(-1)!;
        const picture = { width: 41, height: 9, type, depth, interlaced, sample: sampler(depth) };
        const kind = { ...picture, filter: () => filter, ...(type === 3 && { palette: PALETTE }) };
        expectShown(pixelsOf(pngOf(kind)), kind);
      }
    }
  });

  it("has the same pixels however its bytes come", () => {
    const sample = sampler(8, 3);
    const picture = {
      width: 61,
      height: 47,
      type: 2,
      depth: 8,
      interlaced,
      sample,
      idat: 700,
    } as const;
    const file = pngOf(picture);
    const once = pixelsOf(file);
    expectShown(once, picture);
    expect(isSame(pixelsOf(file, () => 1).data, once.data)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }), (cuts) => {
        let i = 0;
        expect(isSame(pixelsOf(file, () => cuts[i++ % cuts.length]!).data, once.data)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("is read no further than its last row that is wanted, whatever follows", () => {
    const picture = {
      width: 40,
      height: 600,
      type: 2,
      depth: 8,
      interlaced,
      sample: sampler(8),
      idat: 512,
    } as const;
    const file = pngOf({ ...picture, zlib: { level: 0 } });
    const crop = { x: 7, y: 60, width: 20, height: 30 };
    const part = {
      crop,
      resize: crop,
      extract: { ...crop, x: 0, y: 0 },
      output: { width: 20, height: 30 },
    };
    const made = pixelsOf(file, undefined, part);
    const whole = shown(picture);
    for (let y = 0; y < 30; y++) {
      const row = (60 + y) * 40 + 7;
      expect(made.data.subarray(y * 80, y * 80 + 80)).toEqual(
        whole.data.subarray(row * 4, row * 4 + 80),
      );
    }
    if (interlaced) return;
    const cut = file.slice(0, file.length >> 2);
    expect(pixelsOf(cut, undefined, part, factsIn(file)).data).toEqual(made.data);
    expect(refusal(cut, factsIn(file))).toBe("broken_image: PNG: it ends too early.");
  });
});

describe("what is transparent in a PNG", () => {
  it.each([1, 2, 4, 8, 16])("is the gray of tRNS, of %i bits", (depth) => {
    const sample = sampler(depth);
    // Bits that the samples do not have count for nothing.
    const stray = depth < 16 ? 0x8000 : 0;
    const picture = { width: 29, height: 13, type: 0, depth, sample } as const;
    const key = sample(4, 4, 0);
    const file = pngOf({ ...picture, transparent: [key + stray] });
    expect(factsIn(file).alpha).toBe(true);
    expectShown(pixelsOf(file), { ...picture, transparent: [key] });
  });

  it.each([8, 16])("is the colour of tRNS, of %i bits", (depth) => {
    const flat: PngPicture["sample"] = (x, y, k) => (x + y > 20 ? sampler(depth)(x, y, k) : 40 + k);
    const picture = {
      width: 29,
      height: 13,
      type: 2,
      depth,
      sample: flat,
      transparent: [40, 41, 42],
    } as const;
    expectShown(pixelsOf(pngOf(picture)), picture);
  });

  it.each([1, 2, 4, 8])("are the palette's first entries, of %i bits", (depth) => {
    const transparent = [0, 255, 128, 7].slice(0, 2 ** depth);
    const palette = PALETTE.slice(0, 2 ** depth);
    const picture = {
      width: 29,
      height: 13,
      type: 3,
      depth,
      sample: sampler(depth),
      palette,
      transparent,
    } as const;
    expectShown(pixelsOf(pngOf(picture)), picture);
  });

  it("is nothing when tRNS is of the wrong length, or its checksum wrong", () => {
    const picture = { width: 9, height: 9, type: 0, depth: 8, sample: () => 7 } as const;
    for (const chunk of [
      { type: "tRNS", data: bytes(0, 7, 0) },
      { type: "tRNS", data: bytes(0, 7), crc: 1 },
    ]) {
      expectShown(pixelsOf(pngOf({ ...picture, before: [chunk] })), picture);
    }
  });

  it("an index beyond the palette is black", () => {
    const picture = {
      width: 9,
      height: 3,
      type: 3,
      depth: 8,
      sample: (x: number) => x,
      palette: PALETTE.slice(0, 4),
    } as const;
    expectShown(pixelsOf(pngOf(picture)), picture);
  });
});

describe("a PNG's gamma", () => {
  it.each(KINDS.flatMap(([type, depths]) => depths.map((depth) => [type, depth] as const)))(
    "is applied to type %i of %i bits, as browsers do",
    (type, depth) => {
      const sample = sampler(depth);
      for (const gamma of [1, 0.35, 0.7]) {
        const picture = {
          width: 33,
          height: 9,
          type,
          depth,
          sample,
          gamma,
          ...(type === 3 && { palette: PALETTE.slice(0, 2 ** depth) }),
        };
        expectShown(pixelsOf(pngOf(picture)), picture);
      }
    },
  );

  it("counts for nothing where it is near enough to sRGB's, or a colour space is given", () => {
    const { gamma: _, ...plain } = {
      width: 33,
      height: 9,
      type: 2,
      depth: 8,
      sample: sampler(8),
      gamma: 1,
    } as const;
    expectShown(pixelsOf(pngOf({ ...plain, gamma: 0.45455 })), plain);
    expectShown(pixelsOf(pngOf({ ...plain, gamma: 0.47 })), plain);
    expectShown(pixelsOf(pngOf({ ...plain, gamma: 0 })), plain);
    const spaces: Chunk[] = [
      { type: "sRGB", data: bytes(0) },
      { type: "cICP", data: bytes(1, 13, 0, 1) },
      { type: "iCCP", data: bytes(65, 0, 0, ...deflateSync("none")) },
    ];
    for (const space of spaces) {
      expectShown(pixelsOf(pngOf({ ...plain, gamma: 1, before: [space] })), plain);
    }
  });
});

describe("inflating", () => {
  const contents: readonly (readonly [string, (at: number) => number])[] = [
    ["noise", noise(5)],
    ["nothing", () => 0],
    ["a short period", (at) => (at % 7) * 30],
    ["text", (at) => "the quick brown fox ".charCodeAt((at + (at >> 5)) % 20)],
    [
      "rare noise",
      (
        (next) => (at: number) =>
          at % 91 === 0 ? next() : (at >> 8) & 255
      )(noise(9)),
    ],
  ];
  it.each(contents)("%s comes out as zlib packed it", (_, content) => {
    const values = Uint8Array.from({ length: 300 * 257 }, (_, at) => content(at));
    const picture = {
      ...{ width: 257, height: 300, type: 0 as const, depth: 8, filter: () => 0 },
      sample: (x: number, y: number) => values[y * 257 + x]!,
    } as const;
    const wanted = shown(picture).data;
    for (const level of [0, 1, 4, 6, 9]) {
      for (const strategy of STRATEGIES) {
        const file = pngOf({
          ...picture,
          zlib: { level, strategy, memLevel: 1 + (level % 9) },
          idat: 5000,
        });
        expect(isSame(pixelsOf(file, () => 1777).data, wanted)).toBe(true);
      }
    }
  });

  it("takes what zlib takes, and makes the same of it, of streams that were changed", () => {
    const next = noise(77);
    const random = (below: number) => ((next() << 16) | (next() << 8) | next()) % below;
    const picture = { width: 64, height: 48, type: 0, depth: 8, filter: () => 0 } as const;
    const size = 48 * 65;
    const kind = { ...picture, sample: sampler(8) };
    const streams = [1, 6, 9].map((level) => pixelChunks({ ...kind, zlib: { level } })[0]!.data);
    const outcomes = { same: 0, refused: 0 };
    for (let round = 0; round < 600; round++) {
      const packed = Uint8Array.from(streams[round % 3]!);
      // The codes of the first block, or anything.
      const reach = round % 2 ? 80 : packed.length - 6;
      for (let i = 0; i <= round % 4; i++) packed[2 + random(reach)]! ^= 1 << random(8);
      const file = pngFrom([...headChunks(kind), { type: "IDAT", data: packed }]);
      const theirs = inflated(packed);
      // Changed filters make other pixels; zlib alone fails behind the last pixel.
      const isPlain = theirs?.every((value, at) => at >= size || at % 65 > 0 || value === 0);
      if (theirs === undefined || !isPlain || theirs.length < size) {
        const answer = refusal(file);
        if (answer !== "none") expect(answer).toMatch(/^broken_image: PNG: /);
        if (answer !== "none") outcomes.refused++;
        continue;
      }
      const { data } = pixelsOf(file);
      const differs = data.findIndex(
        (value, i) => i % 4 < 3 && value !== theirs[65 * (i >> 8) + 1 + ((i >> 2) & 63)],
      );
      expect(differs).toBe(-1);
      outcomes.same++;
    }
    expect(outcomes.same).toBeGreaterThan(40);
    expect(outcomes.refused).toBeGreaterThan(40);
  });

  /** All that zlib makes of it; nothing when it fails. */
  function inflated(packed: Uint8Array): Uint8Array | undefined {
    try {
      return inflateSync(packed.subarray(0, -4), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      return undefined;
    }
  }
});

describe("a PNG is refused", () => {
  const picture = {
    width: 20,
    height: 20,
    type: 3,
    depth: 8,
    sample: () => 1,
    palette: PALETTE,
  } as const;
  const head = headChunks(picture);
  const [header, palette] = head as [Chunk, Chunk];
  const [pixels] = pixelChunks(picture) as [Chunk];
  const facts = factsIn(pngOf(picture));
  const said = (...chunks: Chunk[]) => refusal(pngFrom(chunks), facts);
  const with_ = (at: number, ...values: number[]): Chunk => {
    const data = Uint8Array.from(header.data);
    data.set(values, at);
    return { type: "IHDR", data };
  };
  const rgb = with_(9, 2);
  const cases: readonly (readonly [string, Chunk[], string])[] = [
    ["without a header", [palette, pixels], "PNG: it does not begin with IHDR."],
    ["with two", [header, header, palette, pixels], "PNG: there are two headers."],
    [
      "with a header of another length",
      [{ type: "IHDR", data: bytes(0, 0, 0, 1) }],
      "PNG: its header has an impossible length.",
    ],
    [
      "with a header whose checksum is wrong",
      [{ ...header, crc: 5 }, palette, pixels],
      "PNG: its header has a wrong checksum.",
    ],
    [
      "without width",
      [with_(0, 0, 0, 0, 0), palette, pixels],
      "PNG: the picture has a side of 0 px.",
    ],
    [
      "with a width of 2³¹",
      [with_(0, ...u32(2 ** 31)), palette, pixels],
      "PNG: the picture has an impossible size.",
    ],
    [
      "of a depth that is none",
      [with_(8, 3), palette, pixels],
      "PNG: its colour type does not exist with this depth.",
    ],
    [
      "of a colour type that is none",
      [with_(9, 5), palette, pixels],
      "PNG: its colour type does not exist with this depth.",
    ],
    [
      "packed in another way",
      [with_(10, 1), palette, pixels],
      "PNG: its compression method does not exist.",
    ],
    [
      "filtered in another way",
      [with_(11, 1), palette, pixels],
      "PNG: its filter method does not exist.",
    ],
    [
      "interlaced in another way",
      [with_(12, 2), palette, pixels],
      "PNG: its interlace method does not exist.",
    ],
    ["without its palette", [header, pixels], "PNG: its palette is missing."],
    ["with two palettes", [header, palette, palette, pixels], "PNG: there are two palettes."],
    [
      "with a broken palette",
      [header, { ...palette, crc: 1 }, pixels],
      "PNG: its palette has a wrong checksum.",
    ],
    [
      "with a palette of thirds",
      [header, { type: "PLTE", data: bytes(1, 2) }, pixels],
      "PNG: its palette has an impossible length.",
    ],
    [
      "with what is no chunk",
      [header, { type: "a\0bc", data: bytes() }, palette, pixels],
      "PNG: something that is no chunk.",
    ],
    [
      "without pixels",
      [header, palette, { type: "IEND", data: bytes() }],
      "PNG: it ends before its pixels.",
    ],
    ["that ends before its pixels", [header, palette], "PNG: it ends too early."],
    [
      "whose pixels stop",
      [
        header,
        palette,
        { type: "IDAT", data: pixels.data.subarray(0, 20) },
        { type: "IEND", data: bytes() },
      ],
      "PNG: its pixels end too early.",
    ],
    [
      "whose pixels are parted",
      [
        header,
        palette,
        { type: "IDAT", data: pixels.data.subarray(0, 9) },
        { type: "tEXt", data: bytes() },
        { type: "IDAT", data: pixels.data.subarray(9) },
      ],
      "PNG: its pixels end too early.",
    ],
    ["whose pixels are too few", [rgb, pixels], "PNG: its pixels end too early."],
    [
      "whose pixels have a wrong checksum",
      [header, palette, { ...pixels, crc: 9 }],
      "PNG: its pixels have a wrong checksum.",
    ],
    [
      "whose pixels are no zlib stream",
      [header, palette, { type: "IDAT", data: bytes(1, 2, 3, 4) }],
      "PNG: the compressed pixels are broken.",
    ],
    [
      "with a filter that is none",
      [header, palette, ...pixelChunks({ ...picture, filter: () => 5 })],
      "PNG: a row has a filter that does not exist.",
    ],
    [
      "of another size than planned",
      [with_(3, 21), palette, pixels],
      "The picture has another size than its header said.",
    ],
  ];
  it.each(cases)("%s", (_, chunks, detail) => {
    expect(said(...chunks)).toBe(`broken_image: ${detail}`);
  });

  it("with a critical chunk that is not known, as a kind that is not read", () => {
    const strange = { type: "CgBI", data: bytes(1) };
    expect(said(header, strange, palette, pixels)).toBe(
      "unsupported_format: PNG: a critical chunk that is not known.",
    );
    expect(said(header, { type: "cgBI", data: bytes(1) }, palette, pixels)).toBe("none");
  });

  it("not for what lies behind its pixels", () => {
    expect(said(header, palette, pixels)).toBe("none");
    const surplus = { type: "IDAT", data: deflateSync(Buffer.alloc(2_000_000, 1)) };
    expect(said(rgb, surplus, { type: "IEND", data: bytes(1), crc: 3 })).toBe("none");
  });

  it("and never traps, whatever bytes are changed", { timeout: 120_000 }, () => {
    const next = noise(31);
    const random = (below: number) => ((next() << 16) | (next() << 8) | next()) % below;
    const sources = kinds()
      .filter(({ width }) => width === 33)
      .flatMap((kind) => [kind, { ...kind, interlaced: true }])
      .map((kind) => pngOf({ ...kind, idat: 200 }));
    let refused = 0;
    for (let round = 0; round < 600; round++) {
      const whole = sources[round % sources.length]!;
      const file = Uint8Array.from(whole);
      for (let i = 0; i <= round % 4; i++) file[8 + random(file.length - 8)] = next();
      if (refusal(file, factsIn(whole)) !== "none") refused++;
    }
    expect(refused).toBeGreaterThan(400);
  });
});

describe("a PNG's memory", () => {
  const side = { width: 1200, height: 900 };
  it.each([
    ["gray", { type: 0, depth: 8 }],
    ["RGB", { type: 2, depth: 8 }],
    ["RGB, interlaced", { type: 2, depth: 8, interlaced: true }],
    ["RGBA of 16 bits, interlaced", { type: 6, depth: 16, interlaced: true }],
    [
      "palette of 2 bits, interlaced",
      { type: 3, depth: 2, interlaced: true, palette: PALETTE.slice(0, 4) },
    ],
  ] as const)("is little more than what it takes: %s", (_, kind) => {
    const file = pngOf({ ...side, ...kind, sample: (x, y) => (x * y) & 1, filter: () => 0 });
    const size = { width: 120, height: 90 };
    const small = { resize: size, extract: { x: 0, y: 0, ...size }, output: size };
    const { given, used } = pixelsOf(file, undefined, small);
    expect(used).toBeLessThanOrEqual(given);
    expect(given).toBeLessThanOrEqual(1.6 * used);
  });
});

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

describe.skipIf(!exists)("the corpus' PNG", () => {
  /** What sharp does not look at. */
  function withoutGamma(file: Uint8Array): Uint8Array {
    const text = Buffer.from(file).toString("latin1");
    const at = text.indexOf("gAMA");
    if (at < 0 || at > text.indexOf("IDAT")) return file;
    return new Uint8Array(Buffer.concat([file.subarray(0, at - 4), file.subarray(at + 12)]));
  }

  it("look as sharp makes them, or are refused by both", { timeout: 300_000 }, async () => {
    const [, ...lines] = readFileSync(new URL("MANIFEST.tsv", CORPUS), "utf8").trim().split("\n");
    const paths = lines.map((line) => line.split("\t")[0]!);
    const counts = { same: 0, refused: 0 };
    for (const path of paths.filter((one) => /^(png|quality|hostile)\/.*png/.test(one))) {
      let file = withoutGamma(new Uint8Array(readFileSync(new URL(path, CORPUS))));
      // Two gAMA are there now and then.
      file = withoutGamma(file);
      let facts: ReturnType<typeof factsIn>;
      try {
        facts = factsIn(file);
      } catch {
        continue;
      }
      const isOther = /prophoto|p3\.png|monkey16/.test(path); // profiles that sharp converts
      if (facts.format !== "png" || facts.width * facts.height > 3e6 || isOther) continue;
      const answer = refusal(file);
      const theirs = await fromSharp(sharp(file)).catch(() => undefined);
      if (answer === "none" && theirs) {
        const tolerance = facts.bitDepth === 16 ? TRUNCATION : ROUNDING;
        expect(difference(pixelsOf(file), theirs).most, path).toBeLessThanOrEqual(tolerance);
        counts.same++;
      } else {
        expect([path, answer === "none", theirs !== undefined]).toEqual([path, false, false]);
        counts.refused++;
      }
    }
    console.log("PNG of the corpus:", counts);
    expect(counts.same).toBeGreaterThan(200);
  });
});
