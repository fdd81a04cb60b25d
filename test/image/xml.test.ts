import fc from "fast-check";
import { SaxesParser } from "saxes";
import { expect, it } from "vitest";
import { escapedXml, escapedXmlLines, escapedXmlPieces } from "../../src/image/xml.ts";

/** The text and the attribute, as a parser has them. */
function parsed(written: string): { readonly text: string; readonly attribute: string } {
  let [text, attribute] = ["", ""];
  const parser = new SaxesParser();
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("opentag", (tag) => {
    attribute = String(tag.attributes.b);
  });
  parser.write(`<a b="${written}">${written}</a>`).close();
  return { text, attribute };
}

const pieces = fc.constantFrom(..."&<>\"'\t\n\r a;é😀", "]]>", "&amp;");
const allowed = fc.array(pieces, { maxLength: 20 }).map((all) => all.join(""));

it("text is the same when it is read again, and so is an attribute", () => {
  fc.assert(
    fc.property(allowed, (text) => {
      expect(parsed(escapedXmlLines(text))).toEqual({ text, attribute: text });
      expect(parsed(escapedXml(text))).toEqual({ text, attribute: text.replace(/[\t\n]/g, " ") });
    }),
  );
});

it("comes in pieces as well", () => {
  const text = '<a b="&">😀'.repeat(1000);
  const pieces = [...escapedXmlPieces(text)];
  expect(pieces.join("")).toBe(escapedXml(text));
  expect(pieces).toHaveLength(Math.ceil(text.length / 4096));
});

it("leaves out what XML does not allow", () => {
  const all = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i), 0xfffe, 0xffff, 65);
  expect(escapedXmlLines(all)).toBe("&#9;&#10;&#13;A");
});
