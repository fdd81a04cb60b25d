import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printCanonical } from "../../../src/cache/key.ts";
import { PictorError } from "../../../src/errors.ts";
import { parse } from "../../../src/params/parse.ts";
import { type Presets, resolve } from "../../../src/params/resolve.ts";
import {
  applyGamut,
  applyWidths,
  assertFormat,
  classesUnder,
  formatsUnder,
  sizeAsked,
} from "../../../src/policy/rules/wishes.ts";

const LADDER = [320, 640, 960, 1600];
const snap = { widths: { ladder: LADDER, mode: "snap" } } as const;
const refuse = { widths: { ladder: LADDER, mode: "refuse" } } as const;
const presets: Presets = {
  card: { width: 300, ar: { width: 4, height: 3 } },
  box: { width: 300, height: 200 },
  sharp: { dpr: 2 },
} as never;

function under(query: string, rule: typeof snap | typeof refuse) {
  const wishes = parse([...new URLSearchParams(query)]);
  return applyWidths(resolve(wishes, presets), rule, sizeAsked(wishes, presets));
}

function sizeOf(query: string): string {
  const { width, height } = under(query, snap);
  return `${width ?? ""}x${height ?? ""}`;
}

function complaint(work: () => unknown) {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(PictorError);
    const { code, status, info } = error as PictorError;
    return { code, status, ...info };
  }
  throw new Error("accepted");
}

describe("a ladder that snaps", () => {
  it.each([
    ["w=1", "320x"],
    ["w=320", "320x"],
    ["w=321", "640x"],
    ["w=1600", "1600x"],
    ["w=5000", "1600x"],
    ["", "x"],
    ["ar=1:1", "x"],
    ["w=160&dpr=2", "320x"],
    ["w=200&dpr=2", "640x"],
    ["preset=sharp&w=170", "640x"],
    ["w=300&h=200", "320x213"],
    ["w=640&h=77", "640x77"],
    ["w=2000&h=1000", "1600x800"],
    ["w=8000&h=1", "1600x1"],
    ["h=300", "x320"],
    ["h=300&dpr=3", "x960"],
    ["w=300&ar=3:2", "320x213"],
    ["w=310&ar=3:2", "320x213"],
    ["h=200&ar=3:2", "320x213"],
    ["preset=card", "320x240"],
    ["preset=card&w=500", "640x480"],
    ["preset=card&h=300", "320x320"],
    ["preset=box&w=150", "320x427"],
    ["preset=box&ar=1:1", "320x320"],
    ["preset=card&w=300&h=100", "320x107"],
  ])("%s becomes %s", (query, expected) => {
    expect(sizeOf(query)).toBe(expected);
  });

  it("gives all URLs of one rung and shape the rung's own key", () => {
    const key = (query: string) =>
      printCanonical({ source: "/a.jpg", output: "webp", transform: under(query, snap) }, "e");
    const keys = ["w=640&ar=16:9", "w=600&ar=16:9", "w=321&ar=16:9", "w=170&dpr=2&ar=16:9"].map(
      key,
    );
    expect(new Set(keys).size).toBe(1);
    expect(key("w=700")).toBe(key("w=960"));
  });

  it("makes at most one width a rung, never more than 8192 px, and keeps the shape to a pixel", () => {
    const side = fc.integer({ min: 1, max: 8192 });
    fc.assert(
      fc.property(side, fc.option(side, { nil: undefined }), (width, height) => {
        const query = `w=${width}${height === undefined ? "" : `&h=${height}`}`;
        let sized: ReturnType<typeof under>;
        try {
          sized = under(query, snap);
        } catch (error) {
          expect((error as PictorError).info.param).toBe("height");
          return;
        }
        expect(LADDER).toContain(sized.width);
        expect(sized.width! >= Math.min(width, 1600)).toBe(true);
        if (height === undefined) {
          expect(sized.height).toBeUndefined();
          return;
        }
        expect(sized.height).toBeLessThanOrEqual(8192);
        const exact = (sized.width! * height) / width;
        expect(Math.abs(sized.height! - Math.max(1, exact))).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it("refuses a shape that would be too long on its rung", () => {
    expect(complaint(() => under("w=10&h=8000", snap))).toMatchObject({
      code: "bad_parameter",
      param: "height",
      received: "10 × 8000",
    });
  });

  it("changes nothing but the size, and nothing where there is no ladder", () => {
    const wishes = parse([
      ["w", "300"],
      ["pad", "20"],
      ["blur", "3"],
      ["q", "50"],
    ]);
    const transform = resolve(wishes);
    expect(applyWidths(transform, snap)).toEqual({ ...transform, width: 320 });
    expect(applyWidths(transform, {})).toBe(transform);
  });
});

describe("a ladder that refuses", () => {
  it.each([
    ["w=500", { param: "width", received: "500", fix: "width=640" }],
    ["w=480", { param: "width", fix: "width=640" }],
    ["w=470", { param: "width", fix: "width=320" }],
    ["w=9&h=5", { param: "width", fix: "width=320" }],
    ["w=250&dpr=2", { received: "500 after dpr=2", fix: "width=320" }],
    ["w=330&dpr=3", { received: "990 after dpr=3", fix: "width=320" }],
    ["w=100&dpr=3", { received: "300 after dpr=3", fix: "width=320&dpr=1" }],
    ["h=300", { param: "height", fix: "height=320" }],
    ["h=300&ar=2:1", { param: "width", received: "600", fix: "width=640" }],
    ["preset=card", { param: "width", received: "300", fix: "width=320" }],
  ])("%s", (query, expected) => {
    const said = complaint(() => under(query, refuse));
    expect(said).toMatchObject({ code: "bad_parameter", status: 400, ...expected });
    expect(said.expected).toContain("one of 320, 640, 960, 1600");
  });

  it.each(["w=320", "w=160&dpr=2", "", "h=640", "w=320&h=7"])("lets %j through", (query) => {
    expect(() => under(query, refuse)).not.toThrow();
  });

  it("names a fix that it then accepts", () => {
    const rungs = fc.uniqueArray(fc.integer({ min: 1, max: 8192 }), { minLength: 1, maxLength: 6 });
    const dpr = fc.constantFrom("1", "1.5", "2", "3");
    fc.assert(
      fc.property(rungs, fc.integer({ min: 1, max: 1600 }), dpr, (some, width, ratio) => {
        const ladder = some.sort((a, b) => a - b);
        const rule = { widths: { ladder, mode: "refuse" as const } };
        const ask = (query: URLSearchParams) => {
          const wishes = parse([...query]);
          applyWidths(resolve(wishes), rule, sizeAsked(wishes, {}));
        };
        const query = new URLSearchParams({ width: `${width}`, dpr: ratio });
        try {
          ask(query);
        } catch (error) {
          const { fix } = (error as PictorError).info;
          for (const [name, value] of new URLSearchParams(fix)) query.set(name, value);
          expect(() => ask(query)).not.toThrow();
        }
      }),
    );
  });
});

describe("a rule's gamut", () => {
  const keyOf = (query: string, gamut?: "srgb" | "keep", output: "jpeg" | "jxl" = "jpeg") => {
    const transform = resolve(parse([...new URLSearchParams(query)]));
    const ruled = applyGamut(transform, gamut === undefined ? {} : { gamut });
    return printCanonical({ source: "/a.jpg", output, transform: ruled }, "test");
  };

  it("counts as if the URL had said it, and is part of the key", () => {
    expect(keyOf("w=9", "keep")).toBe(keyOf("w=9&gamut=keep"));
    expect(keyOf("w=9", "keep")).not.toBe(keyOf("w=9"));
  });

  it("wins over what the URL says", () => {
    expect(keyOf("w=9&gamut=keep", "srgb")).toBe(keyOf("w=9"));
    expect(keyOf("w=9&gamut=srgb", "keep")).toBe(keyOf("w=9", "keep"));
  });

  it("splits nothing where the class cannot say it", () => {
    expect(keyOf("w=9", "keep", "jxl")).toBe(keyOf("w=9", undefined, "jxl"));
  });
});

describe("formats that are allowed", () => {
  const rule = { formats: ["webp", "jpeg"] };

  it("let auto, a URL without format, and those listed through", () => {
    for (const format of [undefined, "auto", "webp", "jpeg", "baseline-jpeg"] as const) {
      expect(() => assertFormat(format, rule)).not.toThrow();
    }
    expect(() => assertFormat("png", {})).not.toThrow();
  });

  it.each(["avif", "png", "json"] as const)("refuse %s, and say what would do", (format) => {
    expect(complaint(() => assertFormat(format, rule))).toMatchObject({
      code: "bad_parameter",
      param: "format",
      expected: "one of auto, webp, jpeg",
      received: format,
      fix: "format=auto",
    });
  });

  it("are what auto chooses among, and base always remains", () => {
    expect(formatsUnder(rule, "auto", ["avif", "webp"])).toEqual(["webp"]);
    expect(formatsUnder({}, "auto", ["avif", "webp"])).toEqual(["avif", "webp"]);
    expect(classesUnder(["avif", "webp", "base"], "auto", () => rule)).toEqual(["webp", "base"]);
    expect(classesUnder(["avif", "base"], "auto", () => ({ formats: ["json"] }))).toEqual(["base"]);
    expect(classesUnder(["own", "base"], undefined, () => rule)).toEqual(["own", "base"]);
  });

  it("are judged for each class by its own rule", () => {
    const ruleOf = (output: string) => (output === "avif" ? { formats: ["webp"] } : {});
    expect(classesUnder(["avif", "webp", "base"], "auto", ruleOf)).toEqual(["webp", "base"]);
    expect(() => classesUnder(["avif"], "avif", ruleOf)).toThrow(PictorError);
  });
});
