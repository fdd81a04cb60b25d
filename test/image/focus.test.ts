import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { focusOf, seenIn } from "../../src/image/focus.ts";
import type { Face } from "../../src/image/look/faces.ts";
import { type Saliency, saliencyOf } from "../../src/image/look/saliency.ts";
import { printSight, readSight } from "../../src/image/look/sight.ts";
import type { Raster } from "../../src/image/raster.ts";

const NOTHING: Saliency = { columns: 4, rows: 4, cells: new Uint8Array(16) };
const face = (x: number, y: number, side = 0.1): Face => ({
  x,
  y,
  width: side,
  height: side,
  score: 0.9,
});
const PICTURE = { width: 1600, height: 1600 };
const faces = (zoom: number, window: { width: number; height: number }, ...found: Face[]) =>
  focusOf({ zoom }, PICTURE, window, { faces: found, saliency: NOTHING });

/** What is kept around a point. */
function keptBy(
  point: { x: number; y: number },
  { width, height }: { width: number; height: number },
) {
  const x = Math.min(1 - width, Math.max(0, point.x - width / 2));
  const y = Math.min(1 - height, Math.max(0, point.y - height / 2));
  return { x, y, width, height };
}
const holds = (
  outer: ReturnType<typeof keptBy>,
  inner: { x: number; y: number; width: number; height: number },
) =>
  inner.x >= outer.x - 1e-6 &&
  inner.y >= outer.y - 1e-6 &&
  inner.x + inner.width <= outer.x + outer.width + 1e-6 &&
  inner.y + inner.height <= outer.y + outer.height + 1e-6;

describe("a cut around faces", () => {
  const part = fc.double({ min: 0, max: 0.85, noNaN: true });
  const window = fc.record({
    width: fc.double({ min: 0.25, max: 1, noNaN: true }),
    height: fc.double({ min: 0.25, max: 1, noNaN: true }),
  });

  it("never cuts a face that fits, however tight", () => {
    const zoom = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(part, part, window, zoom, (x, y, size, tight) => {
        const one = face(x, y);
        const { by, point, frame } = faces(tight, size, one);
        expect(by).toBe("faces");
        expect(holds(frame ?? keptBy(point, size), one)).toBe(true);
      }),
    );
  });

  it("keeps two faces that fit together", () => {
    const [left, right] = [face(0.1, 0.4), face(0.5, 0.45)];
    const size = { width: 0.7, height: 1 };
    const kept = keptBy(faces(0, size, left, right).point, size);
    expect(holds(kept, left) && holds(kept, right)).toBe(true);
  });

  it("keeps the larger of two that do not", () => {
    const [small, large] = [face(0.02, 0.4, 0.08), face(0.7, 0.4, 0.25)];
    const size = { width: 0.4, height: 1 };
    const kept = keptBy(faces(0, size, small, large).point, size);
    expect(holds(kept, large)).toBe(true);
    expect(holds(kept, small)).toBe(false);
  });

  it("gets tighter with zoom, in the same shape", () => {
    const size = { width: 1, height: 0.5 };
    const widths = [0.25, 0.5, 0.75, 1].map((zoom) => {
      const { frame } = faces(zoom, size, face(0.3, 0.3));
      expect(frame!.width / frame!.height).toBeCloseTo(2, 6);
      return frame!.width;
    });
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[0]).toBeLessThan(1);
    // A head of 0.1 × 0.16 in a window of 2:1.
    expect(widths[3]).toBeCloseTo(0.32, 6);
  });
});

/** A disc of one colour on another, with an even light across. */
function discOn(
  width: number,
  height: number,
  centreX: number,
  radius: number,
  tint: readonly number[],
): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.hypot(x - centreX, y - height / 2) < radius;
      const shade = 150 + (40 * x) / width + ((x * 31 + y * 17) % 7);
      data.set(inside ? [...tint, 255] : [shade, shade + 5, shade + 10, 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

const noFaces = (saliency: Saliency) => ({ faces: [], saliency });
const SQUARE = { width: 1 / 3, height: 1 };

describe("a cut by what is salient", () => {
  // Composites, so that the truth is known: 5 places × 4 colours; see docs/crops.md.
  const cases = [0.12, 0.3, 0.5, 0.7, 0.88].flatMap((place) =>
    [
      [200, 30, 30],
      [30, 120, 40],
      [20, 20, 20],
      [250, 220, 60],
    ].map((tint) => [place, tint] as const),
  );
  it.each(cases)("keeps a subject at %f of the width, of colour %o", (place, tint) => {
    const raster = discOn(900, 300, 900 * place, 80, tint);
    const { point } = focusOf({ zoom: 0 }, raster, SQUARE, noFaces(saliencyOf(raster)));
    const kept = keptBy(point, SQUARE);
    const disc = { x: place - 80 / 900, y: 0, width: 160 / 900, height: 1 };
    expect(
      holds(
        { ...kept, x: kept.x - 0.01, width: kept.width + 0.02 },
        { ...disc, x: Math.max(0, disc.x) },
      ),
    ).toBe(true);
  });

  it("stays in the middle for a subject there", () => {
    const raster = discOn(900, 300, 450, 80, [200, 30, 30]);
    const focus = focusOf({ zoom: 0 }, raster, SQUARE, noFaces(saliencyOf(raster)));
    expect(focus).toEqual({ by: "centre", point: { x: 0.5, y: 0.5 } });
  });

  it.each([
    ["an even picture", () => 128],
    ["noise", (i: number) => (i * 2_654_435_761) % 256],
    ["stripes", (i: number) => (i % 20 < 10 ? 20 : 230)],
  ])("stays in the middle of %s", (_, level) => {
    const data = new Uint8ClampedArray(900 * 300 * 4);
    for (let i = 0; i < 900 * 300; i++) {
      const value = level(i);
      data.set([value, value, value, 255], i * 4);
    }
    const raster = { width: 900, height: 300, data };
    expect(focusOf({ zoom: 0 }, raster, SQUARE, noFaces(saliencyOf(raster))).by).toBe("centre");
  });

  it("stays in the middle between two subjects of one size", () => {
    const left = discOn(900, 300, 110, 80, [200, 30, 30]);
    const right = discOn(900, 300, 790, 80, [200, 30, 30]);
    const both = left.data.map((value, i) => ((i >> 2) % 900 < 450 ? value : right.data[i]!));
    const raster = { width: 900, height: 300, data: both };
    expect(focusOf({ zoom: 0 }, raster, SQUARE, noFaces(saliencyOf(raster))).by).toBe("centre");
  });
});

describe("a sight", () => {
  const sight = {
    faces: [face(0.5, 0.5), face(0.1, 0.2)],
    saliency: saliencyOf(discOn(300, 200, 60, 30, [200, 30, 30])),
  };

  it("is read as it was printed", () => {
    expect(readSight(printSight(sight))).toEqual(sight);
  });

  it("is not read from anything else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => readSight(text) === undefined),
    );
    const odd = [
      '{"faces":[],"columns":1e9,"rows":1,"cells":""}',
      '{"faces":[[0,0,2,1,1]],"columns":1,"rows":1,"cells":"00"}',
    ];
    expect(odd.map(readSight)).toEqual([undefined, undefined]);
  });

  it("is of a part what is seen there", () => {
    const seen = seenIn({ x: 0.4, y: 0.4, width: 0.4, height: 0.4 }, sight);
    expect(seen.faces).toHaveLength(1);
    expect(seen.faces[0]!.x).toBeCloseTo(0.25, 9);
    expect(seen.faces[0]!.width).toBeCloseTo(0.25, 9);
    expect(Math.max(...seen.saliency.cells)).toBeLessThan(Math.max(...sight.saliency.cells));
  });
});
