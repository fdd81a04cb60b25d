import fc from "fast-check";
import { expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { parse } from "../../src/params/parse.ts";
import { readUrl } from "../../src/policy/url.ts";
import { buildInfoUrl, buildSrcset, buildUrl } from "../../src/sdk/index.ts";
import { wishes } from "../params/arbitrary.ts";

it("builds the URL of a transform from typed parameters", () => {
  const url = buildUrl("https://img.example.com/", "trips/são paulo.jpg", {
    width: 800,
    ar: "16:9",
    fit: "cover",
    gravity: { x: 0.3, y: 0.7 },
    quality: "high",
    format: "auto",
    background: "#ff8800",
    lossless: false,
  });
  expect(url).toBe(
    "https://img.example.com/trips/s%C3%A3o%20paulo.jpg?width=800&fit=cover&ar=16:9&gravity=0.3x0.7&background=ff8800&format=auto&quality=90&lossless=false",
  );
});

it("builds the URL of a picture's facts, and of its placeholders", () => {
  expect(buildInfoUrl("https://img.example.com/", "a b.jpg")).toBe(
    "https://img.example.com/_/info/a%20b.jpg",
  );
  expect(buildInfoUrl("", "https://a.example/b.jpg", { ar: "1:1", fit: "cover" })).toBe(
    "/_/info/https%3A%2F%2Fa.example%2Fb.jpg?fit=cover&ar=1:1",
  );
  expect(buildUrl("", "a.jpg", { width: 300, format: "thumbhash" })).toBe(
    "/a.jpg?width=300&format=thumbhash",
  );
});

it("takes one overlay or several, each as text or as what is not as usual of it", () => {
  const width = { unit: "fraction", value: 0.2 } as const;
  expect(buildUrl("", "a.jpg", { draw: { key: "a,b 50%.png", width, opacity: 0.5 } })).toBe(
    "/a.jpg?draw=a%252Cb%2050%2525.png,width:0.2,opacity:0.5",
  );
  expect(buildUrl("", "a.jpg", { draw: ["b.png,x:3", { key: "https://c.example/d?e=f&g" }] })).toBe(
    "/a.jpg?draw=b.png,x:3&draw=https://c.example/d%3Fe%3Df%26g",
  );
});

it("encodes a remote source as one segment", () => {
  expect(buildUrl("", "https://a.example/b.jpg?c=d", { width: 10 })).toBe(
    "/https%3A%2F%2Fa.example%2Fb.jpg%3Fc%3Dd?width=10",
  );
});

it("lists one URL a width", () => {
  expect(buildSrcset("", "a.jpg", [320, 640], { format: "auto" })).toBe(
    "/a.jpg?width=320&format=auto 320w, /a.jpg?width=640&format=auto 640w",
  );
});

it.each([
  [{ width: 0 }, "bad_parameter"],
  [{ width: 10, height: 10, ar: "1:1" }, "conflicting_parameters"],
  [{ widht: 10 } as object, "unknown_parameter"],
  [{ fit: "stretch" }, "bad_parameter"],
])("refuses %j as the service would", (params, code) => {
  expect(() => buildUrl("", "a.jpg", params)).toThrow(PictorError);
  try {
    buildUrl("", "a.jpg", params);
  } catch (error) {
    expect((error as PictorError).code).toBe(code);
  }
});

it("refuses keys that would leave the bucket", () => {
  expect(() => buildUrl("", "../a.jpg")).toThrow(PictorError);
});

it("builds only URLs that the service reads back to the same wishes", () => {
  const names = [
    "width",
    "gravity",
    "crop",
    "background",
    "v",
    "download",
    "pad",
    "quality",
  ] as const;
  fc.assert(
    fc.property(wishes(names), (wished) => {
      const url = new URL(buildUrl("https://x", "a b/ü%.jpg", wished));
      const read = readUrl(url);
      expect(parse(read.query)).toEqual(wished);
      expect(read.segments).toEqual(["a b", "ü%.jpg"]);
    }),
  );
});
