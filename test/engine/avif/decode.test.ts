import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AV1_LAYOUT_FIELDS } from "../../../src/engine/avif/av1.ts";
import { createAvifDecoder } from "../../../src/engine/avif/decode.ts";
import { PictorError } from "../../../src/errors.ts";
import { avifDecoderBytes } from "../../../src/image/memory-avif-decode.ts";
import { avif, type Coding, decode, factsOf, gridAvif, module, pixels } from "./pictures.ts";
import { planesOf, psnr, rgbaOf } from "./rgba.ts";

/** sharp's own decoding, as RGBA. */
async function reference(file: Uint8Array): Promise<Buffer> {
  return sharp(file).ensureAlpha().raw().toBuffer();
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PictorError);
    return (error as PictorError).code;
  }
  return "decoded";
};

const CODINGS: readonly Coding[] = [
  {},
  { subsampling: "4:4:4" },
  { bitDepth: 10 },
  { subsampling: "4:4:4", bitDepth: 12 },
  { alpha: true },
  { subsampling: "4:4:4", bitDepth: 10, alpha: true },
];

describe("an AVIF", () => {
  it.each(CODINGS)("decodes to what sharp makes of it: %o", async (coding) => {
    for (const [width, height] of [
      [200, 150],
      [333, 77],
      [1, 1],
      [17, 129],
    ] as const) {
      const file = await avif(pixels(width, height), coding);
      const decoded = decode(file);
      expect(decoded.layout).toMatchObject({
        width,
        height,
        subsampling: coding.subsampling === "4:4:4" ? "444" : "420",
        alpha: coding.alpha === true,
        premultiplied: false,
      });
      // Chroma of odd pictures is upsampled in different ways at the edge, which counts in small ones.
      const floor = width * height < 100 ? 40 : 45;
      expect(psnr(rgbaOf(decoded), await reference(file))).toBeGreaterThan(floor);
    }
  });

  it("is refused as broken with another size than its facts", async () => {
    const file = await avif(pixels(80, 60));
    const facts = { ...factsOf(file), width: 81 };
    expect(codeOf(() => createAvifDecoder(module)(file, facts, 2 ** 24))).toBe("broken_image");
    // `ispe` of 90×60 around a picture of 80×60.
    const lie = file.slice();
    const at = Buffer.from(lie).indexOf("ispe");
    lie[at + 11] = 90;
    expect(factsOf(lie).width).toBe(90);
    expect(codeOf(() => decode(lie))).toBe("broken_image");
    lie[at + 11] = 70;
    expect(codeOf(() => decode(lie))).toBe("broken_image");
  });

  it("decodes in the memory that it is priced, and is refused with much less", async () => {
    for (const coding of CODINGS) {
      const file = await avif(pixels(900, 700), coding);
      const price = avifDecoderBytes(factsOf(file), file.length);
      expect(codeOf(() => planesOf(decode(file)))).toBe("decoded");
      expect(codeOf(() => planesOf(decode(file, price / 1.6)))).toBe("picture_too_large");
      expect(codeOf(() => planesOf(decode(file, 65_536)))).toBe("picture_too_large");
    }
  });

  it("cut anywhere is refused", async () => {
    const file = await avif(pixels(100, 80), { alpha: true });
    for (let i = 1; i < 60; i++) {
      const cut = file.subarray(0, Math.floor((file.length * i) / 60));
      expect(["broken_image", "not_an_image"]).toContain(codeOf(() => planesOf(decode(cut))));
    }
  });

  it("that is mutated decodes or is refused", { timeout: 120_000 }, async () => {
    const files = await Promise.all([
      avif(pixels(70, 50), { alpha: true }),
      avif(pixels(64, 64), { subsampling: "4:4:4", bitDepth: 10 }),
    ]);
    const random = mulberry32(20261122);
    const outcomes: Record<string, number> = {};
    for (let i = 0; i < 3000; i++) {
      const file = files[i % files.length]!.slice();
      for (let n = 1 + Math.floor(random() * 8); n > 0; n--) {
        file[Math.floor(random() * file.length)] = Math.floor(random() * 256);
      }
      const code = codeOf(() => planesOf(decode(file, 2 ** 24)));
      outcomes[code] = (outcomes[code] ?? 0) + 1;
    }
    // Neither all whole nor all refused: the mutations reach the decoder.
    expect(outcomes.decoded).toBeGreaterThan(100);
    expect(outcomes.broken_image).toBeGreaterThan(100);
    expect(outcomes.internal).toBeUndefined();
  });
});

describe("a grid", () => {
  const tile = [96, 72] as const;

  /** A picture of 3×2 tiles, whose last ones are cut, and the same cut into tiles. */
  async function made() {
    const size = [250, 131] as const;
    const whole = pixels(288, 144);
    const tiles: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) {
      const [left, top] = [(i % 3) * tile[0], Math.floor(i / 3) * tile[1]];
      const region = { left, top, width: tile[0], height: tile[1] };
      const cut = await whole.clone().extract(region).png().toBuffer();
      tiles.push(await avif(sharp(cut)));
    }
    return { tiles, whole, size, file: gridAvif(tiles, { columns: 3, rows: 2, tile, size }) };
  }

  it("is put together from its tiles, across bands, and cut to its size", async () => {
    const { file, size, whole } = await made();
    expect(factsOf(file).coded).toMatchObject([{ width: 96, height: 72, across: 3 }]);
    const [width, height] = size;
    const region = { left: 0, top: 0, width, height };
    const original = await whole
      .clone()
      .extract(region)
      .removeAlpha()
      .ensureAlpha()
      .raw()
      .toBuffer();
    const rgba = rgbaOf(decode(file));
    expect(psnr(rgba, original)).toBeGreaterThan(36);
    // libheif interpolates chroma across seams no differently than we do here: the planes are one picture.
    expect(psnr(rgba, await reference(file))).toBeGreaterThan(45);
  });

  it("has the very planes of its tiles", async () => {
    const { file, tiles, size } = await made();
    const planes = planesOf(decode(file));
    for (const [i, tileFile] of tiles.entries()) {
      const { y } = planesOf(decode(tileFile));
      const [left, top] = [(i % 3) * tile[0], Math.floor(i / 3) * tile[1]];
      for (let row = 0; row < Math.min(tile[1], size[1] - top); row++) {
        const columns = Math.min(tile[0], size[0] - left);
        const at = (top + row) * size[0] + left;
        expect(planes.y.subarray(at, at + columns)).toEqual(
          y.subarray(row * tile[0], row * tile[0] + columns),
        );
      }
    }
  });

  it("is refused if its tiles do not make up its size, or are not alike", async () => {
    const { tiles } = await made();
    const sizes = [
      [290, 144],
      [192, 144],
      [288, 145],
      [288, 72],
    ] as const;
    for (const size of sizes) {
      const file = gridAvif(tiles, { columns: 3, rows: 2, tile, size });
      expect(codeOf(() => planesOf(decode(file)))).toBe("broken_image");
    }
    const other = await avif(pixels(...tile), { subsampling: "4:4:4" });
    const mixed = gridAvif([...tiles.slice(0, 5), other], {
      columns: 3,
      rows: 2,
      tile,
      size: [288, 144],
    });
    expect(codeOf(() => planesOf(decode(mixed, 2 ** 24)))).toBe("broken_image");
    const few = gridAvif(tiles.slice(0, 5), { columns: 3, rows: 2, tile, size: [288, 144] });
    expect(codeOf(() => planesOf(decode(few)))).toBe("broken_image");
  });

  it("takes memory for one row of its tiles alone", async () => {
    const tileFile = await avif(pixels(512, 512));
    const options = { columns: 1, tile: [512, 512] } as const;
    const tall = gridAvif(Array(8).fill(tileFile), { ...options, rows: 8, size: [512, 4096] });
    const short = gridAvif([tileFile], { ...options, rows: 1, size: [512, 512] });
    const price = (file: Uint8Array) => avifDecoderBytes(factsOf(file), 0);
    expect(price(tall)).toBe(price(short));
    expect(codeOf(() => planesOf(decode(tall)))).toBe("decoded");
  });
});

/** Small and seeded, by Tommy Ettinger (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

it("the struct that C writes is the one that is read", async () => {
  const { readFileSync } = await import("node:fs");
  const path = new URL("../../../wasm/avif-decoder/src/av1.h", import.meta.url);
  const text = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const body = /typedef struct \{([^}]*)\} Av1Layout;/.exec(text)![1]!;
  const names = body.split(";").flatMap((line) => line.replace("int32_t", "").split(","));
  expect(names.map((name) => name.trim()).filter(Boolean)).toEqual([...AV1_LAYOUT_FIELDS]);
});
