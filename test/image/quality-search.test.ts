import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/image/facts.ts";
import { peakBytes } from "../../src/image/memory.ts";
import { planOf } from "../../src/image/plan.ts";
import { fitted, LOWEST_QUALITY, MOST_ENCODES } from "../../src/image/quality-search.ts";
import { resolve } from "../../src/params/resolve.ts";

const SOURCE: Facts = {
  format: "jpeg",
  width: 2000,
  height: 1500,
  orientation: 1,
  alpha: false,
} as Facts;

/** Bytes of a file by its quality, 1 to 100. */
type Sizes = (quality: number) => number;

async function search(sizes: Sizes, highest: number, maxBytes: number) {
  const asked: number[] = [];
  const encode = async (quality: number) => {
    asked.push(quality);
    return { bytes: new Uint8Array(sizes(quality)) };
  };
  const { made, ...found } = await fitted(encode, highest, maxBytes);
  expect(asked.length).toBe(found.encodes);
  expect(made.bytes.length).toBe(sizes(found.quality));
  return { ...found, size: made.bytes.length };
}

/** As it would be found with all encodes there are. */
function bestOf(sizes: Sizes, highest: number, maxBytes: number): number | undefined {
  for (let quality = highest; quality >= Math.min(highest, LOWEST_QUALITY); quality--) {
    if (sizes(quality) <= maxBytes) return quality;
  }
  return undefined;
}

/** What mozjpeg and libwebp write of a photo, about: slow growth, and a steep end. */
const photo: Sizes = (q) => Math.round(9000 * Math.exp(0.021 * q) + 0.02 * 1.13 ** q);

describe("the search for a quality", () => {
  it("is over after one encode that fits", async () => {
    expect(await search(photo, 80, photo(80))).toMatchObject({
      quality: 80,
      encodes: 1,
      fits: true,
    });
  });

  it.each([79, 75, 60, 45, 30, 15, 11, 10])("comes near to %i", async (best) => {
    const found = await search(photo, 80, photo(best));
    expect(found.fits).toBe(true);
    expect(found.quality).toBeLessThanOrEqual(best);
    expect(found.quality).toBeGreaterThanOrEqual(best - 2);
  });

  it("gives the lowest quality where none fits", async () => {
    const found = await search(photo, 80, 600);
    expect(found).toMatchObject({ quality: LOWEST_QUALITY, fits: false });
    expect(await search(photo, 5, 600)).toMatchObject({ quality: 5, encodes: 1, fits: false });
  });

  it("fits whenever the lowest quality does, in five encodes at most, for any growing sizes", async () => {
    const growing = fc
      .array(fc.integer({ min: 0, max: 3000 }), { minLength: 100, maxLength: 100 })
      .map((steps) => {
        let size = 500;
        return steps.map((step) => (size += step));
      });
    const qualities = fc.integer({ min: 1, max: 100 });
    const limits = fc.integer({ min: 500, max: 320_000 });
    await fc.assert(
      fc.asyncProperty(growing, qualities, limits, async (table, highest, maxBytes) => {
        const sizes: Sizes = (quality) => table[quality - 1]!;
        const best = bestOf(sizes, highest, maxBytes);
        const found = await search(sizes, highest, maxBytes);
        expect(found.encodes).toBeLessThanOrEqual(MOST_ENCODES);
        expect(found.fits).toBe(best !== undefined);
        if (found.fits) expect(found.size).toBeLessThanOrEqual(maxBytes);
        if (best !== undefined) expect(found.quality).toBeLessThanOrEqual(best);
      }),
    );
  });

  it("ends for sizes without any order, and tells the truth about them", async () => {
    const table = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 500, max: 5000 }), async (sizes, maxBytes) => {
        const found = await search((quality) => sizes[quality - 1]!, 80, maxBytes);
        expect(found.encodes).toBeLessThanOrEqual(MOST_ENCODES);
        expect(found.size <= maxBytes).toBe(found.fits);
      }),
    );
  });
});

it.each(["jpeg", "webp", "avif", "jxl"] as const)(
  "less quality never takes more memory than the plan was priced at, in %s",
  (format) => {
    const priced = (quality: number, chroma: "420" | "444") => {
      const { format: _, ...wishes } = resolve({ width: 800, quality, chroma });
      return planOf(wishes, format, SOURCE, 1_000_000, peakBytes).peakBytes;
    };
    for (const chroma of ["420", "444"] as const) {
      const prices = Array.from({ length: 100 }, (_, i) => priced(i + 1, chroma));
      expect(prices).toEqual([...prices].sort((a, b) => a - b));
    }
  },
);
