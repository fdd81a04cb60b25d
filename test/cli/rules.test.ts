import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../src/cli/main.ts";

const out: string[] = [];
const err: string[] = [];
let folder: string;

beforeEach(() => {
  out.length = 0;
  err.length = 0;
  folder = mkdtempSync(join(tmpdir(), "pictor-rules-"));
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(text));
  vi.stubEnv("RESPONSE_SIGNING_KEYS", "");
  vi.stubEnv("ALLOWED_HOSTS", "img.example.com");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function fileOf(content: unknown): string {
  const path = join(folder, "rules.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const documentOf = (...rules: object[]) => fileOf({ version: "v7", rules });
const run = (...args: string[]) => main(["rules", ...args]);
const text = () => out.join("\n");

describe("pictor rules check", () => {
  it("finds nothing wrong with what the project ships", async () => {
    expect(await run("check", "--strict")).toBe(0);
    expect(text()).toMatch(/^pictor\.config\.ts: \d+ rules, 0 mistakes, 0 warnings$/);
  });

  it("tells all mistakes with their places, and fails", async () => {
    const path = documentOf({ name: "a", edgeTtl: "soon" }, { name: "b" }, { name: "c", x: 1 });
    expect(await run("check", path)).toBe(1);
    expect(text()).toContain(`error: ${path}: rules[0].edgeTtl: expected whole seconds`);
    expect(text()).toContain(`error: ${path}: rules[2].x: there is no such field`);
    expect(text()).toContain(`${path}, version v7: 3 rules, 2 mistakes, 0 warnings`);
  });

  it("warns of what cannot be kept, and fails for that only when it is to be strict", async () => {
    const path = documentOf(
      { name: "a", match: { path: "/x/*" }, tags: ["x"], browserTtl: "2h" },
      { name: "b" },
      { name: "c" },
    );
    expect(await run("check", path)).toBe(0);
    expect(text()).toContain(`warning: ${path}: rules[0].tags: promise a purge`);
    expect(text()).toContain(`warning: ${path}: rules[2]: is never reached: b takes all`);
    out.length = 0;
    expect(await run("check", path, "--strict")).toBe(1);
    expect(text()).toContain(`error: ${path}: rules[0].tags: promise a purge`);
  });

  it("looks for the key that signs in the environment", async () => {
    const path = documentOf({ name: "a", sign: true });
    expect(await run("check", path, "--strict")).toBe(1);
    vi.stubEnv("RESPONSE_SIGNING_KEYS", `r1:${"ab".repeat(32)}`);
    expect(await run("check", path, "--strict")).toBe(0);
  });

  it("tells line and column of broken JSON", async () => {
    const path = fileOf('{\n  "version": "1",\n  "rules": [}\n}');
    expect(await run("check", path)).toBe(1);
    expect(text()).toContain(`error: ${path}: line 3, column 13: expected a value, received "}"`);
  });

  it.each([
    ["a file that is not there", () => join(folder, "none.json"), "no such file"],
    ["a file that is too long", () => fileOf(" ".repeat(300_000)), "at most 262144 bytes"],
  ])("refuses %s", async (_, path, words) => {
    expect(await run("check", path())).toBe(1);
    expect(err.join()).toContain(words);
  });
});

const TRIPS = [
  { name: "blog", match: { preset: "card" } },
  { name: "missing", match: { status: "4xx" }, negativeTtl: { "404": "5m" } },
  {
    name: "trips",
    match: { path: "/trips/**" },
    browserTtl: "5m",
    edgeTtl: "1d",
    staleWhileRevalidate: "90s",
    tags: ["trips"],
    vary: ["X-Country"],
    widths: { ladder: [400, 800], mode: "snap" },
  },
];

describe("pictor rules explain", () => {
  it("says which rule, why the earlier ones not, the headers, and the key", async () => {
    const path = documentOf(...TRIPS);
    const url = "https://img.example.com/trips/s%C3%A3o.jpg?w=300&h=150&f=auto&kid=k1&sig=x";
    const signed = url.replace("sig=x", `sig=${"A".repeat(43)}`);
    const accept = "image/avif,image/webp";
    expect(await run("explain", signed, "--document", path, "--accept", accept)).toBe(0);
    const lines = text().split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "path    /trips/s%C3%A3o.jpg",
        "format  avif",
        "size    300 × 150, snapped to 400 × 200",
        "else    webp, then base",
        "not     blog: its preset is none, not card",
        "not     missing: its status is 200, not 4xx",
        "rule    trips",
        "  Cache-Control: public, max-age=300, stale-while-revalidate=90, stale-if-error=604800",
        "  CDN-Cache-Control: public, max-age=86400, stale-while-revalidate=90, stale-if-error=604800",
        "  Vary: Accept, X-Country",
        "  Cache-Tag: source:/trips/s%C3%A3o.jpg,trips",
        "  browsers ask again after 5 min",
        "  errors are kept: 400 10 s, 401 10 s, 403 10 s, 404 5 min, 405 10 s, 410 10 s, 412 never, 413 10 s, 414 10 s, 415 10 s, 416 never, 422 10 s, 4xx 10 s, 5xx never",
      ]),
    );
    expect(lines.at(-1)).toMatch(
      /^ {2}https:\/\/transformer\.pictor\.invalid\/\d+\.[a-z0-9.-]+\/avif\/trips\/s%C3%A3o\.jpg\?width=400&height=200$/,
    );
  });

  it("says how long an error lives", async () => {
    const path = documentOf(...TRIPS);
    expect(await run("explain", "/trips/a.jpg", "--document", path, "--status", "404")).toBe(0);
    expect(text()).toContain("rule    missing");
    expect(text()).toContain("  Cache-Control: public, max-age=300");
    out.length = 0;
    await run("explain", "/trips/a.jpg", "--document", path, "--status", "503");
    expect(text()).toContain("rule    trips");
    expect(text()).toContain("  Cache-Control: no-store");
    expect(text()).toContain("503 is never kept");
  });

  it("ends lifetimes with the URL's own", async () => {
    vi.spyOn(Date, "now").mockReturnValue(1_000_000_000_000);
    expect(await run("explain", "/a.jpg?exp=1000000100&kid=k1")).toBe(0);
    expect(text()).toContain("Cache-Control: public, max-age=100, stale-while-revalidate=0");
  });

  it("comes to the built-in rule", async () => {
    expect(await run("explain", "/a.jpg", "--document", documentOf())).toBe(0);
    expect(text()).toContain("rule    built-in: no other matches");
  });

  it("knows remote pictures of hosts that are allowed", async () => {
    const url = `/${encodeURIComponent("https://img.example.com/a.jpg")}`;
    expect(await run("explain", url)).toBe(0);
    expect(text()).toContain("mount   none: a remote picture");
    expect(await run("explain", `/${encodeURIComponent("https://other.example/a.jpg")}`)).toBe(2);
    expect(err.join()).toContain("403 origin_not_allowed");
  });

  it("refuses what the service would refuse, in its words", async () => {
    const refusing = documentOf({
      name: "a",
      widths: { ladder: [400], mode: "refuse" },
      formats: ["webp"],
    });
    expect(await run("explain", "/a.jpg?w=300", "--document", refusing)).toBe(2);
    expect(err.join()).toContain("400 bad_parameter");
    expect(err.join()).toContain("fix: width=400");
    expect(await run("explain", "/a.jpg?f=png", "--document", refusing)).toBe(2);
    expect(err.join()).toContain("fix: format=auto");
    expect(await run("explain", "/a.jpg?widht=300")).toBe(2);
    expect(err.join()).toContain("Did you mean `width`?");
  });

  it("does not explain by rules that have mistakes", async () => {
    expect(await run("explain", "/a.jpg", "--document", documentOf({ name: "a", x: 1 }))).toBe(1);
    expect(err.join()).toContain("rules[0].x");
  });
});

describe("pictor rules", () => {
  it.each([
    [[]],
    [["explain"]],
    [["explain", "/a", "/b"]],
    [["check", "a", "b"]],
    [["frobnicate"]],
    [["check", "--nonsense"]],
    [["explain", "/a.jpg", "--status", "206"]],
  ])("is not understood with %j", async (args) => {
    expect(await run(...args)).toBe(2);
    expect(err.join()).toContain("pictor rules: ");
  });

  it("prints its help", async () => {
    expect(await run("--help")).toBe(0);
    expect(text()).toContain("Usage: npx pictor rules check");
  });
});
