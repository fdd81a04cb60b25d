/** Wide gamut, kept or converted; and what code points say of colours. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { probe } from "../../../src/image/probe/index.ts";
import { matrixProfile } from "../../image/probe/profiles.ts";
import { noisePicture } from "../pictures.ts";
import { hues, huesImage, jpegWithProfile, pngWith, pngWithProfile } from "./files.ts";
import { distance, pixelsOf, planned, rendered } from "./render.ts";

let plain: Buffer;
let p3: Buffer;
let adobe: Buffer;
beforeAll(async () => {
  plain = await huesImage().png().toBuffer();
  p3 = await sharp(await huesImage().png().toBuffer())
    .withIccProfile("p3")
    .png()
    .toBuffer();
  // The most saturated colours there are: the samples are hues, in Display P3.
  const profile = (await sharp(p3).metadata()).icc!;
  p3 = pngWithProfile(plain, profile);
  adobe = pngWithProfile(
    plain,
    matrixProfile({
      colorants: [
        [0.60974, 0.31111, 0.01947],
        [0.20528, 0.62567, 0.06087],
        [0.14919, 0.06322, 0.74457],
      ],
      curves: [{ gamma: 563 / 256 }],
    }),
  );
});

function profileOf(file: Uint8Array): string | undefined {
  const result = probe(file, true);
  return result.kind === "facts" ? result.facts.profile : undefined;
}

const FORMATS = ["png", "jpeg&chroma=444&quality=100", "webp&lossless=true"] as const;

describe("gamut=keep", () => {
  it.each(FORMATS)(
    "keeps Display P3's samples as they are in %s, with its profile",
    async (format) => {
      const wide = await rendered(p3, `format=${format}&gamut=keep`);
      expect(profileOf(wide)).toBe("display-p3");
      expect(distance(await pixelsOf(wide, true), hues()).mean).toBeLessThan(0.6);
      expect(distance(await pixelsOf(wide), await pixelsOf(p3)).mean).toBeLessThan(1);
    },
  );

  it("says Display P3 by code points in AVIF", async () => {
    const wide = await rendered(p3, "format=avif&gamut=keep&lossless=true");
    expect(profileOf(wide)).toBe("display-p3");
    expect(distance(await pixelsOf(wide, true), hues()).most).toBe(0);
  });

  it("stays with planes, where luma and chroma need no change", async () => {
    const profile = (await sharp(p3).metadata()).icc!;
    const jpeg = await huesImage().jpeg({ quality: 95 }).toBuffer();
    const tagged = jpegWithProfile(jpeg, profile);
    const wide = await rendered(tagged, "format=jpeg&gamut=keep&width=48");
    const same = await rendered(jpeg, "format=jpeg&width=48");
    // The profile's segment alone is more.
    expect(wide.length).toBe(same.length + 2 + 2 + 14 + 492);
    expect(distance(await pixelsOf(wide, true), await pixelsOf(same, true)).most).toBe(0);
  });

  it("converts other wide spaces to Display P3", async () => {
    const wide = await rendered(adobe, "format=png&gamut=keep");
    expect(profileOf(wide)).toBe("display-p3");
    expect(distance(await pixelsOf(wide), await pixelsOf(adobe)).mean).toBeLessThan(1);
    // Adobe RGB's green is beyond Display P3's red and blue, and nearer to it than to sRGB's.
    const narrow = await rendered(adobe, "format=png");
    expect(distance(await pixelsOf(wide, true), await pixelsOf(narrow, true)).mean).toBeGreaterThan(
      3,
    );
  });

  it.each(["png", "jpeg", "webp", "webp&lossless=true", "avif"])(
    "fits into the memory that is priced, noise in %s too",
    async (format) => {
      const { width, height, data } = noisePicture(500, 400, format === "jpeg");
      const noise = await sharp(Buffer.from(data), { raw: { width, height, channels: 4 } })
        .png()
        .toBuffer();
      const profile = (await sharp(p3).metadata()).icc!;
      const wide = await rendered(
        pngWithProfile(noise, profile),
        `format=${format}&gamut=keep&quality=100`,
      );
      expect(profileOf(wide)).toBe("display-p3");
    },
  );

  it("leaves sRGB's bytes, and the formats that cannot say it, as they are", async () => {
    for (const format of ["png", "jpeg", "webp"]) {
      expect(await rendered(plain, `format=${format}&gamut=keep`)).toEqual(
        await rendered(plain, `format=${format}`),
      );
    }
    expect(planned(p3, "format=jxl&gamut=keep").output.gamut).toBeUndefined();
  });

  it("says colours of the plan in the result's gamut", () => {
    const { output, pad } = planned(p3, "format=png&gamut=keep&pad=4&background=red");
    expect(output.gamut).toBe("display-p3");
    // sRGB's red in Display P3 (CSS Color 4: color(display-p3 0.9175 0.2003 0.1386)).
    expect(pad?.colour).toEqual({ r: 234, g: 51, b: 35, a: 255 });
    expect(planned(p3, "format=png&pad=4&background=red").pad?.colour).toMatchObject({ r: 255 });
  });

  it("is a profile that others read as Display P3", async () => {
    const wide = await rendered(p3, "format=png&gamut=keep");
    const converted = await pixelsOf(wide);
    const theirs = await pixelsOf(p3);
    // Two writers' roundings of the colorants; shadows of clipped channels show them most.
    expect(distance(converted, theirs).mean).toBeLessThan(0.2);
    expect(distance(converted, theirs).most).toBeLessThanOrEqual(6);
  });
});

/** IEC 61966-2-1, plainly. */
const coded = (light: number) => {
  const y = Math.min(Math.max(light, 0), 1);
  return 255 * (y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055);
};
const decoded = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

type Row = readonly [number, number, number];
/** ITU-R BT.2087 table 4, the inverse: light of BT.2020 to that of BT.709. */
const BT2020: readonly [Row, Row, Row] = [
  [1.6605, -0.5876, -0.0728],
  [-0.1246, 1.1329, -0.0083],
  [-0.0182, -0.1006, 1.1187],
];
/** CSS Color 4 section 18. */
const P3: readonly [Row, Row, Row] = [
  [1.2249, -0.2249, 0],
  [-0.0421, 1.0421, 0],
  [-0.0196, -0.0786, 1.0983],
];

function converted(samples: Buffer, decode: (x: number) => number, rows: readonly Row[]): Buffer {
  const result = Buffer.alloc(samples.length);
  for (let i = 0; i < samples.length; i += 3) {
    const light = [0, 1, 2].map((c) => decode(samples[i + c]! / 255));
    rows.forEach((row, c) => {
      result[i + c] = Math.round(
        coded(row[0] * light[0]! + row[1] * light[1]! + row[2] * light[2]!),
      );
    });
  }
  return result;
}

function u32(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    buffer.writeUInt32BE(value, i * 4);
  });
  return buffer;
}

describe("code points", () => {
  it.each([
    ["BT.2020 with a curve near sRGB's", [9, 13], decoded, BT2020],
    ["BT.2020, linear", [9, 8], (x: number) => x, BT2020],
    ["Display P3", [12, 13], decoded, P3],
  ] as const)(
    "of a PNG that say %s are followed",
    async (_, [primaries, transfer], decode, rows) => {
      const file = pngWith(plain, [["cICP", Buffer.from([primaries, transfer, 0, 1])]]);
      const ours = await pixelsOf(await rendered(file, "format=png"));
      const off = distance(ours, converted(hues(), decode, rows));
      expect(off.most).toBeLessThanOrEqual(2);
    },
  );

  it("of an AVIF that say Display P3 are followed", async () => {
    const wide = await rendered(p3, "format=avif&gamut=keep&lossless=true");
    const ours = await pixelsOf(await rendered(wide, "format=png"));
    expect(distance(ours, converted(hues(), decoded, P3)).most).toBeLessThanOrEqual(2);
  });

  it.each([
    ["PQ", 16],
    ["HLG", 18],
  ] as const)(
    "that say %s keep greys grey, in their order, from black to nearly white",
    async (_, transfer) => {
      const levels = Array.from({ length: 256 }, (_, i) => [i, i, i]).flat();
      const greys = await sharp(Buffer.from(levels), {
        raw: { width: 256, height: 1, channels: 3 },
      })
        .png()
        .toBuffer();
      const file = pngWith(greys, [["cICP", Buffer.from([9, transfer, 0, 1])]]);
      const shown = await pixelsOf(await rendered(file, "format=png"));
      const values = Array.from({ length: 256 }, (_, i) => [...shown.subarray(i * 3, i * 3 + 3)]);
      for (const [r, g, b] of values) {
        expect(Math.max(r!, g!, b!) - Math.min(r!, g!, b!)).toBeLessThanOrEqual(1);
      }
      const ramp = values.map(([r]) => r!);
      expect(ramp).toEqual(ramp.toSorted((a, b) => a - b));
      expect(ramp[0]).toBe(0);
      expect(ramp[255]).toBeGreaterThan(245);
      // Diffuse white, 203 nits, is 58% of PQ's scale and 75% of HLG's (ITU-R BT.2408 table 1).
      const white = ramp[Math.round(255 * (transfer === 16 ? 0.58 : 0.75))]!;
      expect(white).toBeGreaterThan(225);
      expect(white).toBeLessThan(245);
    },
  );
});

describe("a PNG's chromaticities", () => {
  const P3_POINTS = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];
  const SRGB_POINTS = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];

  it("are followed together with its gamma", async () => {
    const file = pngWith(plain, [
      ["gAMA", u32(55_556)],
      ["cHRM", u32(...P3_POINTS)],
    ]);
    const ours = await pixelsOf(await rendered(file, "format=png"));
    const expected = converted(hues(), (x) => x ** 1.8, P3);
    expect(distance(ours, expected).most).toBeLessThanOrEqual(2);
  });

  it("of sRGB, or impossible ones, change nothing", async () => {
    const same = await rendered(plain, "format=png");
    for (const points of [SRGB_POINTS, Array(8).fill(0), Array(8).fill(0xffffffff)]) {
      const file = pngWith(plain, [["cHRM", u32(...points)]]);
      expect(await rendered(file, "format=png")).toEqual(same);
    }
  });

  it("count for nothing beside sRGB's own chunk", async () => {
    const file = pngWith(plain, [
      ["sRGB", Buffer.from([0])],
      ["cHRM", u32(...P3_POINTS)],
    ]);
    expect(await rendered(file, "format=png")).toEqual(await rendered(plain, "format=png"));
  });
});
