import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { contentDisposition } from "../../src/http/content-disposition.ts";

describe("contentDisposition", () => {
  it.each([
    ["lisbon.jpg", 'attachment; filename="lisbon.jpg"'],
    ["my trip (1).jpg", 'attachment; filename="my trip (1).jpg"'],
    ["a;b=c,d.jpg", 'attachment; filename="a;b=c,d.jpg"'],
    // RFC 8187 section 3.2.3
    [
      "£ and € rates",
      "attachment; filename=\"_ and _ rates\"; filename*=UTF-8''%C2%A3%20and%20%E2%82%AC%20rates",
    ],
    [
      "são paulo.jpg",
      "attachment; filename=\"sao paulo.jpg\"; filename*=UTF-8''s%C3%A3o%20paulo.jpg",
    ],
    [
      "naïve*'(x).png",
      "attachment; filename=\"naive*'(x).png\"; filename*=UTF-8''na%C3%AFve%2A%27%28x%29.png",
    ],
    ['a"b.jpg', "attachment; filename=\"a_b.jpg\"; filename*=UTF-8''a%22b.jpg"],
    ["50%41.jpg", "attachment; filename=\"50_41.jpg\"; filename*=UTF-8''50%2541.jpg"],
    ["写真.jpg", "attachment; filename=\"__.jpg\"; filename*=UTF-8''%E5%86%99%E7%9C%9F.jpg"],
    ["😀.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%F0%9F%98%80.png"],
    ["a\u2100b.png", "attachment; filename=\"aa_cb.png\"; filename*=UTF-8''a%E2%84%80b.png"],
    ["\u2024\u2024", "attachment; filename=\"_\"; filename*=UTF-8''%E2%80%A4%E2%80%A4"],
    [
      "می\u200cخواهم.jpg",
      "attachment; filename=\"_______.jpg\"; filename*=UTF-8''%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85.jpg",
    ],
  ])("names %j", (name, expected) => {
    expect(contentDisposition(name)).toBe(expected);
  });

  it("can name a picture that is shown", () => {
    expect(contentDisposition("a.jpg", "inline")).toBe('inline; filename="a.jpg"');
  });

  it.each([
    "",
    "  ",
    ".",
    "..",
    "../a.jpg",
    "a/b.jpg",
    "a\\b.jpg",
    "C:\\a.jpg",
    "a\r\nSet-Cookie: x=y",
    "a\nb",
    "a\u0000.jpg",
    "a\u007f.jpg",
    "a\u0085.jpg",
    "a\u202egpj.exe",
    "a\u2028b",
    "a\ufeffb",
    "a\ud800",
    "\udc00a",
    "x".repeat(256),
    "€".repeat(86),
    "x".repeat(100_000),
  ])("refuses what is no file name (%#)", (name) => {
    expect(() => contentDisposition(name)).toThrow(PictorError);
    try {
      contentDisposition(name);
    } catch (error) {
      expect(error).toMatchObject({ code: "bad_parameter", info: { param: "download" } });
    }
  });

  it("takes 255 bytes", () => {
    expect(contentDisposition("€".repeat(85))).toContain(
      `filename*=UTF-8''${"%E2%82%AC".repeat(85)}`,
    );
  });

  it("either refuses a name or gives it back to the letter, in a header of one line", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.string({ unit: "grapheme", maxLength: 80 }),
    );
    fc.assert(
      fc.property(name, (filename) => {
        let header: string;
        try {
          header = contentDisposition(filename);
        } catch (error) {
          expect(error).toBeInstanceOf(PictorError);
          return;
        }
        const match =
          /^attachment; filename="([\x20-\x7e]*)"(?:; filename\*=UTF-8''([\w!#$&+.^`|~%-]*))?$/.exec(
            header,
          )!;
        expect(match).not.toBeNull();
        expect(match[1]).not.toMatch(/["%\\/]/);
        expect(match[2] === undefined ? match[1] : decodeURIComponent(match[2])).toBe(filename);
      }),
      { numRuns: 500 },
    );
  });
});
