import { describe, expect, it } from "vitest";
import type { PictureFile } from "../../src/cli/local/pictures.ts";
import { welcome } from "../../src/cli/local/welcome.ts";

const picture = (key: string, contentType: string): PictureFile => ({
  key,
  contentType,
  path: `/pictures/${key}`,
  size: 1,
  mtimeMs: 0,
});

const HEIF = picture("a.heif", "image/heif");
const HEIC = picture("b.heic", "image/heic");
const PNG = picture("d/an icon.png", "image/png");
const JPEG = picture("e.jpg", "image/jpeg");

const text = (pictures: readonly PictureFile[], signing = "off") =>
  welcome({
    url: "http://127.0.0.1:8787",
    folder: "/pictures",
    pictures,
    changes: { uploaded: [], dropped: [] },
    signing,
  });

describe("welcome", () => {
  it("gives the first picture that the service reads as an example", () => {
    const lines = text([HEIF, HEIC, PNG, JPEG]).split("\n");
    expect(lines).toContain("  Try   http://127.0.0.1:8787/d/an%20icon.png?w=400&format=webp");
    expect(lines.join("\n")).not.toMatch(/a\.heif|b\.heic|e\.jpg/);
  });

  it.each(["jpeg", "png", "webp", "avif", "gif", "tiff", "bmp", "jxl", "svg+xml", "x-icon"])(
    "takes %s for one",
    (format) => {
      expect(text([HEIF, picture("x", `image/${format}`)])).toContain("/x?w=400");
    },
  );

  it("prefers the sample that suits the examples", () => {
    expect(text([PNG, picture("coffee.jpg", "image/jpeg")])).toContain("/coffee.jpg?w=400");
  });

  it.each(["off", "presets", "required"])("gives none when nothing is read, SIGNING=%s", (mode) => {
    expect(text([HEIF, HEIC], mode)).toBe(
      [
        "",
        "  Pictor serves 2 pictures of /pictures (nothing changed).",
        "",
        "  Open  http://127.0.0.1:8787/",
        "",
        "  Ctrl-C stops it. Your own pictures: npm start -- <folder>",
        "",
      ].join("\n"),
    );
  });

  it("shows how to sign the same picture when that is needed", () => {
    expect(text([HEIF, JPEG], "required")).toContain(
      'npx pictor sign "http://127.0.0.1:8787/e.jpg?w=400"',
    );
  });
});
