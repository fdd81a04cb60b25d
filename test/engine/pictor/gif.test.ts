import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { difference, fromSharp, noise, picture } from "../pictures.ts";
import { colourOf, type GifPicture, gifOf } from "./gif-files.ts";
import { factsIn, pixelsOf, refusal } from "./rows.ts";

/** What a reader shall make of it. */
function shown({ width, height, frame, index, transparent }: GifPicture) {
  const at = frame ?? { x: 0, y: 0, width, height };
  return picture(width, height, (x, y) => {
    const [left, top] = [x - at.x, y - at.y];
    const inside = left >= 0 && top >= 0 && left < at.width && top < at.height;
    const value = inside ? index(left, top) : -1;
    return value < 0 || value === transparent ? [0, 0, 0, 0] : [...colourOf(value), 255];
  });
}

/** Long strings and short ones. */
function indexer(bits: number): GifPicture["index"] {
  const next = noise(bits);
  const grain = Array.from({ length: 4099 }, next);
  return (x, y) => (y % 3 === 0 ? (x >> 3) + y : grain[(x + y * 61) % 4099]!) & (2 ** bits - 1);
}

const sizes = [
  [1, 1],
  [1, 37],
  [50, 1],
  [33, 18],
  [300, 200],
] as const;

describe.each([false, true])("a GIF, interlaced: %s,", (interlaced) => {
  it.each(sizes)("%i × %i has its very pixels", async (width, height) => {
    for (const bits of [2, 4, 8]) {
      const kind = { width, height, bits, interlaced, index: indexer(bits) };
      const file = gifOf(kind);
      expect(factsIn(file).progressive).toBe(interlaced || undefined);
      expect(difference(pixelsOf(file), shown(kind)).most).toBe(0);
      expect(difference(pixelsOf(file), await fromSharp(sharp(file))).most).toBe(0);
    }
  });

  it("has a transparent colour, its own palette, and a place on its canvas", () => {
    const place = { x: 5, y: 7, width: 40, height: 23 };
    for (const frame of [undefined, place, { ...place, width: 0 }, { ...place, height: 1 }]) {
      for (const transparent of [undefined, 3]) {
        for (const own of [false, true]) {
          const kind = {
            ...{ width: 60, height: 31, bits: 3, interlaced, index: indexer(3), own },
            ...(frame && { frame }),
            ...(transparent === undefined ? {} : { transparent }),
          };
          expect(difference(pixelsOf(gifOf(kind)), shown(kind)).most).toBe(0);
        }
      }
    }
  });

  it("is the same however its bytes come", () => {
    const file = gifOf({
      width: 70,
      height: 41,
      bits: 5,
      interlaced,
      index: indexer(5),
      transparent: 2,
    });
    const once = Buffer.from(pixelsOf(file).data);
    expect(once.equals(Buffer.from(pixelsOf(file, () => 1).data))).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (cuts) => {
        let i = 0;
        const made = pixelsOf(file, () => cuts[i++ % cuts.length]!);
        expect(once.equals(Buffer.from(made.data))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("is little more than its memory's price", () => {
    const file = gifOf({ width: 1200, height: 900, bits: 4, interlaced, index: indexer(4) });
    const size = { width: 120, height: 90 };
    const small = { resize: size, extract: { x: 0, y: 0, ...size }, output: size };
    const { given, used } = pixelsOf(file, undefined, small);
    expect(used).toBeLessThanOrEqual(given);
    expect(given).toBeLessThanOrEqual(1.6 * used);
  });
});

describe("a GIF is refused", () => {
  const kind = { width: 40, height: 30, bits: 4, index: indexer(4) };
  const whole = gifOf(kind);
  const facts = factsIn(whole);

  it("when it ends too early", () => {
    for (const part of [0.1, 0.3, 0.6, 0.9]) {
      const cut = whole.slice(0, Math.floor(whole.length * part));
      expect(refusal(cut, facts)).toBe("broken_image: GIF: it ends too early.");
    }
  });

  it("when a frame lies outside, and when its size is another one", () => {
    const outside = gifOf({ ...kind, frame: { x: 1, y: 0, width: 40, height: 30 } });
    expect(refusal(outside, facts)).toBe(
      "broken_image: GIF: its first frame lies outside the canvas.",
    );
    expect(refusal(gifOf({ ...kind, width: 41 }), facts)).toBe(
      "broken_image: The picture has another size than its header said.",
    );
  });

  it("and never traps, whatever bytes are changed", () => {
    const next = noise(13);
    let refused = 0;
    for (let round = 0; round < 600; round++) {
      const file = Uint8Array.from(gifOf({ ...kind, interlaced: round % 2 > 0 }));
      for (let i = 0; i <= round % 4; i++)
        file[10 + (((next() << 8) | next()) % (file.length - 10))] = next();
      if (refusal(file, facts) !== "none") refused++;
    }
    expect(refused).toBeGreaterThan(100);
  });
});

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

describe.skipIf(!exists)("the corpus' GIF", () => {
  it("look as sharp makes their first frame", async () => {
    const [, ...lines] = readFileSync(new URL("MANIFEST.tsv", CORPUS), "utf8").trim().split("\n");
    const paths = lines
      .map((line) => line.split("\t")[0]!)
      .filter((path) => /^gif\/.*gif$/.test(path));
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) {
      const file = new Uint8Array(readFileSync(new URL(path, CORPUS)));
      expect(difference(pixelsOf(file), await fromSharp(sharp(file))).most, path).toBe(0);
    }
  });
});
