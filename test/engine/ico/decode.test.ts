import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeIco, pngOfIcon } from "../../../src/engine/ico/decode.ts";
import { dibOf } from "../bmp/files.ts";
import { decodedBy, expectSound, probed } from "../decoded.ts";
import { openEngine } from "../pictor/engines.ts";
import { factsOf, planOf } from "../plans.ts";

interface Entry {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly picture: Uint8Array;
}

function icon(...entries: Entry[]): Uint8Array {
  const start = 6 + entries.length * 16;
  const file = new Uint8Array(entries.reduce((sum, { picture }) => sum + picture.length, start));
  const view = new DataView(file.buffer);
  view.setUint16(2, 1, true);
  view.setUint16(4, entries.length, true);
  let place = start;
  entries.forEach(({ width, height, bits, picture }, i) => {
    const at = 6 + i * 16;
    file.set([width, height], at);
    view.setUint16(at + 6, bits, true);
    view.setUint32(at + 8, picture.length, true);
    view.setUint32(at + 12, place, true);
    file.set(picture, place);
    place += picture.length;
  });
  return file;
}

/** 2 × 2, 32 bits: blue, green, red and alpha of each pixel, from the lowest row. */
function small(pixels: readonly number[], mask: readonly number[]): Entry {
  const picture = dibOf({ width: 2, height: 4, bits: 32, pixels: [...pixels, ...mask] });
  return { width: 2, height: 2, bits: 32, picture };
}

const NO_MASK = [0, 0, 0, 0, 0, 0, 0, 0];
/** Cuts the right pixel of the lower row, and the left one of the upper. */
const MASK = [0x40, 0, 0, 0, 0x80, 0, 0, 0];

describe("ICO", () => {
  it("has alpha of its own where any of it is not 0", async () => {
    const pixels = [1, 2, 3, 0, 4, 5, 6, 128, 7, 8, 9, 255, 10, 11, 12, 64];
    const { data } = await decodedBy(decodeIco, icon(small(pixels, MASK)));
    expect([...data]).toEqual([9, 8, 7, 255, 12, 11, 10, 64, 3, 2, 1, 0, 6, 5, 4, 128]);
  });

  it("is cut out by its mask else", async () => {
    const pixels = [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 10, 11, 12, 0];
    const { data } = await decodedBy(decodeIco, icon(small(pixels, MASK)));
    expect([...data]).toEqual([9, 8, 7, 0, 12, 11, 10, 255, 3, 2, 1, 255, 6, 5, 4, 0]);
  });

  it("has masks beside palettes too", async () => {
    const palette = [
      [9, 9, 9],
      [200, 100, 50],
    ] as const;
    const pixels = [0x80, 0, 0, 0, 0x40, 0, 0, 0, ...MASK];
    const picture = dibOf({ width: 2, height: 4, bits: 1, palette, pixels });
    const { data } = await decodedBy(decodeIco, icon({ width: 2, height: 2, bits: 1, picture }));
    expect([...data]).toEqual([9, 9, 9, 0, 200, 100, 50, 255, 200, 100, 50, 255, 9, 9, 9, 0]);
  });

  it("gives the largest picture, of most colours", async () => {
    const grey = (bits: number, level: number): Entry => ({
      ...small(Array(16).fill(level), NO_MASK),
      bits,
    });
    const file = icon(grey(8, 10), grey(32, 20), grey(16, 30));
    expect((await decodedBy(decodeIco, file)).data[0]).toBe(20);
  });

  it.each([1, 3, 4] as const)(
    "hands a PNG of %s channels to the engine's own reader",
    async (channels) => {
      const raw = Buffer.from(
        Array.from({ length: 48 * 48 * channels }, (_, i) =>
          channels === 4 && i % 4 === 3 ? 255 : (i * 37) % 256,
        ),
      );
      const png = await sharp(raw, { raw: { width: 48, height: 48, channels } })
        .png()
        .toBuffer();
      const file = icon({ width: 48, height: 48, bits: 32, picture: png });
      expect(pngOfIcon(file)).toEqual(new Uint8Array(png));
      const { engine } = openEngine();
      const shape = planOf(factsOf(probed(file)), { output: { format: "png", alpha: true } });
      const plan = { ...shape, peakBytes: engine.peakBytes(shape, file.length) };
      const { bytes } = await engine.render(plan, new Blob([file]).stream());
      const made = await sharp(bytes).ensureAlpha().raw().toBuffer();
      expect(
        made.equals(await sharp(png).toColourspace("srgb").ensureAlpha().raw().toBuffer()),
      ).toBe(true);
    },
  );

  it("is sound: whatever is in the file, it is read or refused", async () => {
    const pixels = [1, 2, 3, 0, 4, 5, 6, 128, 7, 8, 9, 255, 10, 11, 12, 64];
    await expectSound(
      decodeIco,
      [icon(small(pixels, MASK)), icon(small(pixels, []), small(pixels, MASK))],
      1000,
    );
  });
});
