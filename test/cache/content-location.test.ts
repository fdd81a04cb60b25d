import { describe, expect, it } from "vitest";
import { contentLocation } from "../../src/cache/content-location.ts";
import { printCanonical, readCanonical } from "../../src/cache/key.ts";
import type { OutputClass } from "../../src/params/output.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import { readUrl } from "../../src/policy/url.ts";

function located(query: string, output: OutputClass, contentType: string, source = "/a.jpg") {
  const transform = resolve(parse(readUrl({ pathname: "/", search: `?${query}` }).query));
  return contentLocation({ source, output, transform }, contentType);
}

describe("Content-Location of a signed answer", () => {
  it.each([
    ["w=800", "webp", "image/webp", "/a.jpg?width=800&format=webp"],
    ["f=auto&w=800&q=80", "avif", "image/avif", "/a.jpg?width=800&format=avif"],
    ["", "own", "image/png", "/a.jpg?format=png"],
    ["q=90", "base", "image/jpeg", "/a.jpg?format=jpeg&quality=90"],
    [
      "q=90&fm=baseline-jpeg",
      "jpeg",
      "image/jpeg",
      "/a.jpg?format=jpeg&quality=90&progressive=false",
    ],
    ["w=9&f=json", "json", "application/json", "/a.jpg?width=9&format=json"],
    ["w=9&q=7&f=lqip", "lqip", "text/plain; charset=utf-8", "/a.jpg?format=lqip"],
    ["w=9&q=7", "info", "application/json", "/_/info/a.jpg?width=9&quality=7"],
  ] as const)("of ?%s as %s, sent as %s, is %s", (query, output, type, location) => {
    expect(located(query, output, type)).toBe(location);
  });

  it("is one for all spellings of one meaning", () => {
    const spellings = [
      "w=8&h=9&q=high",
      "quality=90&height=9&width=8",
      "h=9&q=90&w=8&dpr=1&blur=0",
    ];
    expect(new Set(spellings.map((query) => located(query, "webp", "image/webp"))).size).toBe(1);
  });

  it("leaves out what the class has no use for, as the key does", () => {
    expect(located("q=33", "png", "image/png")).toBe(located("", "png", "image/png"));
  });

  it("tells apart what the key tells apart, and what was sent", () => {
    const all = [
      located("w=1", "webp", "image/webp"),
      located("w=2", "webp", "image/webp"),
      located("w=1", "base", "image/jpeg"),
      located("w=1", "base", "image/png"),
      located("w=1", "webp", "image/webp", "/b.jpg"),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("is a path also where the source begins with a slash", () => {
    const location = located("w=8", "webp", "image/webp", "//evil.example/a.jpg");
    const url = new URL(location, "https://img.example.com/x/y");
    expect(url.href).toBe("https://img.example.com//evil.example/a.jpg?width=8&format=webp");
  });

  it("keeps the source's one canonical spelling, remote URLs as well", () => {
    const remote = `/${encodeURIComponent("https://pics.example.com/a b.jpg?x=1&y=2")}`;
    expect(located("w=8", "webp", "image/webp", remote)).toBe(`${remote}?width=8&format=webp`);
  });

  it("is the same from the transform that the Transformer reads back", () => {
    const transform = resolve(
      parse([
        ["q", "33"],
        ["w", "8"],
      ]),
    );
    const canonical = { source: "/a.jpg", output: "png", transform } as const;
    const { segments, query } = readUrl(new URL(printCanonical(canonical, "engine")));
    const read = readCanonical(segments, query);
    expect(contentLocation({ ...canonical, transform: read.transform }, "image/png")).toBe(
      contentLocation(canonical, "image/png"),
    );
  });
});
