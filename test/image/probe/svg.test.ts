import { describe, expect, it } from "vitest";
import { join } from "./bytes.ts";
import { factsOf, feed, readsOf, refusalOf } from "./expect.ts";

const svg = (attributes: string, before = "") =>
  join(`${before}<svg ${attributes} xmlns="http://www.w3.org/2000/svg"><g/></svg>`);
const sizeOf = (file: Uint8Array) => {
  const { format, width, height } = factsOf(file);
  return [format, width, height];
};

describe("an SVG", () => {
  it.each([
    ['width="300" height="200"', 300, 200],
    ["width='10.4px' height='5in'", 10, 480],
    ['width="2.54cm" height="72pt"', 96, 96],
    ['viewBox="0 0 640 480"', 640, 480],
    ['viewBox="0,0,640,480" width="320"', 320, 240],
    ['viewBox="0 0 640 480" height="1e3"', 1333, 1000],
    ['width="100%" height="100%" viewBox="5 5 64 48"', 64, 48],
    ['width="{{w}}" height="calc(1px)" viewBox="0 0 64 48"', 64, 48],
    ["", 300, 150],
    ['width="0.2" height="0.2"', 1, 1],
  ])("of %s is %i×%i", (attributes, width, height) => {
    expect(sizeOf(svg(attributes))).toEqual(["svg", width, height]);
  });

  it.each([
    ["a byte order mark", "\xef\xbb\xbf"],
    ["a prolog", '<?xml version="1.0" encoding="UTF-8"?>\n'],
    ["comments", "<!-- <svg width='9'> > -- -->\n<!---->"],
    ["a document type", '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a>b">'],
    ["an internal subset", "<!DOCTYPE svg [<!ENTITY a \"]><svg width='9'>\"> <!-- ] > -->]>"],
    ["a long comment", `<!-- ${"x".repeat(100_000)} -->`],
  ])("is found behind %s", (_, before) => {
    const file = svg('width="30" height="20"', before);
    expect(sizeOf(file)).toEqual(["svg", 30, 20]);
    expect(feed(file).facts.width).toBe(30);
  });

  it("may have a prefix", () => {
    expect(sizeOf(join('<svg:svg width="30" height="20"></svg:svg>'.padEnd(80)))).toEqual([
      "svg",
      30,
      20,
    ]);
  });

  it("is broken with a zero, negative or absurd side, or when cut inside its root", () => {
    for (const attributes of [
      'width="0"',
      'height="-1"',
      'width="1e9"',
      'width="1e999"',
      "width",
      "width=5",
    ]) {
      refusalOf(svg(attributes), "broken_image");
    }
    refusalOf(join(`<svg width="30" height="20" ${" ".repeat(60)}`), "broken_image");
  });

  it("is answered after a few passes, whatever its root holds", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `a${i}="${"<".repeat(50)}"`).join(" ");
    const long = svg(`viewBox="0 0 9 9" width="${"1".repeat(500_000)}x"`);
    const largest = svg(`width="30" height="20" ${many}`);
    let facts: unknown[] = [];
    const reads = readsOf(() => {
      facts = [factsOf(largest).width, sizeOf(long)];
    });
    expect(facts).toEqual([30, ["svg", 9, 9]]);
    expect(reads).toBeLessThan(4 * (largest.length + long.length));
  });
});
