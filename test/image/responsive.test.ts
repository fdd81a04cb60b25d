import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planOf } from "../../src/image/plan.ts";
import { responsiveOf } from "../../src/image/responsive.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { readUrl } from "../../src/policy/url.ts";
import { factsOf } from "./facts.ts";

const priceless = () => 0;

/** Of a picture of this size: URL and width of each candidate. */
function candidates(query: string, width: number, height: number, ladder?: readonly number[]) {
  const facts = factsOf(width, height);
  const read = (search: string) => resolve(parse(readUrl({ pathname: "/", search }).query));
  const sizeOf = (wishes: ReturnType<typeof read>) =>
    planOf(wishes, "base", facts, 1000, priceless).output;
  const { srcset, sizes } = responsiveOf("/a.jpg", read(`?${query}`), ladder, sizeOf);
  const list = srcset.split(", ").map((candidate) => {
    const [url = "", says = ""] = candidate.split(" ");
    return {
      url,
      says: Number(says.slice(0, -1)),
      size: sizeOf(read(url.slice(url.indexOf("?")))),
    };
  });
  return { list, widths: list.map(({ says }) => says), sizes };
}

describe("a srcset", () => {
  it.each([
    ["", 1000, 800, [320, 480, 640, 800, 960, 1000]],
    ["", 200, 100, [200]],
    ["", 320, 100, [320]],
    ["", 9000, 6000, [320, 480, 640, 800, 960, 1280, 1600, 1920, 2560]],
    ["w=100", 700, 500, [320, 480, 640, 700]],
    ["h=100", 700, 500, [320, 480, 640, 700]],
    ["w=10&h=10&fit=cover", 700, 500, [320, 480, 500]],
    ["ar=1:2&fit=cover", 1000, 500, [250]],
    ["rotate=90", 700, 500, [320, 480, 500]],
    ["pad=50", 700, 500, [420, 580, 740, 800]],
  ] as const)("of ?%s for %i × %i has the widths %j", (query, width, height, widths) => {
    expect(candidates(query, width, height).widths).toEqual(widths);
  });

  it.each([
    [
      [100, 200, 400],
      [100, 200, 300],
    ],
    [
      [100, 300, 400],
      [100, 300],
    ],
    [[500, 600], [300]],
    [[50], [50]],
  ] as const)(
    "keeps to a rule's widths %j, and tells what a smaller picture comes to",
    (ladder, widths) => {
      const { list } = candidates("", 300, 200, ladder);
      expect(list.map(({ says }) => says)).toEqual(widths);
      for (const { url } of list) {
        const asked = Number(/[?&]width=(\d+)/.exec(url)?.[1]);
        expect(ladder).toContain(asked);
      }
    },
  );

  it("does not enlarge where the fit would, unless the rule's smallest width does", () => {
    expect(candidates("w=10&fit=contain", 300, 200, [100, 200, 400]).widths).toEqual([100, 200]);
    expect(candidates("w=10&fit=contain", 300, 200, [400, 800]).widths).toEqual([400]);
  });

  it("of any transform has URLs that are read, in widths that are true and grow", () => {
    const side = fc.integer({ min: 1, max: 6000 });
    const fit = fc.constantFrom(
      "scale-down",
      "contain",
      "cover",
      "crop",
      "aspect-crop",
      "pad",
      "squeeze",
    );
    const wish = fc.record(
      { w: side, h: side, pad: fc.integer({ min: 0, max: 99 }) },
      { requiredKeys: [] },
    );
    const turn = fc.constantFrom("0", "90");
    fc.assert(
      fc.property(side, side, fit, wish, turn, (width, height, mode, wishes, rotate) => {
        const query = new URLSearchParams(
          Object.entries({ fit: mode, rotate, ...wishes }).map(([name, value]) => [
            name,
            String(value),
          ]),
        );
        const { list, widths, sizes } = candidates(String(query), width, height);
        for (const { says, size } of list) expect(says).toBe(size.width);
        expect(widths).toEqual([...new Set(widths)].sort((a, b) => a - b));
        expect(sizes).toBe(`(max-width: ${widths.at(-1)}px) 100vw, ${widths.at(-1)}px`);
      }),
    );
  });
});
