import { SaxesParser } from "saxes";
import { describe, expect, it, vi } from "vitest";
import { entitiesOf } from "../../../src/engine/svg/entities.ts";
import { sanitised, sanitiseSvg } from "../../../src/engine/svg/sanitise.ts";
import { PictorError } from "../../../src/errors.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const svg = (inner: string, attributes = "") => `<svg ${NS}${attributes}>${inner}</svg>`;
const clean = (inner: string) => sanitised(bytes(svg(inner)));

function refusal(text: string): string {
  try {
    sanitised(bytes(text));
    return "not refused";
  } catch (error) {
    expect(error).toBeInstanceOf(PictorError);
    return (error as PictorError).code;
  }
}

describe("a sanitised SVG", () => {
  it("keeps what draws", () => {
    const inner =
      '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"></stop></linearGradient></defs>' +
      '<g transform="rotate(3)" style="fill:red"><path d="M0 0L1 1" fill="url(#g)"></path>' +
      '<use xlink:href="#g"></use><use href="#g"></use><text x="1">a &lt; b &amp; c</text></g>' +
      '<image href="data:image/png;base64,AAAA"></image>' +
      '<animate attributeName="fill" values="red;blue"></animate>';
    expect(clean(inner)).toBe(svg(inner));
    expect(sanitised(bytes(clean(inner)))).toBe(svg(inner));
  });

  it("names SVG's elements without a prefix, and drops those of others with what is in them", () => {
    const text =
      '<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:i="urn:editor" i:x="1"><i:view><s:rect/></i:view><s:rect i:y="2" width="1"/></s:svg>';
    expect(sanitised(bytes(text))).toBe(svg('<rect width="1"></rect>'));
  });

  it.each([
    "<script>alert(1)</script>",
    "<script><![CDATA[alert(1)]]></script>",
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"/></foreignObject>',
    '<rect onclick="alert(1)"/>',
    '<rect ONCLICK="alert(1)"/>',
    '<a href="javascript:alert(1)"><rect/></a>',
    '<a xlink:href="http://x/"><rect/></a>',
    '<image href="http://x/y.png"/>',
    '<image xlink:href="file:///etc/passwd"/>',
    '<image href="data:image/svg+xml;base64,AAAA"/>',
    '<use href="http://x/y.svg#z"/>',
    '<use href="data:image/png;base64,AAAA"/>',
    '<feImage href="//x/y"/>',
    '<set attributeName="href" to="javascript:alert(1)"/>',
    '<animate attributeName="xlink:href" values="javascript:alert(1)"/>',
    '<set attributeName="onclick" to="alert(1)"/>',
    '<rect fill="url(http://x/y)"/>',
    '<rect style="fill:url(http://x/y)"/>',
    "<style>@import url(http://x/y);</style>",
    '<style><g/>@import "http://x"</style>',
    '<iframe src="http://x"/>',
    "<?xml-stylesheet href='http://x'?>",
    "<!-- http://x -->",
    '<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>',
    '<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>',
    "<metadata>http://x</metadata>",
  ])("has nothing in it that acts or leads out: %s", (inner) => {
    const rest = clean(inner).slice(svg("").length - 6);
    expect(rest).not.toMatch(/alert|script|http|file:|onclick|svg\+xml|\/\/x|foreign/i);
  });

  it("does not take an escape for a tag", () => {
    expect(clean("<text>&lt;script&gt;</text>")).toBe(svg("<text>&lt;script&gt;</text>"));
    expect(clean('<rect id="&quot;&gt;&lt;script&gt;"/>')).toBe(
      svg('<rect id="&quot;&gt;&lt;script&gt;"></rect>'),
    );
    expect(clean("<style>&lt;/style&gt;&lt;script/&gt;</style>")).toBe(svg("<style></style>"));
  });

  it("knows plain entities, and no others", () => {
    const declared = `<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY red "#f00">]>`;
    expect(sanitised(bytes(`${declared}<svg xmlns="&ns;"><rect fill="&red;"/></svg>`))).toBe(
      svg('<rect fill="#f00"></rect>'),
    );
    const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>`;
    expect(refusal(`${bomb}${svg("<text>&b;</text>")}`)).toBe("broken_image");
    expect(refusal(svg("<text>&constructor;</text>"))).toBe("broken_image");
    const outer = `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    expect(refusal(`${outer}${svg("<text>&x;</text>")}`)).toBe("broken_image");
  });

  it.each([
    ["an attribute", (refs: string) => `<path fill="${refs}"/>`],
    ["a text", (refs: string) => `<title>${refs}</title>`],
    ["an attribute that is dropped", (refs: string) => `<path onclick="${refs}"/>`],
    ["what is dropped", (refs: string) => `<metadata><b a="${refs}"/></metadata>`],
    ["many elements", (refs: string) => `<path fill="${refs.slice(0, 3000)}"/>`.repeat(100)],
  ])("replaces no more entities than it pays for, in %s", (_, inner) => {
    const references = vi.spyOn(
      SaxesParser.prototype as unknown as { parseEntity(name: string): string },
      "parseEntity",
    );
    const text = `<!DOCTYPE svg [<!ENTITY x "${"a".repeat(1024)}">]>${svg(inner("&x;".repeat(100_000)))}`;
    expect(refusal(text)).toBe("picture_too_large");
    const paid = Math.min(2 ** 20, text.length + 65_536);
    expect(references.mock.calls).toHaveLength(Math.floor(paid / 1024) + 1);
    references.mockRestore();
  });

  it.each([
    ["a text", (text: string) => `<title>${text}</title>`],
    ["an attribute", (text: string) => `<path id="${text}"/>`],
  ])("escapes no more than it may write: %s", (_, inner) => {
    const text = svg(inner(">".repeat(4 * 2 ** 20 - 300)));
    const replace = vi.spyOn(String.prototype, "replace");
    const code = refusal(text);
    const escapes = replace.mock.calls.flatMap(([what], i) =>
      String(what).startsWith("/[&<>") ? [String(replace.mock.contexts[i]).length] : [],
    );
    replace.mockRestore();
    expect(code).toBe("picture_too_large");
    const escaped = escapes.reduce((sum, length) => sum + length, 0);
    // "&gt;" for each, in 8 MiB.
    expect(escaped).toBeGreaterThan(2 ** 20);
    expect(escaped).toBeLessThanOrEqual(2 * 2 ** 20 + 4096);
  });

  it("counts what it reads of entities over all of them, and XML's own not at all", () => {
    const declared = `<!ENTITY a "1234"><!ENTITY b '56'><!ENTITY a "9"><!ENTITY lt "no">`;
    const entities = entitiesOf(declared, 10);
    const read = ["a", "b", "lt", "a"].map((name) => entities[name]);
    expect(read).toEqual(["1234", "56", "<", "1234"]);
    expect([entities.amp, entities.c]).toEqual(["&", undefined]);
    expect(() => entities.b).toThrow(PictorError);
  });

  it("ends where a bomb begins", () => {
    const long = `<!DOCTYPE svg [<!ENTITY a "${"a".repeat(1024)}">]>`;
    expect(refusal(`${long}${svg(`<text>${"&a;".repeat(10_000)}</text>`)}`)).toBe(
      "picture_too_large",
    );
    expect(refusal(svg("<g>".repeat(300) + "</g>".repeat(300)))).toBe("picture_too_large");
    expect(refusal(svg("<i>".repeat(300) + "</i>".repeat(300)))).toBe("picture_too_large");
    expect(refusal(svg("<g/>".repeat(100_001)))).toBe("picture_too_large");
    expect(refusal(svg(" ".repeat(4 * 2 ** 20)))).toBe("picture_too_large");
  });

  it.each([
    "",
    "<svg",
    "<svg></g>",
    `<svg ${NS}><g></svg>`,
    `<svg ${NS}/><svg/>`,
    "<svg a=1/>",
    `<svg ${NS}>&#0;</svg>`,
  ])("is none when it is not well-formed: %s", (text) =>
    expect(refusal(text)).toBe("broken_image"),
  );

  it("reads the encoding that is declared, and no strange ones", () => {
    const latin = Uint8Array.from(
      `<?xml version="1.0" encoding="ISO-8859-1"?>${svg("<text>\xe9</text>")}`,
      (c) => c.charCodeAt(0),
    );
    expect(new TextDecoder().decode(sanitiseSvg(latin))).toBe(svg("<text>é</text>"));
    expect(refusal(`<?xml version="1.0" encoding="UTF-7"?>${svg("")}`)).toBe("unsupported_format");
  });

  it("takes other attributes for its root", () => {
    expect(sanitised(bytes(svg("", ' width="3" viewBox="0 0 1 1"')), { width: "9" })).toBe(
      svg("", ' viewBox="0 0 1 1" width="9"'),
    );
  });
});
