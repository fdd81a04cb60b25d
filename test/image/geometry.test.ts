import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Box,
  type Fit,
  type Layout,
  layout,
  type Placement,
} from "../../src/image/geometry.ts";
import type { Rect, Size } from "../../src/image/job.ts";
import { COMPASS } from "../../src/params/kinds-geometry.ts";

const FITS = ["scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"] as const;

/** What comes out: the canvas, or what is kept of the picture. */
function shown({ extract, canvas }: Layout): readonly [number, number] {
  const { width, height } = canvas ?? extract;
  return [width, height];
}

const box = (fit: Fit, width?: number, height?: number, gravity: Placement = "center"): Box => ({
  fit,
  width,
  height,
  gravity,
});

describe("the documented meanings of the fits, for a picture of 600 × 400", () => {
  const picture = { width: 600, height: 400 };

  // [fit, box, resized to, result]
  it.each<[Fit, [number | undefined, number?], [number, number], [number, number]]>([
    // As large as possible within the box, never enlarged.
    ["scale-down", [300, 300], [300, 200], [300, 200]],
    ["scale-down", [800, 800], [600, 400], [600, 400]],
    ["scale-down", [800, 100], [150, 100], [150, 100]],
    ["scale-down", [300], [300, 200], [300, 200]],
    ["scale-down", [900], [600, 400], [600, 400]],
    // The same, shrunk or enlarged.
    ["contain", [300, 300], [300, 200], [300, 200]],
    ["contain", [900, 900], [900, 600], [900, 600]],
    ["contain", [undefined, 800], [1200, 800], [1200, 800]],
    // Fills the box, cut to fit.
    ["cover", [300, 300], [450, 300], [300, 300]],
    ["cover", [1200, 1200], [1800, 1200], [1200, 1200]],
    ["cover", [1200, 100], [1200, 800], [1200, 100]],
    // Shrunk and cut to fit within the box, never enlarged; smaller pictures as scale-down.
    ["crop", [300, 300], [450, 300], [300, 300]],
    ["crop", [1200, 1200], [600, 400], [600, 400]],
    ["crop", [1200, 100], [600, 400], [600, 100]],
    ["crop", [100, 1200], [600, 400], [100, 400]],
    // Always the box's shape, never enlarged.
    ["aspect-crop", [300, 300], [450, 300], [300, 300]],
    ["aspect-crop", [1200, 1200], [600, 400], [400, 400]],
    ["aspect-crop", [1200, 100], [600, 400], [600, 50]],
    ["aspect-crop", [600, 400], [600, 400], [600, 400]],
    // Within the box; the rest is background.
    ["pad", [300, 300], [300, 200], [300, 300]],
    ["pad", [1200, 1200], [1200, 800], [1200, 1200]],
    // Exactly the box, whatever that does to the shape.
    ["squeeze", [300, 300], [300, 300], [300, 300]],
    ["squeeze", [1200, 10], [1200, 10], [1200, 10]],
  ])("%s in %j resizes to %j and shows %j", (fit, [width, height], resize, result) => {
    const made = layout(picture, box(fit, width, height));
    expect([made.resize.width, made.resize.height]).toEqual(resize);
    expect(shown(made)).toEqual(result);
  });

  it("no box and no shape is the picture as it is", () => {
    for (const fit of FITS) {
      const made = layout(picture, box(fit));
      expect(made).toEqual({ resize: picture, extract: { x: 0, y: 0, ...picture } });
    }
  });

  it("a shape alone is the largest box inside the picture", () => {
    const ar = { width: 1, height: 2 };
    expect(shown(layout(picture, { ...box("cover"), ar }))).toEqual([200, 400]);
    expect(shown(layout(picture, { ...box("pad"), ar }))).toEqual([200, 400]);
    expect(shown(layout(picture, { ...box("scale-down"), ar }))).toEqual([200, 133]);
  });

  it("pad and squeeze without enlarging leave the picture's own size", () => {
    const enlarge = false;
    const padded = layout(picture, { ...box("pad", 800, 900, "southeast"), enlarge });
    expect(padded.resize).toEqual(picture);
    expect(padded.canvas).toEqual({ width: 800, height: 900, x: 200, y: 500 });
    const squeezed = layout(picture, { ...box("squeeze", 800, 90), enlarge });
    expect(squeezed.resize).toEqual({ width: 600, height: 90 });
  });
});

describe("a crop given as a rectangle", () => {
  it("lends its sides and nothing of its place", () => {
    const crop = { x: 30, y: 20, width: 100, height: 80 };
    for (const fit of FITS) {
      const made = layout(crop, box(fit));
      expect(made.resize).toEqual({ width: 100, height: 80 });
      expect(made.extract).toEqual({ x: 0, y: 0, width: 100, height: 80 });
    }
  });
});

describe("gravity", () => {
  /** Where something goes that has `free` px to move in, by the words for its start and its end. */
  const moved = (gravity: string, [start, end]: readonly [string, string], free: number) => {
    if (gravity.includes(start)) return 0;
    return gravity.includes(end) ? free : free / 2;
  };
  const [columns, rows] = [
    ["west", "east"],
    ["north", "south"],
  ] as const;

  it.each(COMPASS)("%s names the part that is kept, and where the picture stands", (gravity) => {
    const kept = layout({ width: 600, height: 400 }, box("crop", 200, 100, gravity));
    // 600 × 400 covers 200 × 100 as 200 × 133.
    expect(kept.extract.x).toBe(0);
    expect(kept.extract.y).toBe(Math.ceil(moved(gravity, rows, 33)));
    const wide = layout({ width: 600, height: 100 }, box("cover", 100, 50, gravity));
    expect(wide.extract.x).toBe(moved(gravity, columns, 200));
    const stood = layout({ width: 600, height: 400 }, box("pad", 300, 300, gravity));
    expect(stood.canvas).toEqual({
      width: 300,
      height: 300,
      x: 0,
      y: moved(gravity, rows, 100),
    });
  });

  it("a focal point is the middle of what is kept, as near as the edges allow", () => {
    const at = (x: number) =>
      layout({ width: 400, height: 100 }, box("cover", 100, 100, { x, y: 0.5 })).extract.x;
    expect([0, 0.1, 0.125, 0.3, 0.6, 0.875, 1].map(at)).toEqual([0, 0, 0, 70, 190, 300, 300]);
  });

  it("a focal point divides a canvas's free space in its own proportion", () => {
    const { canvas } = layout({ width: 100, height: 100 }, box("pad", 300, 100, { x: 0.25, y: 1 }));
    expect(canvas).toEqual({ width: 300, height: 100, x: 50, y: 0 });
  });
});

describe("for every picture and box", () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20_000 }));
  const size = fc.record({ width: side, height: side });
  const gravity: fc.Arbitrary<Placement> = fc.oneof(
    fc.constantFrom(...COMPASS),
    fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );
  const given = fc.option(fc.integer({ min: 1, max: 8192 }), { nil: undefined });
  const boxes = fc.record({
    fit: fc.constantFrom(...FITS),
    width: given,
    height: given,
    ar: fc.option(
      fc.record({
        width: fc.integer({ min: 1, max: 100 }),
        height: fc.integer({ min: 1, max: 100 }),
      }),
      { nil: undefined },
    ),
    enlarge: fc.constantFrom(undefined, false),
    gravity,
  });
  const both = fc.record({
    width: fc.integer({ min: 1, max: 8192 }),
    height: fc.integer({ min: 1, max: 8192 }),
  });

  const isInside = (rect: Rect, parent: Size) =>
    [rect.x, rect.y, rect.width, rect.height].every(Number.isSafeInteger) &&
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.width >= 1 &&
    rect.height >= 1 &&
    rect.x + rect.width <= parent.width &&
    rect.y + rect.height <= parent.height;

  it("every rectangle is whole, at least 1 px, and inside the one before", () => {
    fc.assert(
      fc.property(size, boxes, (picture, wanted) => {
        const { resize, extract, canvas } = layout(picture, wanted);
        expect(isInside({ x: 0, y: 0, ...resize }, resize)).toBe(true);
        expect(isInside(extract, resize)).toBe(true);
        if (canvas) expect(isInside({ ...extract, x: canvas.x, y: canvas.y }, canvas)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("contain, scale-down, crop and aspect-crop stay within the box", () => {
    const within = fc.constantFrom<Fit>("contain", "scale-down", "crop", "aspect-crop");
    fc.assert(
      fc.property(size, within, both, gravity, (picture, fit, wanted, g) => {
        const [width, height] = shown(layout(picture, { fit, ...wanted, gravity: g }));
        expect(width).toBeLessThanOrEqual(wanted.width);
        expect(height).toBeLessThanOrEqual(wanted.height);
      }),
      { numRuns: 1000 },
    );
  });

  it("cover, pad and squeeze are the box", () => {
    fc.assert(
      fc.property(
        size,
        fc.constantFrom<Fit>("cover", "pad", "squeeze"),
        both,
        gravity,
        (picture, fit, wanted, g) => {
          expect(shown(layout(picture, { fit, ...wanted, gravity: g }))).toEqual([
            wanted.width,
            wanted.height,
          ]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("scale-down, crop and aspect-crop never enlarge", () => {
    const keeping = fc.constantFrom<Fit>("scale-down", "crop", "aspect-crop");
    fc.assert(
      fc.property(size, keeping, given, given, gravity, (picture, fit, width, height, g) => {
        const { resize } = layout(picture, { fit, width, height, gravity: g });
        expect(resize.width).toBeLessThanOrEqual(picture.width);
        expect(resize.height).toBeLessThanOrEqual(picture.height);
      }),
      { numRuns: 1000 },
    );
  });

  it("all but squeeze keep the picture's shape, to half a pixel a side", () => {
    fc.assert(
      fc.property(size, boxes, (picture, wanted) => {
        fc.pre(wanted.fit !== "squeeze");
        const { resize } = layout(picture, wanted);
        // The scales that round to each side overlap, unless a side was held at 1 px.
        const scales = (px: number, of: number) =>
          [(px === 1 ? 0 : px - 0.5) / of, (px + 0.5) / of] as const;
        const across = scales(resize.width, picture.width);
        const down = scales(resize.height, picture.height);
        // A missing side is rounded first, and the picture then fitted to the rounded box.
        const slack = 1 + 1e-9 + 1 / Math.min(resize.width, resize.height);
        expect(across[0]).toBeLessThanOrEqual(down[1] * slack);
        expect(down[0]).toBeLessThanOrEqual(across[1] * slack);
      }),
      { numRuns: 2000 },
    );
  });

  it("aspect-crop has the box's shape, to half a pixel a side", () => {
    fc.assert(
      fc.property(size, both, (picture, wanted) => {
        const [width, height] = shown(
          layout(picture, box("aspect-crop", wanted.width, wanted.height)),
        );
        const scales = (px: number, of: number) =>
          [(px === 1 ? 0 : px - 0.5) / of, (px + 0.5) / of] as const;
        const across = scales(width, wanted.width);
        const down = scales(height, wanted.height);
        expect(across[0]).toBeLessThanOrEqual(down[1] + 1e-12);
        expect(down[0]).toBeLessThanOrEqual(across[1] + 1e-12);
      }),
      { numRuns: 1000 },
    );
  });

  it("opposite gravities are mirror images, to the odd pixel of a middle", () => {
    fc.assert(
      fc.property(size, both, (picture, wanted) => {
        const at = (g: Placement) => layout(picture, { fit: "cover", ...wanted, gravity: g });
        const { resize, extract } = at("northwest");
        expect([extract.x, extract.y]).toEqual([0, 0]);
        const other = at("southeast").extract;
        expect(other.x + other.width).toBe(resize.width);
        expect(other.y + other.height).toBe(resize.height);
        const middle = at("center").extract;
        expect(Math.abs(2 * middle.x - other.x)).toBeLessThanOrEqual(1);
        expect(Math.abs(2 * middle.y - other.y)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
