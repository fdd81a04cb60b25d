import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JOB_BUDGET_BYTES } from "../../src/image/budget.ts";
import { peakBytes } from "../../src/image/memory.ts";
import { instanceBytes, neededBytes, sizeClass } from "../../src/image/memory-pictor.ts";
import { planOf } from "../engine/plans.ts";
import { factsOf } from "./facts.ts";

const MIB = 2 ** 20;
const photo = (width: number, height: number, more = {}) =>
  factsOf(width, height, { sampling: "420", ...more });

describe("size classes", () => {
  it("hold what is asked, in whole pages, and waste at most a ninth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 * MIB }), (bytes) => {
        const size = sizeClass(bytes);
        expect(size).toBeGreaterThanOrEqual(bytes);
        expect(size % 65_536).toBe(0);
        if (size > MIB / 2) expect(size - bytes).toBeLessThan(size / 9 + 1);
        expect(sizeClass(size)).toBe(size);
      }),
    );
  });
});

describe("the price of a job on our own module", () => {
  it.each([
    ["12 MP to 800 px WebP", photo(4032, 3024), 12],
    ["100 MP to 1600 px WebP", photo(12_000, 8_400), 32],
    ["50 MP progressive to 800 px WebP", photo(8660, 5774, { progressive: true }), 80],
  ])("of %s keeps to its goal", (what, facts, most) => {
    const to = what.includes("1600") ? 1600 : 800;
    const plan = planOf(facts, { to, output: { format: "webp" } });
    expect(peakBytes(plan, 5 * MIB)).toBeLessThanOrEqual(most * MIB);
  });

  it("does not grow with the length of a JPEG, but with that of a WebP", () => {
    const plan = planOf(photo(2000, 1000), { to: 500, output: { format: "jpeg" } });
    expect(neededBytes(plan, 50 * MIB)).toBe(neededBytes(plan, MIB));
    const webp = planOf(photo(2000, 1000, { format: "webp" }), {
      to: 500,
      output: { format: "jpeg" },
    });
    expect(neededBytes(webp, 9 * MIB)).toBeGreaterThan(neededBytes(webp, MIB) + 8 * MIB);
  });

  it("holds the instance and what comes beside it", () => {
    for (const format of ["jpeg", "webp", "png", "avif"] as const) {
      const plan = planOf(photo(4000, 3000), { to: 600, output: { format } });
      expect(peakBytes(plan, MIB)).toBeGreaterThan(instanceBytes(plan, MIB));
      expect(peakBytes(plan, MIB)).toBeLessThan(JOB_BUDGET_BYTES);
    }
  });

  it.each(["jpeg", "webp"] as const)("is larger for a larger %s, and a larger result", (format) => {
    const price = (width: number, to: number) => {
      const facts = photo(width, width, { format, progressive: true });
      return neededBytes(planOf(facts, { to, output: { format: "webp" } }), MIB);
    };
    const sources = [500, 1000, 4000, 16_000].map((width) => price(width, 400));
    expect(sources).toEqual([...sources].sort((a, b) => a - b));
    const results = [50, 200, 800, 1600].map((to) => price(2000, to));
    expect(results).toEqual([...results].sort((a, b) => a - b));
  });
});
