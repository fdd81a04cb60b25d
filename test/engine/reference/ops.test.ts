import { converter } from "culori";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Orientation } from "../../../src/image/facts.ts";
import {
  checkerboard,
  difference,
  disc,
  fromSharp,
  gradient,
  inSharp,
  noisePicture,
  picture,
} from "../pictures.ts";
import { adjust } from "./adjust.ts";
import { blur } from "./blur.ts";
import { canvas } from "./canvas.ts";
import { convertToSrgb } from "./colour.ts";
import { crop } from "./crop.ts";
import { flatten } from "./flatten.ts";
import { flip } from "./flip.ts";
import { orient } from "./orient.ts";
import { pad } from "./pad.ts";
import { rotate } from "./rotate.ts";
import { sharpen } from "./sharpen.ts";

const toRgb = converter("rgb");
const same = { brightness: 1, contrast: 1, saturation: 1, gamma: 1 };
const RED = { r: 255, g: 0, b: 0, a: 255 };

describe("orient", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as Orientation[])(
    "turns EXIF orientation %i as sharp does",
    async (orientation) => {
      const source = noisePicture(13, 7, false);
      const tagged = await inSharp(source).withMetadata({ orientation }).png().toBuffer();
      const upright = await fromSharp(sharp(tagged).autoOrient());
      expect(orient(source, orientation)).toEqual(upright);
    },
  );
});

describe("crop, canvas, pad, flip, rotate, flatten", () => {
  const source = noisePicture(17, 11, false);

  it("crop cuts as sharp's extract does", async () => {
    const cut = await fromSharp(inSharp(source).extract({ left: 3, top: 2, width: 9, height: 5 }));
    expect(crop(source, { x: 3, y: 2, width: 9, height: 5 })).toEqual(cut);
  });

  it("pad extends as sharp's extend does", async () => {
    const opaque = noisePicture(9, 8);
    const wanted = await fromSharp(
      inSharp(opaque).extend({ top: 1, right: 2, bottom: 3, left: 4, background: "#f00" }),
    );
    expect(pad(opaque, { top: 1, right: 2, bottom: 3, left: 4, colour: RED })).toEqual(wanted);
  });

  it("canvas puts the picture at its place and leaves its own alpha alone", () => {
    const placed = canvas(source, { width: 20, height: 12, x: 2, y: 1, colour: RED });
    expect([...placed.data.subarray(0, 4)]).toEqual([255, 0, 0, 255]);
    expect(crop(placed, { x: 2, y: 1, width: 17, height: 11 })).toEqual(source);
  });

  it("flip mirrors left to right as sharp's flop does", async () => {
    expect(flip(source)).toEqual(await fromSharp(inSharp(source).flop()));
  });

  it.each([0, 90, 180, 270] as const)("rotate turns %i° clockwise as sharp does", async (by) => {
    expect(rotate(source, by)).toEqual(await fromSharp(inSharp(source).rotate(by)));
  });

  it("flatten lays over a colour as sharp does, within a level", async () => {
    const wanted = await fromSharp(inSharp(source).flatten({ background: "#ff0000" }));
    const ours = flatten(source, RED);
    expect(difference(ours, wanted).most).toBeLessThanOrEqual(1);
    expect(ours.data.every((v, i) => i % 4 !== 3 || v === 255)).toBe(true);
  });

  it("flatten over a half transparent colour keeps that much alpha", () => {
    const clear = picture(1, 1, () => [9, 9, 9, 0]);
    expect([...flatten(clear, { r: 10, g: 20, b: 30, a: 128 }).data]).toEqual([10, 20, 30, 128]);
  });
});

describe("adjust", () => {
  const source = noisePicture(40, 30, false);

  it("changes nothing with factors of 1", () => {
    expect(adjust(source, same).data).toEqual(source.data);
  });

  it("brightness multiplies, as sharp's linear does", async () => {
    const opaque = noisePicture(30, 30);
    const wanted = await fromSharp(inSharp(opaque).removeAlpha().linear(1.3, 0));
    expect(difference(adjust(opaque, { ...same, brightness: 1.3 }), wanted).most).toBeLessThan(1.1);
  });

  it("contrast scales around 128, as sharp's linear does", async () => {
    const opaque = noisePicture(30, 30);
    const wanted = await fromSharp(inSharp(opaque).removeAlpha().linear(1.5, -64));
    expect(difference(adjust(opaque, { ...same, contrast: 1.5 }), wanted).most).toBeLessThan(1.1);
  });

  it("saturation 0 is Rec. 709 luma on every channel", () => {
    const one = picture(1, 1, () => [200, 100, 50, 255]);
    const luma = Math.round(0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50);
    expect([...adjust(one, { ...same, saturation: 0 }).data]).toEqual([luma, luma, luma, 255]);
  });

  it("gamma above 1 lightens mid-tones by the stated curve and keeps black and white", () => {
    const row = picture(3, 1, (x) => [x * 127.5, 0, 255, 255]);
    const out = adjust(row, { ...same, gamma: 2.2 }).data;
    expect(out[4]).toBe(Math.round(255 * (128 / 255) ** (1 / 2.2)));
    expect([out[0], out[1], out[2]]).toEqual([0, 0, 255]);
  });

  it("applies gamma after saturation and clips only there", () => {
    const one = picture(1, 1, () => [250, 10, 10, 255]);
    const out = adjust(one, { brightness: 1, contrast: 1, saturation: 2, gamma: 0.5 }).data;
    const luma = 0.2126 * 250 + 0.7874 * 10;
    const low = Math.max(0, 10 * 2 - luma);
    expect([...out]).toEqual([255, Math.round(255 * (low / 255) ** 2), Math.round(low), 255]);
  });
});

describe("blur", () => {
  it.each([0.5, 1, 3.3, 8])("agrees with sharp's Gaussian at σ = %d", async (sigma) => {
    const source = checkerboard(90, 70, 9);
    const wanted = await fromSharp(
      inSharp(source).blur({ sigma, precision: "float", minAmplitude: 0.01 }),
    );
    expect(difference(blur(source, sigma), wanted).mean).toBeLessThan(1);
  });

  it.each([11, 40, 250])(
    "stays within three per cent of a step's height with boxes, at σ = %i",
    (sigma) => {
      const width = sigma * 10;
      const step = picture(width, 1, (x) =>
        x < width / 2 ? [0, 0, 0, 255] : [255, 255, 255, 255],
      );
      const out = blur(step, sigma).data;
      for (let x = 0; x < width; x++) {
        const wanted = 255 * normalCdf((x + 0.5 - width / 2) / sigma);
        expect(Math.abs(out[x * 4]! - wanted)).toBeLessThan(255 * 0.03);
      }
    },
  );

  it("does not let the colour of transparent pixels bleed", () => {
    const out = blur(disc(60), 3).data;
    for (let i = 0; i < out.length; i += 4)
      if (out[i + 3]! > 8) expect(out[i + 1]!).toBeLessThan(40);
  });

  it("answers the same raster when off", () => {
    const source = gradient(4, 4);
    expect(blur(source, 0)).toBe(source);
  });
});

describe("sharpen", () => {
  it("leaves flat colour alone", () => {
    const flat = picture(12, 12, () => [90, 140, 30, 200]);
    expect(sharpen(flat, 10).data).toEqual(flat.data);
  });

  it("raises the light side and lowers the dark side of an edge, the same in all channels", () => {
    const edge = picture(20, 3, (x) => (x < 10 ? [100, 110, 120, 255] : [150, 160, 170, 255]));
    const out = sharpen(edge, 2).data;
    const dark = [0, 1, 2].map((c) => out[9 * 4 + c]! - edge.data[9 * 4 + c]!);
    const light = [0, 1, 2].map((c) => out[10 * 4 + c]! - edge.data[10 * 4 + c]!);
    expect(dark[0]).toBeLessThan(-5);
    expect(light[0]).toBeGreaterThan(5);
    expect(new Set(dark).size).toBe(1);
    expect(new Set(light).size).toBe(1);
  });

  it("adds strength / 2 times the difference to a blur of σ = 1", () => {
    const edge = picture(20, 3, (x) => (x < 10 ? [100, 100, 100, 255] : [150, 150, 150, 255]));
    const k = [-3, -2, -1, 0, 1, 2, 3].map((x) => Math.exp((-x * x) / 2));
    const sum = k.reduce((a, b) => a + b);
    const blurred = k.reduce((s, w, i) => s + (w / sum) * (10 + i - 3 < 10 ? 100 : 150), 0);
    expect(sharpen(edge, 3).data[40]).toBe(Math.round(150 + 1.5 * (150 - blurred)));
  });

  it("does not sharpen against the colour of transparent pixels", () => {
    const half = picture(20, 3, (x) => (x < 10 ? [0, 0, 0, 0] : [150, 150, 150, 255]));
    expect(sharpen(half, 10).data).toEqual(half.data);
  });
});

describe("convertToSrgb", () => {
  it("agrees with Little CMS (sharp) from Display P3", async () => {
    const made = await inSharp(noisePicture(64, 64))
      .removeAlpha()
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const stored = await fromSharp(sharp(made, { ignoreIcc: true }));
    const wanted = await fromSharp(sharp(made));
    const { mean, most } = difference(convertToSrgb(stored, "display-p3"), wanted);
    expect(difference(stored, wanted).mean).toBeGreaterThan(3);
    expect(mean).toBeLessThan(0.5);
    // Little CMS rounds the steep, dark end of the curves to 8 bits on its way.
    expect(most).toBeLessThanOrEqual(5);
  });

  it.each([
    ["display-p3", "p3"],
    ["adobe-rgb", "a98"],
  ] as const)("agrees with culori from %s, within a level", (space, mode) => {
    const source = noisePicture(50, 40);
    const exact = picture(50, 40, (x, y) => {
      const i = (y * 50 + x) * 4;
      const [r, g, b] = [0, 1, 2].map((c) => source.data[i + c]! / 255);
      const rgb = toRgb({ mode, r: r!, g: g!, b: b! });
      return [rgb.r * 255, rgb.g * 255, rgb.b * 255, 255];
    });
    expect(difference(convertToSrgb(source, space), exact).most).toBeLessThanOrEqual(1);
  });

  it("keeps greys, black and white in both spaces, within the curves' difference", () => {
    const greys = picture(256, 1, (x) => [x, x, x, 255]);
    expect(difference(convertToSrgb(greys, "display-p3"), greys).most).toBeLessThanOrEqual(0);
    const adobe = convertToSrgb(greys, "adobe-rgb");
    expect(difference(adobe, greys).most).toBeLessThanOrEqual(12);
    expect([adobe.data[0], adobe.data[255 * 4]]).toEqual([0, 255]);
  });

  it("clips colours that sRGB cannot show, and makes Adobe RGB's green stronger", () => {
    const green = picture(1, 1, () => [0, 255, 0, 255]);
    expect([...convertToSrgb(green, "adobe-rgb").data]).toEqual([0, 255, 0, 255]);
    const soft = picture(1, 1, () => [100, 180, 100, 77]);
    const out = convertToSrgb(soft, "adobe-rgb").data;
    expect(out[0]).toBeLessThan(100);
    expect(out[3]).toBe(77);
  });
});

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2));
  const poly =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp((-z * z) / 2);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
