import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { background, edgeColour } from "../../../src/image/look/background.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";
import { picture } from "../../engine/pictures.ts";
import { pairsOf } from "../../params/pairs.ts";
import { factsOf } from "../facts.ts";

const WALL = { r: 36, g: 99, b: 180, a: 255 };
const plain = ({ r, g, b, a }: typeof WALL) => [r, g, b, a] as const;

describe("the colour of a picture's edges", () => {
  it("is that of a plain wall, whatever stands before it", () => {
    const inside = (x: number, y: number) => x > 0 && y > 0 && x < 39 && y < 29;
    const made = picture(40, 30, (x, y) => (inside(x, y) ? [x * 6, y * 8, 9, 255] : plain(WALL)));
    expect(edgeColour(made)).toEqual(WALL);
  });

  it("is the most frequent, not the mean", () => {
    const made = picture(40, 30, (_, y) => (y < 18 ? [250, 250, 250, 255] : [10, 20, 10, 255]));
    expect(edgeColour(made)).toEqual({ r: 250, g: 250, b: 250, a: 255 });
  });

  it("takes both sides of a cell's edge in", () => {
    const made = picture(40, 30, (x, y) => {
      const level = (x + y) % 2 === 0 ? 126 : 130;
      return [level, level, level, 255];
    });
    expect(edgeColour(made)).toEqual({ r: 128, g: 128, b: 128, a: 255 });
  });

  it("is white where most of them are transparent, and ignores what lies under transparency", () => {
    const clear = picture(20, 20, (_, y) => (y < 14 ? [255, 0, 0, 0] : plain(WALL)));
    expect(edgeColour(clear)).toEqual({ r: 255, g: 255, b: 255, a: 255 });
    const few = picture(20, 20, (_, y) => (y < 3 ? [255, 0, 0, 0] : plain(WALL)));
    expect(edgeColour(few)).toEqual(WALL);
  });

  it("is of the part that was found to be the content", () => {
    const made = picture(40, 40, (x, y) =>
      x >= 10 && x < 30 && y >= 10 && y < 30 ? plain(WALL) : [255, 255, 255, 255],
    );
    expect(edgeColour(made, { x: 0.25, y: 0.25, width: 0.5, height: 0.5 })).toEqual(WALL);
  });

  it("is some colour between the picture's, of any picture and any part", () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(), part, part, part, part, (w, h, seed, ...at) => {
        const made = picture(w + 1, h + 1, (x, y) => {
          const level = ((x * 7919 + y * 104729 + seed) >>> 3) & 255;
          return [level, (level * 31) & 255, (level * 17) & 255, 255];
        });
        const [x = 0, y = 0, width = 1, height = 1] = at;
        const { r, g, b, a } = edgeColour(made, { x, y, width, height });
        for (const level of [r, g, b]) {
          expect(Number.isInteger(level) && level >= 0 && level <= 255).toBe(true);
        }
        expect(a).toBe(255);
      }),
    );
  });
});

it.each([
  ["background=auto", {}, false],
  ["background=auto", { alpha: true }, true],
  ["background=auto&pad=1", {}, true],
  ["background=auto&w=9&h=9&fit=pad", {}, true],
  ["background=auto&radius=max", {}, true],
  ["background=auto&border=1,red", {}, false],
  ["background=auto&border=1,f008", {}, true],
  ["background=blur&pad=1", {}, false],
  ["pad=1", {}, false],
])("%s of %j is looked at only where it would be seen: %s", (query, facts, expected) => {
  const { format: _, ...transform } = resolve(parse(pairsOf(query)));
  expect(background.isWanted(transform, {}, factsOf(90, 60, facts))).toBe(expected);
});
