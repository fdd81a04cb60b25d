import { describe, expect, it } from "vitest";
import { PictorError } from "../src/errors.ts";
import { printSource, readSource } from "../src/policy/mounts.ts";
import { parseAllowedHosts } from "../src/policy/sources.ts";
import { readUrl } from "../src/policy/url.ts";
import { parsePurge } from "../src/purge-body.ts";

const RULES = {
  sources: {
    mounts: ["/", "/blog/", "/blög/a b/"],
    allowedHosts: parseAllowedHosts("photos.acme.com,*.cdn.example"),
    selfHosts: ["img.example.com"],
  },
  presets: ["card", "hero"],
};

const parse = (body: unknown) =>
  parsePurge(typeof body === "string" ? body : JSON.stringify(body), RULES);

function refusal(body: unknown): PictorError {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(body)} was accepted`);
}

describe("a source", () => {
  it.each([
    ["trips/lisbon.jpg", "/trips/lisbon.jpg"],
    ["/trips/são paulo.jpg", "/trips/s%C3%A3o%20paulo.jpg"],
    ["/trips/s%c3%a3o%20paulo.jpg", "/trips/s%C3%A3o%20paulo.jpg"],
    ["/blog/a@b.jpg", "/blog/a%40b.jpg"],
    ["https://img.example.com/trips/lisbon.jpg?w=800&sig=x#y", "/trips/lisbon.jpg"],
    [
      "https://photos.acme.com/a b.jpg?x=1#y",
      "/https%3A%2F%2Fphotos.acme.com%2Fa%2520b.jpg%3Fx%3D1",
    ],
    ["HTTPS://Photos.Acme.com/a.jpg", "/https%3A%2F%2Fphotos.acme.com%2Fa.jpg"],
    ["/https%3A%2F%2Fphotos.acme.com%2Fa.jpg", "/https%3A%2F%2Fphotos.acme.com%2Fa.jpg"],
    [
      "https://img.example.com/https%3A%2F%2Fphotos.acme.com%2Fa.jpg?w=1",
      "/https%3A%2F%2Fphotos.acme.com%2Fa.jpg",
    ],
    ["/blög/a b/c.jpg", "/blög/a b/c.jpg"],
  ])("written as %s is %s", (text, canonical) => {
    expect(parse({ sources: [text] }).targets.sources).toEqual([canonical]);
  });

  it.each(["/trips/são paulo.jpg", "/a+b%2Fc.jpg", "/blög/a b/(1)!.jpg", "/%252e.jpg"])(
    "%s gets the very spelling that a request for it gets",
    (path) => {
      const { segments } = readUrl(new URL(path, "https://img.example.com"));
      const asked = printSource(readSource(segments, RULES.sources));
      expect(parse({ sources: [path] }).targets.sources).toEqual([asked]);
    },
  );

  it.each([
    "",
    "/",
    "trips/",
    "https://img.example.com/",
    "https://evil.example/a.jpg",
    "http://",
    "a\\b.jpg",
    "a\ud800.jpg",
    "a\nb.jpg",
    "100%.jpg",
    "/a%2F..%2Fb.jpg",
    "/https://photos.acme.com/a.jpg",
    "ftp://photos.acme.com/a.jpg",
    "https://user:secret@photos.acme.com/a.jpg",
    `/${"x".repeat(9000)}`,
  ])("%j is refused, with its place", (text) => {
    const { code, info } = refusal({ sources: ["ok.jpg", text] });
    expect([code, info.param]).toEqual(["bad_body", "sources[1]"]);
    expect(info.expected).toBeTruthy();
    expect(info.received?.length).toBeLessThanOrEqual(101);
  });

  it("is told how it should have been written", () => {
    expect(refusal({ sources: ["/https://photos.acme.com/a.jpg"] }).info.fix).toBe(
      "/https%3A%2F%2Fphotos.acme.com%2Fa.jpg",
    );
  });
});

describe("a prefix", () => {
  it.each([
    ["/", ["/"]],
    ["trips/", ["/trips/"]],
    ["/são paulo/", ["/s%C3%A3o%20paulo/"]],
    ["/blog/2024 a/", ["/blog/2024%20a/"]],
    ["/blög/a b/ü/", ["/blög/a b/%C3%BC/"]],
    ["/blög/", ["/bl%C3%B6g/", "/blög/"]],
    ["https://img.example.com/trips/", ["/trips/"]],
    ["https://photos.acme.com/a b/", ["/https%3A%2F%2Fphotos.acme.com%2Fa%2520b%2F"]],
  ])("written as %s is %j", (text, canonical) => {
    expect(parse({ prefixes: [text] }).targets.prefixes).toEqual(canonical);
  });

  it.each(["", "trips", "/trips", "/trips/?w=1", "/a\\/", "/%2e%2e%2f/", "/100%/"])(
    "%j is refused",
    (text) => {
      const { code, info } = refusal({ prefixes: [text] });
      expect([code, info.param]).toEqual(["bad_body", "prefixes[0]"]);
    },
  );

  it("without its slash is told of it", () => {
    expect(refusal({ prefixes: ["/trips"] }).info).toMatchObject({
      expected: "a folder that ends with a slash, such as /trips/",
      fix: "/trips/",
    });
  });
});

describe("the body", () => {
  it("says what, and how", () => {
    const body = {
      tags: ["city", "city"],
      presets: ["card"],
      formats: ["jpg", "avif"],
      everything: true,
      mode: "soft",
    };
    expect(parse(body)).toEqual({
      targets: {
        sources: [],
        tags: ["city"],
        prefixes: [],
        presets: ["card"],
        formats: ["jpeg", "avif"],
        everything: true,
      },
      mode: "soft",
    });
  });

  it("is hard unless it says otherwise", () => {
    expect(parse({ everything: true }).mode).toBe("hard");
  });

  it.each<[unknown, string]>([
    ["", "body"],
    ["{", "body"],
    ["null", "body"],
    ["[]", "body"],
    ["{}", "body"],
    [{ mode: "hard" }, "body"],
    [{ everything: false }, "body"],
    [{ sources: [] }, "body"],
    [{ source: ["a.jpg"] }, "source"],
    [{ sources: "a.jpg" }, "sources"],
    [{ sources: [1] }, "sources[0]"],
    [{ sources: [["a.jpg"]] }, "sources[0]"],
    [{ tags: ["a,b"] }, "tags[0]"],
    [{ tags: ["a b"] }, "tags[0]"],
    [{ tags: [""] }, "tags[0]"],
    [{ presets: ["other"] }, "presets[0]"],
    [{ formats: ["bmp"] }, "formats[0]"],
    [{ everything: "yes" }, "everything"],
    [{ everything: true, mode: "gentle" }, "mode"],
    [{ everything: true, mode: null }, "mode"],
    ['{"everything":true,"__proto__":{}}', "__proto__"],
  ])("%j is refused at %s", (body, param) => {
    const { code, info } = refusal(body);
    expect([code, info.param]).toEqual(["bad_body", param]);
  });

  it("has at most 100 targets, of 7 KB together", () => {
    const names = (count: number, length: number) =>
      Array.from({ length: count }, (_, at) => `${String(at).padStart(length, "x")}.jpg`);
    expect(parse({ sources: names(100, 20) }).targets.sources).toHaveLength(100);
    expect(refusal({ sources: names(101, 20) }).info).toMatchObject({
      expected: "at most 100 targets",
      received: "101 targets",
      fix: "send them in several requests",
    });
    expect(refusal({ sources: names(60, 20), tags: names(60, 20) }).info.received).toBe(
      "120 targets",
    );
    expect(refusal({ sources: names(100, 100) }).info.expected).toContain("bytes of targets");
  });
});
