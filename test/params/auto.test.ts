import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Client, DEFAULT_WIDTHS, DPRS, SILENT } from "../../src/params/auto.ts";
import { canonical } from "../../src/params/canonical.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { MAX_SIDE } from "../../src/params/row.ts";
import { pairsOf } from "./pairs.ts";

interface Said {
  readonly width?: number;
  readonly viewport?: number;
  readonly dpr?: number;
  readonly saves?: boolean;
}

const client = ({ width, viewport, dpr, saves = false }: Said): Client => ({
  width: () => width,
  viewport: () => viewport,
  dpr: () => dpr,
  saves: () => saves,
});

const SAVING = { saveData: { quality: 70, overrides: false } } as const;
const LOWERING = { saveData: { quality: 40, overrides: true } } as const;

function settled(query: string, said: Said, rule = {}) {
  const { width, height, pad, quality } = resolve(parse(pairsOf(query)), {}, client(said), rule);
  return { width, height, pad: pad.left, quality };
}

describe("width=auto", () => {
  it.each([
    ["w=auto", { width: 600, dpr: 2 }, 640],
    ["w=auto", { width: 640 }, 640],
    ["w=auto", { width: 641 }, 768],
    ["w=auto", { width: 9000 }, 2560],
    ["w=auto", { viewport: 390, dpr: 3 }, 1200],
    ["w=auto", { viewport: 390 }, 480],
    // The middle of the ladder.
    ["w=auto", {}, 960],
    ["w=auto", { dpr: 3 }, 960],
    // The URL's own ratio stands for the screen's.
    ["w=auto&dpr=1", { width: 1200, dpr: 3 }, 480],
    ["w=auto&dpr=2", { viewport: 390, dpr: 3 }, 960],
    ["w=auto&dpr=1", { width: 1200 }, 1200],
    ["w=auto&dpr=auto", { width: 1025, dpr: 2.625 }, 1200],
  ])("%s for %j is %i px", (query, said, width) => {
    expect(settled(query, said).width).toBe(width);
  });

  it("takes a rung of the rule's ladder, whose middle is for those who say nothing", () => {
    const rule = { widths: { ladder: [100, 200, 300, 400] } };
    expect(settled("w=auto", { width: 201 }, rule).width).toBe(300);
    expect(settled("w=auto", { width: 999 }, rule).width).toBe(400);
    expect(settled("w=auto", {}, rule).width).toBe(200);
  });

  it("keeps the shape, and never takes a rung that is too high", () => {
    expect(settled("w=auto&ar=2:1", { width: 600 })).toMatchObject({ width: 640, height: 320 });
    expect(settled("w=auto&ar=1:10", { width: 2000 })).toMatchObject({ width: 768, height: 7680 });
  });
});

describe("dpr=auto", () => {
  it.each([
    ["w=300&dpr=auto", { dpr: 2 }, 600],
    ["w=300&dpr=auto", { dpr: 1.25 }, 450],
    ["w=300&dpr=auto", { dpr: 1.0000001 }, 300],
    ["w=300&dpr=auto", { dpr: 0.5 }, 300],
    ["w=300&dpr=auto", { dpr: 4 }, 900],
    ["w=300&dpr=auto", {}, 300],
    // As much as fits.
    ["w=5000&dpr=auto", { dpr: 3 }, 7500],
    ["w=8000&dpr=auto", { dpr: 3 }, 8000],
    ["w=3000&ar=1:2&dpr=auto", { dpr: 2 }, 3000],
  ])("%s for %j is %i px wide", (query, said, width) => {
    expect(settled(query, said).width).toBe(width);
  });

  it("multiplies what a number would, and no width twice", () => {
    const folded = settled("w=auto&h=100&pad=10&dpr=auto", { width: 960, dpr: 2 });
    expect(folded).toMatchObject({ width: 960, height: 200, pad: 20 });
  });
});

describe("Save-Data", () => {
  it("counts under a rule alone", () => {
    const said = { dpr: 2, width: 1200, saves: true };
    expect(settled("w=300&dpr=auto", said)).toMatchObject({ width: 600, quality: 80 });
    expect(settled("w=300&dpr=auto", said, SAVING)).toMatchObject({ width: 300, quality: 70 });
    expect(settled("w=auto", said, SAVING)).toMatchObject({ width: 640, quality: 70 });
    expect(settled("w=auto", { ...said, saves: false }, SAVING).quality).toBe(80);
  });

  it("lowers a quality that was asked for only where the rule says which, and never raises one", () => {
    const said = { saves: true };
    expect(settled("q=90", said, SAVING).quality).toBe(90);
    expect(settled("q=90", said, LOWERING).quality).toBe(40);
    expect(settled("q=30", said, LOWERING).quality).toBe(30);
    expect(settled("", said, LOWERING).quality).toBe(40);
  });

  it("is not looked at where there is no quality to lower", () => {
    const strict = { ...SILENT, saves: () => expect.fail("looked at") };
    for (const query of ["w=9&format=png", "lossless=true", "format=json"]) {
      resolve(parse(pairsOf(query)), {}, strict, LOWERING);
    }
    resolve(parse(pairsOf("q=30")), {}, strict, LOWERING);
  });
});

describe("whatever a client says", () => {
  const hint = fc.option(fc.double({ min: 0.01, max: 99_999, noNaN: true }), { nil: undefined });
  const said = fc.record({ width: hint, viewport: hint, dpr: hint, saves: fc.boolean() });
  const shape = fc.constantFrom(
    "",
    "&ar=16:9",
    "&ar=1:20",
    "&h=8192",
    "&pad=4000",
    "&radius=4000",
    "&border=4000,red",
    "&h=3000",
  );
  const queries = fc
    .tuple(fc.constantFrom("w=auto", "w=auto&dpr=auto", "w=3000&dpr=auto", "w=auto&dpr=2"), shape)
    .map((parts) => parts.join(""))
    // These are too long for everybody.
    .filter((query) => !/h=8192&dpr=2|dpr=2&h=8192|w=3000.*1:20/.test(query));

  it("comes to a few widths within bounds, and to what their plain spelling comes to", () => {
    fc.assert(
      fc.property(queries, said, (query, words) => {
        const clean = Object.fromEntries(
          Object.entries(words).filter(([, value]) => value !== undefined),
        ) as Said;
        const wishes = parse(pairsOf(query));

        const transform = resolve(wishes, {}, client(clean), SAVING);
        const text = canonical(transform);
        expect(text).not.toContain("auto");
        expect(transform.width!).toBeLessThanOrEqual(MAX_SIDE);
        const rungs = query.startsWith("w=auto")
          ? DEFAULT_WIDTHS
          : DPRS.map((dpr) => Math.round(3000 * dpr));
        expect(rungs).toContain(transform.width);
        // The canonical spelling has one meaning for everybody.
        expect(canonical(resolve(parse(pairsOf(text)), {}, client(clean)))).toBe(text);
      }),
    );
  });

  it("folds a rung to itself", () => {
    for (const width of DEFAULT_WIDTHS) {
      for (const dpr of [1, 1.1, 1.5, 2.625, 3]) {
        expect(settled("w=auto&dpr=auto", { width, dpr }).width).toBe(width);
      }
    }
  });
});
