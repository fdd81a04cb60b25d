import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { JOB_BUDGET_BYTES, MAX_AVIF_OUTPUT_PIXELS } from "../../src/image/budget.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Plan } from "../../src/image/job.ts";
import { fittingPlan } from "../../src/image/limits.ts";
import { peakBytes } from "../../src/image/memory.ts";
import type { WantedFormat } from "../../src/image/plan.ts";
import { factsOf, transformOf } from "./facts.ts";

const FILE_BYTES = 3_000_000;

function plan(query: string, facts: Facts, format: WantedFormat = "base"): Plan {
  return fittingPlan(transformOf(query), format, facts, FILE_BYTES, peakBytes);
}

function refusal(query: string, facts: Facts, format: WantedFormat = "base"): PictorError {
  try {
    const { width, height } = plan(query, facts, format).output;
    throw new Error(`was planned: ${width} × ${height}`);
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
}

/** The query as someone has it who follows a `fix`: new values for some parameters, and two sides make `ar` needless. */
function followed(query: string, fix: string): string {
  const [values = ""] = fix.split(", or ");
  const long = query.replace(/(^|&)w=/, "$1width=").replace(/(^|&)h=/, "$1height=");
  const replaced = values.includes("height=") ? `${values}&ar=` : values;
  const kept = long.split("&").filter((pair) => !replaced.includes(`${pair.split("=")[0]}=`));
  return [...kept, values].join("&");
}

const PHOTO = factsOf(3000, 2000);

describe("a result that does not fit", () => {
  it.each<[string, WantedFormat]>([
    ["w=8000&fit=contain", "jpeg"],
    ["h=8000&fit=contain", "png"],
    ["w=8000&h=8000&fit=cover&g=north", "webp"],
    ["w=8000&h=5000&fit=pad", "webp"],
    ["w=8192&h=30&fit=squeeze&pad=4000", "jpeg"],
    ["w=3000&ar=1:2&fit=cover", "avif"],
    ["ar=3:2&fit=cover", "avif"],
    ["w=1600", "jxl"],
    ["w=3000&h=700&fit=crop&lossless=true", "jxl"],
    ["", "avif"],
    ["rotate=90", "avif"],
    ["pad=3000", "png"],
    ["w=10&pad=8192,0,0,0", "jpeg"],
    ["w=10&border=8000,red", "jpeg"],
    ["border=4000,0008&radius=max&pad=90&background=blur", "webp"],
    ["w=6000&fit=contain&radius=40", "png"],
    ["w=6000&fit=contain&lossless=true", "webp"],
    ["crop=10,10,2900,1900&w=7000&fit=contain&pad=9", "avif"],
    ["w=5000&h=4000&fit=squeeze&rotate=270&flip=v", "avif"],
  ])("is refused with a fix that fits: %s as %s", (query, format) => {
    const error = refusal(query, PHOTO, format);
    expect([error.code, error.status]).toEqual(["output_too_large", 413]);
    const { output } = plan(followed(query, error.info.fix!), PHOTO, format);
    expect(error.info.expected).toContain(`${output.width} × ${output.height}`);
  });

  it("is refused with a fix that is near the limit", () => {
    for (const format of ["jpeg", "png", "webp", "avif", "jxl"] as const) {
      const error = refusal("w=8000&fit=contain", PHOTO, format);
      const width = Number(/^width=(\d+)/.exec(error.info.fix!)![1]);
      expect(() => plan(`w=${width}&fit=contain`, PHOTO, format)).not.toThrow();
      expect(refusal(`w=${width + 2}&fit=contain`, PHOTO, format).code).toBe("output_too_large");
    }
  });

  it("offers WebP in the place of AVIF only when WebP fits", () => {
    const photo = factsOf(2000, 1500);
    expect(refusal("", photo, "avif").info.fix).toMatch(/, or format=webp$/);
    const { output } = plan("", photo, "webp");
    expect(output.width * output.height).toBeGreaterThan(MAX_AVIF_OUTPUT_PIXELS);
    expect(refusal("w=8000&fit=contain", PHOTO, "avif").info.fix).not.toContain("webp");
  });

  it("offers in the place of JPEG XL what fits: AVIF, then WebP", () => {
    expect(refusal("w=1600", PHOTO, "jxl").info).toEqual({
      detail:
        "A result of 1600 × 1067 (after dpr and ar) as JXL is more than one request may take.",
      expected: "at most about 1020 × 680 as JXL",
      received: "1600 × 1067",
      fix: "width=1020, or format=avif",
    });
    expect(refusal("w=2000", PHOTO, "jxl").info.fix).toMatch(/, or format=webp$/);
    expect(refusal("w=8000&fit=contain", PHOTO, "jxl").info.fix).toMatch(/^width=\d+$/);
  });

  it.each([
    [1, 16_000, "w=64", "height=8192"],
    [65_000, 2, "h=64", "width=8192"],
  ])("is too long whatever the other side: %i × %i, %s", (width, height, query, fix) => {
    const facts = factsOf(width, height, { format: "png", colour: "rgb" });
    const error = refusal(query, facts);
    expect(error.code).toBe("output_too_large");
    expect(error.info).toMatchObject({ received: `${width} × ${height}`, fix });
    const { output } = plan(followed(query, fix), facts);
    expect(Math.max(output.width, output.height)).toBe(8192);
  });

  it("has a side above 8192 px, in memory or not", () => {
    const strip = factsOf(9000, 10);
    const error = refusal("", strip);
    expect([error.code, error.info.fix]).toEqual(["output_too_large", "width=8192"]);
    expect(refusal("fit=contain&h=100", factsOf(500, 5)).code).toBe("output_too_large");
    expect(plan("fit=contain&h=81", factsOf(500, 5)).output.width).toBe(8100);
  });
});

describe("a source that does not fit", () => {
  const sources = [
    ["turned webp", { format: "webp", colour: "rgb", orientation: 6 }],
    ["png", { format: "png", colour: "rgb", alpha: true }],
    ["palette png", { format: "png", colour: "palette" }],
    ["webp", { format: "webp", alpha: true }],
    ["avif", { format: "avif" }],
    ["gif", { format: "gif", colour: "palette" }],
  ] as const satisfies readonly (readonly [string, Partial<Facts>])[];

  it.each(sources)("names a size for %s that fits, and is near the limit", (_, more) => {
    const query = "w=200&crop=0.01,0.02,0.9,0.85";
    const error = refusal(query, factsOf(12_000, 9000, more));
    expect([error.code, error.status]).toEqual(["picture_too_large", 413]);
    const limit = Number(/([\d.]+) megapixels/.exec(error.info.expected!)![1]) * 1e6;
    const of = (pixels: number) => {
      const height = Math.floor(Math.sqrt((pixels * 9000) / 12_000));
      return factsOf(Math.floor(pixels / height), height, more);
    };
    expect(() => plan(query, of(limit))).not.toThrow();
    // A little above, a result of very few pixels may still fit; the one that was asked for does not.
    expect(refusal(query, of(limit + 0.15e6)).code).toMatch(/^(picture|output)_too_large$/);
  });

  it("says the same of a crop in px, which shrinks with the picture", () => {
    const webp = factsOf(10_000, 10_000, { format: "webp", colour: "rgb" });
    const [px, parts] = ["100,200,6000,4500", "0.01,0.02,0.6,0.45"].map((crop) =>
      refusal(`crop=${crop}`, webp),
    );
    expect(px!.info).toEqual(parts!.info);
  });

  it("is refused as such, however large the wanted result is besides", () => {
    const png = factsOf(30_000, 30_000, { format: "png", colour: "rgb" });
    expect(refusal("w=8000", png).code).toBe("picture_too_large");
  });

  it("is refused for a header's wildest claims, after a few dozen prices", () => {
    const wildest = factsOf(2 ** 31 - 1, 2 ** 31 - 1, { format: "png" });
    let prices = 0;
    const counted: typeof peakBytes = (...job) => {
      prices++;
      return peakBytes(...job);
    };
    const planned = () => fittingPlan(transformOf("w=200"), "base", wildest, FILE_BYTES, counted);
    expect(planned).toThrow(expect.objectContaining({ code: "picture_too_large" }));
    expect(prices).toBeLessThanOrEqual(50);
  });
});

describe("for every picture and wish", () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
  });
  const queries = fc
    .record({
      w: fc.option(fc.integer({ min: 1, max: 8192 })),
      h: fc.option(fc.integer({ min: 1, max: 8192 })),
      fit: fc.constantFrom(
        "scale-down",
        "contain",
        "cover",
        "crop",
        "aspect-crop",
        "pad",
        "squeeze",
      ),
      pad: fc.option(fc.integer({ min: 0, max: 3000 })),
      rotate: fc.constantFrom(0, 90, 180, 270),
      blur: fc.constantFrom(0, 3),
    })
    .map((record) =>
      Object.entries(record)
        .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
        .join("&"),
    );
  const formats = fc.constantFrom("jpeg", "png", "webp", "avif", "jxl", "base");

  it("what is planned fits, and what is refused fits when its fix is followed", () => {
    fc.assert(
      fc.property(size, queries, formats, (picture, query, format) => {
        const facts = factsOf(picture.width, picture.height);
        let made: Plan;
        try {
          made = plan(query, facts, format);
        } catch (error) {
          if (!(error instanceof PictorError)) throw error;
          if (error.code === "picture_too_large") return;
          expect(error.code).toBe("output_too_large");
          made = plan(followed(query, error.info.fix!), facts, format);
        }
        expect(made.peakBytes).toBeLessThanOrEqual(JOB_BUDGET_BYTES);
        expect(Math.max(made.output.width, made.output.height)).toBeLessThanOrEqual(8192);
      }),
      { numRuns: 600 },
    );
  });

  it("a picture that fits, fits when it is smaller", () => {
    fc.assert(
      fc.property(
        size,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.boolean(),
        (picture, scale, turned) => {
          const orientation = turned ? 6 : 1;
          const smaller = (px: number) => Math.max(1, Math.floor(px * scale));
          const [{ width, height }, query] = [picture, "w=300&h=300"];
          const fits = (facts: Facts) => {
            try {
              return plan(query, facts).peakBytes > 0;
            } catch {
              return false;
            }
          };
          fc.pre(fits(factsOf(width, height, { orientation })));
          expect(fits(factsOf(smaller(width), smaller(height), { orientation }))).toBe(true);
        },
      ),
    );
  });

  it("a result that fits, fits when it is narrower", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 2, max: 8192 }), formats, (picture, width, format) => {
        const facts = factsOf(picture.width, picture.height);
        const fits = (w: number) => {
          try {
            return plan(`w=${w}&fit=contain`, facts, format).peakBytes > 0;
          } catch {
            return false;
          }
        };
        fc.pre(fits(width));
        expect(fits(Math.ceil(width / 2))).toBe(true);
        expect(fits(width - 1)).toBe(true);
      }),
    );
  });
});
