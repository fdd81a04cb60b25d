import { describe, expect, it } from "vitest";
import { createInstance } from "../../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import { PictorError } from "../../../src/errors.ts";
import { instanceBytes, neededBytes } from "../../../src/image/memory-pictor.ts";
import type { PlaneLayout } from "../../../src/image/planes.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { difference, disc, fromSharp, gradient, inSharp, picture } from "../pictures.ts";
import { factsOf, planOf } from "../plans.ts";
import { module } from "./module.ts";

type Wishes = NonNullable<Parameters<typeof planOf>[1]>;

const YCGCO = 8;
/** H.273's KR and KB. */
const WEIGHTS: Readonly<Record<number, readonly [number, number]>> = {
  1: [0.2126, 0.0722],
  2: [0.299, 0.114],
  4: [0.3, 0.11],
  5: [0.299, 0.114],
  6: [0.299, 0.114],
  7: [0.212, 0.087],
  9: [0.2627, 0.0593],
};

/** Luma and chroma of H.273 section 8.3, equations 38 to 41 and 68 to 70; 0–1 and ±0.5. */
function coded(matrix: number, [r, g, b]: readonly number[]): [number, number, number] {
  const [red, green, blue] = [r! / 255, g! / 255, b! / 255];
  if (matrix === 0) return [green, blue - 0.5, red - 0.5];
  if (matrix === YCGCO)
    return [(red + 2 * green + blue) / 4, (2 * green - red - blue) / 4, (red - blue) / 2];
  const [kr, kb] = WEIGHTS[matrix]!;
  const luma = kr * red + (1 - kr - kb) * green + kb * blue;
  return [luma, (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))];
}

/** A picture as a decoder would hand it over, in one piece: bands of 16 rows. */
function bandsOf({ width, height, data }: Raster, layout: PlaneLayout): Uint8Array {
  const bytes: number[] = [];
  const across = layout.subsampling === "444" ? 1 : 2;
  const down = layout.subsampling === "420" ? 2 : 1;
  const isGray = layout.subsampling === "400";
  const level = (value: number, isChroma: boolean) => {
    const [range, zero] = layout.fullRange ? [255, 0] : isChroma ? [224, 0] : [219, 16];
    return Math.max(0, Math.min(255, Math.round(value * range! + (isChroma ? 128 : zero!))));
  };
  const at = (x: number, y: number) => {
    const i = (Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 4;
    const share = layout.premultiplied ? data[i + 3]! / 255 : 1;
    return coded(
      layout.matrix,
      [...data.subarray(i, i + 3)].map((value) => value * share),
    );
  };
  for (let top = 0; top < height; top += 16) {
    const rows = Math.min(16, height - top);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < width; x++) bytes.push(level(at(x, top + y)[0], false));
    for (const plane of isGray ? [] : ([1, 2] as const))
      for (let y = 0; y < rows; y += down)
        for (let x = 0; x < width; x += across) {
          let sum = 0;
          for (let i = 0; i < across * down; i++)
            sum += at(x + (i % across), top + y + Math.floor(i / across))[plane];
          const mean = sum / (across * down);
          bytes.push(layout.matrix === 0 ? level(mean + 0.5, false) : level(mean, true));
        }
    if (layout.alpha)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < width; x++) bytes.push(data[((top + y) * width + x) * 4 + 3]!);
  }
  return Uint8Array.from(bytes);
}

function job(source: Raster, layout: PlaneLayout, wishes: Wishes) {
  const colour = layout.subsampling === "400" ? "gray" : layout.matrix === 0 ? "rgb" : "ycbcr";
  const facts = factsOf({
    format: "avif",
    width: source.width,
    height: source.height,
    colour,
    sampling: layout.subsampling,
    alpha: layout.alpha,
  });
  return planOf(facts, { output: { format: "jxl" }, ...wishes });
}

/** RGBA as the module leaves it for other encoders. */
function render(source: Raster, layout: PlaneLayout, wishes: Wishes = {}): Raster {
  const plan = job(source, layout, wishes);
  const instance = createInstance(module, instanceBytes(plan, 0));
  instance.start(jobBytes(plan, layout));
  expect(instance.feed(bandsOf(source, layout), true)).toBe(true);
  expect(neededBytes(plan, 0)).toBeGreaterThan(0);
  const data = new Uint8ClampedArray(instance.output());
  return { width: plan.output.width, height: plan.output.height, data };
}

const FULL = { fullRange: true, alpha: false, premultiplied: false };
const smooth = gradient(61, 43);
/** Waves that chroma at half the size can follow. */
const waves = picture(160, 120, (x, y) => [
  128 + 90 * Math.sin(x / 17),
  128 + 90 * Math.cos(y / 13),
  128 + 90 * Math.sin((x + y) / 23),
  255,
]);

describe("planes that another module decoded", () => {
  const subsamplings = ["420", "422", "444"] as const;
  for (const matrix of [1, 2, 4, 5, 6, 7, YCGCO, 9])
    for (const fullRange of [true, false])
      for (const subsampling of subsamplings) {
        it(`become colours: matrix ${matrix}, ${subsampling}, ${fullRange ? "full" : "studio"} range`, () => {
          const made = render(waves, { ...FULL, fullRange, matrix, subsampling });
          expect(difference(made, waves).psnr).toBeGreaterThan(subsampling === "444" ? 47 : 42);
        });
      }

  it.each([true, false])("are green, blue and red with matrix 0; full range: %s", (fullRange) => {
    const layout = { ...FULL, fullRange, matrix: 0, subsampling: "444" } as const;
    expect(difference(render(smooth, layout), smooth).most).toBeLessThanOrEqual(fullRange ? 0 : 1);
  });

  it.each([true, false])("are grey alone; full range: %s", (fullRange) => {
    const gray = picture(50, 37, (x, y) => [x * 5, x * 5, x * 5, y > 0 ? 255 : 255]);
    const layout = { ...FULL, fullRange, matrix: 6, subsampling: "400" } as const;
    expect(difference(render(gray, layout), gray).most).toBeLessThanOrEqual(fullRange ? 0 : 1);
  });

  for (const [matrix, subsampling] of [
    [6, "420"],
    [6, "444"],
    [1, "422"],
    [0, "444"],
  ] as const)
    for (const premultiplied of [false, true])
      for (const fullRange of [true, false]) {
        it(`keep alpha: matrix ${matrix}, ${subsampling}, ${premultiplied ? "premultiplied" : "straight"}, ${fullRange ? "full" : "studio"} range`, async () => {
          const soft = disc(90);
          const layout = { matrix, subsampling, premultiplied, fullRange, alpha: true };
          expect(difference(render(soft, layout), soft).psnr).toBeGreaterThan(
            subsampling === "444" ? 45 : 33,
          );
          const half = render(soft, layout, { to: 45 });
          const expected = await fromSharp(inSharp(soft).resize(45));
          expect(difference(half, expected).psnr).toBeGreaterThan(33);
        });
      }

  it("keep alpha beside grey", () => {
    const gray = picture(40, 30, (x, y) => [x * 6, x * 6, x * 6, y * 8]);
    const layout = { ...FULL, matrix: 6, subsampling: "400", alpha: true } as const;
    expect(difference(render(gray, layout), gray).most).toBeLessThanOrEqual(1.01);
  });

  it("are resized as sharp resizes, and cut at any height", async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 17],
      [16, 16],
      [33, 47],
    ] as const) {
      const source = picture(width, height, (x, y) => [x * 7, y * 5, 90, 255]);
      const layout = { ...FULL, matrix: 6, subsampling: "444" } as const;
      expect(difference(render(source, layout), source).most).toBeLessThanOrEqual(2);
    }
    const layout = { ...FULL, matrix: 6, subsampling: "420" } as const;
    const made = render(waves, layout, { to: 53 });
    const expected = await fromSharp(inSharp(waves).resize(53, 40, { fit: "fill" }));
    expect(difference(made, expected).psnr).toBeGreaterThan(40);
  });

  it("need no more rows than the result does", () => {
    const layout = { ...FULL, matrix: 6, subsampling: "420" } as const;
    const plan = job(waves, layout, {
      crop: { x: 0, y: 0, width: 160, height: 20 },
      resize: { width: 160, height: 20 },
      extract: { x: 0, y: 0, width: 160, height: 20 },
      output: { format: "jxl", width: 160, height: 20 },
    });
    const instance = createInstance(module, instanceBytes(plan, 0));
    instance.start(jobBytes(plan, layout));
    const bands = bandsOf(waves, layout);
    expect(instance.feed(bands.subarray(0, 160 * 16 * 1.5), false)).toBe(false);
    expect(instance.feed(bands.subarray(160 * 16 * 1.5, 160 * 32 * 1.5), false)).toBe(true);
  });

  it.each([
    [{ matrix: 10, subsampling: "420" }, "matrix"],
    [{ matrix: 14, subsampling: "444" }, "matrix"],
    [{ matrix: 0, subsampling: "420" }, "different sizes"],
  ] as const)("are refused when they cannot be understood: %o", (wishes, words) => {
    const layout = { ...FULL, ...wishes };
    const plan = job(waves, layout, {});
    const instance = createInstance(module, instanceBytes(plan, 0));
    const refused = expect(() => instance.start(jobBytes(plan, layout)));
    refused.toThrow(PictorError);
    refused.toThrow(words);
  });
});

/** Tight planes, as an encoder in another module gets them. */
function planes(source: Raster, layout: PlaneLayout, output: NonNullable<Wishes["output"]>) {
  const plan = job(source, layout, { output: { format: "avif", ...output } });
  const instance = createInstance(module, instanceBytes(plan, 0));
  instance.start(jobBytes(plan, layout));
  expect(instance.feed(bandsOf(source, layout), true)).toBe(true);
  return instance.output();
}

describe("planes for another module's encoder", () => {
  const layout = { ...FULL, matrix: 6, subsampling: "420" } as const;

  it("are what came in, when nothing is to be done to them", () => {
    const one = picture(30, 16, (x, y) => [x * 8, y * 15, 77, 255]);
    expect(planes(one, layout, { chroma: "420" })).toEqual(bandsOf(one, layout));
  });

  it.each(["420", "444"] as const)("come from colours with chroma %s as JPEG has it", (chroma) => {
    const rgb = { ...FULL, matrix: 0, subsampling: "444" } as const;
    for (const [width, height] of [
      [1, 1],
      [31, 16],
      [16, 15],
      [40, 12],
    ] as const) {
      const source = picture(width, height, (x, y) => [x * 6, y * 9, 120, 255]);
      const made = planes(source, rgb, { chroma });
      const wanted = bandsOf(source, { ...FULL, matrix: 6, subsampling: chroma });
      expect(made.length).toBe(wanted.length);
      const off = made.map((level, i) => Math.abs(level - wanted[i]!));
      expect(Math.max(...off)).toBeLessThanOrEqual(1);
    }
  });

  it("are green, blue and red where the result is lossless, with alpha behind them", () => {
    const source = picture(12, 9, (x, y) => [x * 20, y * 25, 5, 255 - x]);
    const rgb = { ...FULL, matrix: 0, subsampling: "444", alpha: true } as const;
    const made = planes(source, rgb, { lossless: true, alpha: true });
    const channel = (of: number) => source.data.filter((_, i) => i % 4 === of);
    const part = (i: number) => made.subarray(i * 108, (i + 1) * 108);
    expect(made.length).toBe(4 * 108);
    expect([...part(3)]).toEqual([...channel(3)]);
    for (const [i, of] of [1, 2, 0].entries())
      for (const [at, level] of part(i).entries())
        expect(Math.abs(level - channel(of)[at]!)).toBeLessThanOrEqual(1);
  });
});
