import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSafeValue, safeDeclarations, safeSheet } from "../../../src/engine/svg/css.ts";

describe("style sheets in an SVG", () => {
  it.each([
    [".a{fill:#f00;stroke:url(#g)}", ".a{fill:#f00;stroke:url(#g)}"],
    ["/* x */ .a, #b > c { fill : rgb(1, 2, 3) ; }", ".a, #b > c{fill : rgb(1, 2, 3);}"],
    ["@media (min-width: 3px){.a{fill:red}}", "@media (min-width: 3px){.a{fill:red}}"],
    [
      "a:not(.b):nth-child(2n){transform:translate(1px) rotate(3deg)}",
      "a:not(.b):nth-child(2n){transform:translate(1px) rotate(3deg)}",
    ],
    ["a{mask:url('data:image/png;base64,AAAA')}", "a{mask:url('data:image/png;base64,AAAA')}"],
    ["a{mask:url(data:image/png;base64,AAAA)}", "a{mask:url(data:image/png;base64,AAAA)}"],
  ])("keep what draws: %s", (css, kept) => {
    expect(safeSheet(css)).toBe(kept);
  });

  it.each([
    "@import url(http://x/y.css);",
    "@import 'http://x/y.css';",
    "<!-- @import 'http://x/y.css';",
    "@font-face{font-family:a;src:url(http://x/f.woff)}",
    "a{fill:url(http://x/y#z)}",
    "a{fill:url( 'http://x/y#z' )}",
    "a{fill:URL(//x/y)}",
    "a{mask-image:image-set('http://x/y' 1x)}",
    "a{fill:src('http://x/y')}",
    "a{fill:\\75rl(http://x/y)}",
    "a{fill:u/**/rl(http://x/y)}",
    "a{width:expression(alert(1))}",
    "a{behavior:url(#x)}",
    "a{mask:url(data:image/svg+xml;base64,AAAA)}",
    "a{mask:url(data:text/html;base64,AAAA)}",
    "a{fill:'\n;} @import 'http://x/y'; b{c:'}",
    "a{fill:red",
    "a{fill:(}",
  ])("drop what leads out, or might: %s", (css) => {
    expect(safeSheet(css)).not.toMatch(
      /http|expression|behavior|@import|@font-face|svg\+xml|html|\/\//i,
    );
  });

  it("drop the piece and keep the rest", () => {
    expect(safeSheet("a{fill:url(http://x);stroke:red} @import 'x'; b{fill:blue}")).toBe(
      "a{stroke:red;}b{fill:blue}".replace("red;", "red"),
    );
    expect(safeDeclarations("fill:red;mask:url(http://x);stroke:blue")).toBe(
      "fill:red;stroke:blue",
    );
    expect(safeDeclarations("fill:red}b{x:y")).toBe("");
    expect(isSafeValue("url(#a) none")).toBe(true);
    expect(isSafeValue("url(http://a)")).toBe(false);
  });

  it("are written so that a second look changes nothing, and no address is in them", () => {
    const part = fc.constantFrom(
      "a",
      "{",
      "}",
      ";",
      ":",
      "url(",
      ")",
      "'",
      '"',
      "#b",
      "http://x",
      "@import ",
      "@media ",
      "/*",
      "*/",
      "\\",
      "\n",
      " ",
      "<!--",
      "image-set(",
      "(",
      "data:image/png;base64,AA",
    );
    const css = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(css, (text) => {
        const once = safeSheet(text);
        expect(safeSheet(once)).toBe(once);
        expect(once).not.toMatch(/@import|\\|url\(\s*['"]?\s*http|image-set/);
      }),
      { numRuns: 3000, seed: 6 },
    );
  });

  it.each([
    "(".repeat(300_000),
    "a".repeat(1_000_000),
    "url(".repeat(200_000),
    `a{fill:url(data:image/png;base64,${" ".repeat(500_000)}!)}`,
    "/*".repeat(300_000),
    "a{".repeat(300_000),
  ])("take no longer than their length (%#)", (css) => {
    // The square of it would be minutes.
    expect(safeSheet(css).length).toBeLessThanOrEqual(2 * css.length);
  });
});
