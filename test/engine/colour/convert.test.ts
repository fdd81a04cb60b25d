/** Embedded profiles are converted as libvips does it, which lets Little CMS do it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  grayProfile,
  matrixProfile,
  SRGB_COLORANTS,
  type Trc,
  tableProfile,
} from "../../image/probe/profiles.ts";
import { cmykJpeg, huesImage, jpegWithProfile, pngWithProfile } from "./files.ts";
import { distance, pixelsOf, planned, rendered } from "./render.ts";

const [red, green, blue] = SRGB_COLORANTS;
const SRGB: Trc = { type: 3, parameters: [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045] };

/**
 * Each far enough from sRGB that leaving it out, or mixing channels up, is not within any tolerance. None lifts black,
 * for which Little CMS would compensate.
 */

const MATRIX_PROFILES = {
  "swapped channels": { colorants: [green, blue, red], curves: [SRGB] },
  "gamma 1.8": { curves: [{ gamma: 1.8 }] },
  "another gamma for each channel": { curves: [{ gamma: 1.4 }, { gamma: 1.8 }, { gamma: 2.8 }] },
  "a table of five points": { curves: [{ table: [0, 4000, 16_000, 36_000, 65_535] }] },
  "parametric curve 0": { curves: [{ type: 0, parameters: [1.7] }] },
  "parametric curve 1": { curves: [{ type: 1, parameters: [1.6, 1.1, -0.1] }] },
  "parametric curve 2": { curves: [{ type: 2, parameters: [1.6, 1.15, -0.1, -0.02] }] },
  "parametric curve 3": { curves: [{ type: 3, parameters: [1.8, 0.9, 0.1, 0.2, 0.08] }] },
  "parametric curve 4": {
    curves: [{ type: 4, parameters: [1.8, 0.9, 0.1, 0.2, 0.08, -0.003, 0] }],
  },
} satisfies Record<string, Parameters<typeof matrixProfile>[0]>;

/**
 * CIE L*a*b* of made-up devices, whose hues are turned, so that nothing of sRGB is left by chance. White and black are
 * those of the connection space: where they are not, versions of Little CMS differ.
 */
function rgbLab([r = 0, g = 0, b = 0]: readonly number[]) {
  return [100 * (0.3 * r + 0.5 * g + 0.2 * b), 60 * (g - b), 60 * (r - g)] as const;
}
function inkLab([c = 0, m = 0, y = 0, k = 0]: readonly number[]) {
  const light = (100 - 30 * c - 35 * m - 20 * y) * (1 - k);
  return [light, 60 * (m - c) * (1 - k), 60 * (y - (c + m) / 2) * (1 - k)] as const;
}

let png: Buffer;
let jpeg: Buffer;
let cmyk: Buffer;
beforeAll(async () => {
  png = await huesImage().png().toBuffer();
  jpeg = await huesImage().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
  cmyk = await cmykJpeg();
});

async function compared(file: Buffer) {
  const [ours, theirs, stored] = [
    await pixelsOf(await rendered(file, "format=png")),
    await pixelsOf(file),
    await pixelsOf(file, true),
  ];
  return { ours: distance(ours, theirs), unconverted: distance(stored, theirs) };
}

describe("a profile of curves and a matrix", () => {
  it.each(Object.keys(MATRIX_PROFILES) as (keyof typeof MATRIX_PROFILES)[])(
    "with %s is converted to sRGB, as sharp does it",
    async (name) => {
      const { ours, unconverted } = await compared(
        pngWithProfile(png, matrixProfile(MATRIX_PROFILES[name])),
      );
      // Little CMS counts in 1/16,384 of light here, which is up to three levels where the sRGB curve is steep.
      expect(ours.mean).toBeLessThan(0.5);
      expect(ours.most).toBeLessThanOrEqual(4);
      expect(unconverted.mean).toBeGreaterThan(5);
    },
  );

  it("counts in a JPEG, whose profile comes in many segments", async () => {
    const icc = matrixProfile(MATRIX_PROFILES["swapped channels"]);
    const { ours, unconverted } = await compared(jpegWithProfile(jpeg, icc, 100));
    expect(ours.mean).toBeLessThan(1);
    expect(unconverted.mean).toBeGreaterThan(20);
  });

  describe("in other formats", () => {
    let path: string;
    beforeAll(async () => {
      path = join(await mkdtemp(join(tmpdir(), "pictor-")), "test.icc");
      await writeFile(path, matrixProfile(MATRIX_PROFILES["swapped channels"]));
    });
    afterAll(() => rm(join(path, ".."), { recursive: true }));

    it.each(["webp", "avif"] as const)("counts in %s", async (format) => {
      const image = huesImage().withIccProfile(path);
      const file = await (format === "webp"
        ? image.webp({ lossless: true })
        : image.avif({ lossless: true })
      ).toBuffer();
      const { ours, unconverted } = await compared(file);
      expect(ours.mean).toBeLessThan(0.8);
      expect(unconverted.mean).toBeGreaterThan(20);
    });
  });

  it("of grey is converted, from XYZ and from lightness", async () => {
    const grey = await huesImage().toColourspace("b-w").png().toBuffer();
    for (const icc of [grayProfile({ gamma: 1.4 }), grayProfile({ gamma: 1 }, "Lab ")]) {
      const { ours, unconverted } = await compared(pngWithProfile(grey, icc));
      expect(ours.mean).toBeLessThan(1);
      expect(unconverted.mean).toBeGreaterThan(4);
    }
  });

  it("that is not for the picture's colours counts as none", async () => {
    const gray = pngWithProfile(png, grayProfile({ gamma: 1 }));
    const inks = pngWithProfile(png, tableProfile("CMYK", 3, inkLab));
    const plain = await rendered(png, "format=png");
    expect(await rendered(gray, "format=png")).toEqual(plain);
    expect(await rendered(inks, "format=png")).toEqual(plain);
  });
});

describe("a profile of tables", () => {
  it.each(["mft1", "mft2", "mAB "] as const)("of three colours (%s) is converted", async (kind) => {
    const icc = tableProfile("RGB ", 9, rgbLab, kind);
    const { ours, unconverted } = await compared(pngWithProfile(png, icc));
    expect(ours.mean).toBeLessThan(1.5);
    expect(ours.most).toBeLessThanOrEqual(24);
    expect(unconverted.mean).toBeGreaterThan(20);
  });

  it.each(["mft1", "mft2", "mAB "] as const)("of four inks (%s) is converted", async (kind) => {
    const icc = tableProfile("CMYK", 5, inkLab, kind);
    const file = jpegWithProfile(cmyk, icc);
    const ours = await pixelsOf(await rendered(file, "format=png"));
    const off = distance(ours, await pixelsOf(file));
    expect(off.mean).toBeLessThan(1);
    expect(off.most).toBeLessThanOrEqual(24);
    const plain = await pixelsOf(await rendered(cmyk, "format=png"));
    expect(distance(ours, plain).mean).toBeGreaterThan(20);
  });

  it("leads to Display P3, too", async () => {
    const file = jpegWithProfile(cmyk, tableProfile("CMYK", 5, inkLab));
    const wide = await rendered(file, "format=png&gamut=keep");
    const off = distance(await pixelsOf(wide), await pixelsOf(file));
    expect(off.mean).toBeLessThan(1.5);
  });
});

describe("a profile that is broken", () => {
  it("counts as none", async () => {
    const plain = await pixelsOf(await rendered(png, "format=png"));
    const icc = tableProfile("RGB ", 9, rgbLab);
    const unknown = Buffer.from(icc);
    unknown.write("mft9", unknown.indexOf("mft2"));
    for (const broken of [icc.subarray(0, icc.length / 2), unknown]) {
      const shown = await pixelsOf(await rendered(pngWithProfile(png, broken), "format=png"));
      expect(distance(shown, plain).most).toBeLessThanOrEqual(1);
    }
  });

  it("is never a failure", { timeout: 240_000 }, async () => {
    const profiles = [
      matrixProfile(MATRIX_PROFILES["gamma 1.8"]),
      tableProfile("RGB ", 3, rgbLab, "mft1"),
      tableProfile("RGB ", 3, rgbLab, "mAB "),
    ];
    const small = await huesImage().resize(8, 8).png().toBuffer();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...profiles),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
          minLength: 1,
          maxLength: 6,
        }),
        async (profile, changes) => {
          const icc = profile.slice();
          for (const [at, byte] of changes) icc[Math.floor(at * (icc.length - 1))] = byte;
          const answer = await rendered(pngWithProfile(small, icc), "format=png");
          expect(answer.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the step", () => {
  it("leaves sRGB alone: what needs no colours stays in planes", async () => {
    const icc = matrixProfile({ curves: [SRGB] });
    const file = jpegWithProfile(jpeg, icc);
    expect(planned(file, "format=jpeg&width=50").source).toMatchObject({ profile: "srgb" });
    expect(await rendered(file, "format=jpeg&width=50")).toEqual(
      await rendered(jpeg, "format=jpeg&width=50"),
    );
  });
});
