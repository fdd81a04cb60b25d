import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { miniatureOf } from "../../src/image/miniature.ts";
import { planOf } from "../../src/image/plan.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { factsOf } from "./facts.ts";

const SIDE = 64;

function plans(query: Readonly<Record<string, string>>, width: number, height: number) {
  const wishes = resolve(parse(Object.entries(query)));
  const plan = planOf(wishes, "raster", factsOf(width, height), 1000, () => 0);
  return { plan, small: miniatureOf(plan, SIDE, () => 0) };
}

describe("a miniature", () => {
  it("is the plan, with its lengths scaled", () => {
    const query = {
      w: "640",
      h: "320",
      fit: "cover",
      blur: "20",
      pad: "40",
      sharpen: "2",
      rotate: "90",
    };
    const { small } = plans(query, 4000, 3000);
    expect(small).toMatchObject({
      crop: { width: 4000, height: 3000 },
      rotate: 90,
      sharpen: 0,
      // Each part is rounded for itself: 4 + 57 + 4 by 4 + 28 + 4.
      output: { width: 65, height: 36 },
    });
    expect(small.blur).toBeCloseTo(20 * (64 / 720), 6);
    expect(small.pad).toMatchObject({ top: 4, left: 4 });
  });

  it("has its frame in small, and its effects as they are", () => {
    const query = {
      w: "640",
      h: "640",
      fit: "pad",
      border: "40,red",
      radius: "max",
      effect: "sepia",
      hue: "20",
      pixelate: "30",
    };
    const { small } = plans({ ...query, background: "blur" }, 4000, 2000);
    expect(small).toMatchObject({
      resize: { width: 57, height: 28 },
      canvas: { width: 57, height: 57, x: 0, y: 14 },
      border: { width: 4 },
      radius: 32,
      effect: { kind: "sepia" },
      hue: 20,
      pixelate: 3,
      backdrop: true,
      output: { width: 65, height: 65 },
    });
  });

  it("of what is small already is as large", () => {
    const { plan, small } = plans({ w: "40" }, 400, 300);
    expect(small.output).toEqual(plan.output);
  });

  it("of any plan fits into itself, is not longer than the side, and has its shape", () => {
    const side = fc.integer({ min: 1, max: 8000 });
    const wish = fc.record(
      {
        fit: fc.constantFrom(
          "scale-down",
          "contain",
          "cover",
          "crop",
          "aspect-crop",
          "pad",
          "squeeze",
        ),
        w: side.map(String),
        h: side.map(String),
        pad: fc.integer({ min: 0, max: 99 }).map(String),
        rotate: fc.constantFrom("0", "90", "180"),
        border: fc.constantFrom("0,red", "3,red", "200,red"),
        radius: fc.constantFrom("9", "300", "max"),
        gravity: fc.constantFrom("north", "0.3x0.9", "southeast"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wish, side, side, (query, width, height) => {
        const { plan, small } = plans(query, width, height);
        const { resize, extract, canvas, output } = small;
        for (const { width, height } of [resize, extract, output]) {
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
        }
        expect(extract.x + extract.width).toBeLessThanOrEqual(resize.width);
        expect(extract.y + extract.height).toBeLessThanOrEqual(resize.height);
        if (canvas) {
          const isTurned = small.rotate === 90;
          const [across, down] = isTurned
            ? [extract.height, extract.width]
            : [extract.width, extract.height];
          expect(canvas.x + across).toBeLessThanOrEqual(canvas.width);
          expect(canvas.y + down).toBeLessThanOrEqual(canvas.height);
        }
        const { top = 0, right = 0, bottom = 0, left = 0 } = small.pad ?? {};
        const inner = { width: output.width - left - right, height: output.height - top - bottom };
        expect(2 * small.radius).toBeLessThanOrEqual(Math.min(inner.width, inner.height));
        // Two margins, two of the border and the picture are rounded for themselves; of the picture, a pixel is left.
        expect(Math.max(output.width, output.height)).toBeLessThanOrEqual(SIDE + 3);
        const scale = Math.min(1, SIDE / Math.max(plan.output.width, plan.output.height));
        expect(Math.abs(output.width - plan.output.width * scale)).toBeLessThanOrEqual(3);
        expect(Math.abs(output.height - plan.output.height * scale)).toBeLessThanOrEqual(3);
        expect(
          Math.min(canvas?.x ?? 0, canvas?.y ?? 0, extract.x, extract.y),
        ).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
