import { describe, expect, it } from "vitest";
import { hintsOf, settle } from "../../src/policy/hints.ts";

const of = (headers: Record<string, string>) => hintsOf(new Headers(headers));

describe("client hints", () => {
  it("are read under their name, or the one that they had before", () => {
    const modern = { "Sec-CH-Width": "640", "Sec-CH-DPR": "2", "Sec-CH-Viewport-Width": "390" };
    const old = { Width: "640", DPR: "2.0", "Viewport-Width": "390" };
    for (const hints of [of(modern), of(old), of({ ...modern, Width: "1", DPR: "1" })]) {
      expect([hints.width(), hints.dpr(), hints.viewport()]).toEqual([640, 2, 390]);
    }
  });

  it.each(["", "0", "0.0", "-1", "1e3", "2x", "NaN", "Infinity", "1,2", "99999999", "?1", '"2"'])(
    "%j counts as not sent",
    (value) => {
      const hints = of({ "Sec-CH-DPR": value, "Sec-CH-Width": value });
      expect([hints.dpr(), hints.width()]).toEqual([undefined, undefined]);
    },
  );

  it("reads a ratio with all its digits", () => {
    expect(of({ "Sec-CH-DPR": "1.100000023841858" }).dpr()).toBeCloseTo(1.1);
  });

  it.each([
    ["on", true],
    ["ON", true],
    ["on; x=1", true],
    ["off", false],
    ["one", false],
    ["", false],
  ])("takes Save-Data: %s for %s", (value, saves) => {
    expect(of({ "Save-Data": value }).saves()).toBe(saves);
  });

  it("notes what was looked at, and nothing else", () => {
    const hints = of({ "Sec-CH-DPR": "2" });
    expect(hints.looked()).toEqual([]);
    hints.dpr();
    expect(hints.looked()).toEqual(["Sec-CH-DPR"]);
    hints.width();
    expect(hints.looked()).toEqual(["Sec-CH-DPR", "Sec-CH-Width", "Width"]);
  });
});

describe("wishes", () => {
  const looked = (wishes: object, rule = {}) => {
    const hints = of({ "Sec-CH-Width": "500" });
    settle(wishes, {}, hints).under(rule);
    return hints.looked();
  };

  it("without anything that is auto look at nothing", () => {
    expect(looked({ width: 300, dpr: 2, format: "auto" })).toEqual([]);
    expect(settle({ width: 300 }, {}, of({})).acceptCh).toBeUndefined();
  });

  it("look at no more than they need", () => {
    expect(looked({ width: "auto" })).toEqual(["Sec-CH-Width"]);
    expect(looked({ width: 300, dpr: "auto" })).toEqual(["Sec-CH-DPR", "DPR"]);
    expect(looked({ width: 300 }, { saveData: { quality: 70, overrides: false } })).toEqual([
      "Save-Data",
    ]);
  });

  it("may be left to the client by a preset", () => {
    const { usual, under, acceptCh } = settle(
      { preset: "wide" },
      { wide: { width: "auto" } },
      of({ "Sec-CH-Width": "500" }),
    );
    expect([usual.width, under({}).width]).toEqual([960, 640]);
    expect(acceptCh).toBe("Sec-CH-Width, Sec-CH-Viewport-Width, Sec-CH-DPR");
  });
});
