import { describe, expect, it } from "vitest";
import definition from "../pictor.config.ts";
import { ConfigError, readConfig } from "../src/config.ts";

const KEY = `k1:${"ab".repeat(32)}`;
const mounts = { "/": { type: "r2", bucket: "ORIGINALS" } } as const;

function complaint(settings: object, changes: object = {}): string {
  try {
    readConfig(settings as Record<string, unknown>, { mounts, ...changes } as never);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error("accepted");
}

describe("what stands in for pictures", () => {
  it.each(["missing.png", "/blog/missing picture.png", "https://img.example.com/missing.png"])(
    "may be %s",
    (fallback) => {
      const config = readConfig({}, { mounts: { "/": { ...mounts["/"], fallback } } });
      expect(config.mounts["/"]!.fallback).toBe(fallback);
    },
  );
});

describe("what cannot stand in for pictures", () => {
  const keys = [
    "",
    "/",
    "a/",
    "../a.png",
    "a%20b.png",
    "a.png?w=1",
    "a\\b.png",
    "https:",
    "ftp://a/b",
  ];
  it.each([...keys, 7])("%j", (fallback) => {
    const changes = { mounts: { "/": { ...mounts["/"], fallback } } };
    expect(complaint({}, changes)).toContain('mounts["/"].fallback: expected');
  });
});

describe("cache rules", () => {
  it("are read with the configuration, and a live document is only named", () => {
    const rules = [{ name: "a", match: { mount: "/" }, edgeTtl: "5m" }];
    const config = readConfig({ RULES_DOCUMENT: "kv:CONFIG/rules.json" }, { mounts, rules });
    expect(config.rules.map(({ rule }) => [rule.name, rule.edgeTtl])).toEqual([["a", 300]]);
    expect(config.rulesDocument).toMatchObject({
      kind: "kv",
      binding: "CONFIG",
      key: "rules.json",
    });
    expect(complaint({ RULES_DOCUMENT: "rules.json" })).toContain("RULES_DOCUMENT: expected kv:");
  });
});

describe("a configuration", () => {
  it("as the project ships it is valid, frozen and closed", () => {
    const config = readConfig({}, definition);
    expect(config).toMatchObject({
      signing: { mode: "required", keys: [] },
      allowedHosts: [],
      localDevelopment: false,
      edgeCache: "cache-api",
    });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.keys(config.presets)).toContain("thumbnail");
  });

  it("reads settings", () => {
    const config = readConfig(
      { SIGNING: "presets", SIGNING_KEYS: KEY, ALLOWED_HOSTS: "a.example.com, *.b.example" },
      definition,
    );
    expect(config.signing.mode).toBe("presets");
    expect(config.signing.keys.map(({ id }) => id)).toEqual(["k1"]);
    expect(config.allowedHosts).toHaveLength(2);
  });

  it.each([
    [{ SIGNING: "maybe" }, 'SIGNING: expected one of required, presets, off, received "maybe"'],
    [{ SIGNING: 1 }, "SIGNING: expected text, received number"],
    [{ SIGNING_KEYS: "k1:00" }, "SIGNING_KEYS: "],
    [{ SIGNING_KEYS: `${KEY},${KEY}` }, "SIGNING_KEYS: "],
    [{ ALLOWED_HOSTS: "https://a.example" }, "ALLOWED_HOSTS: "],
    [
      { EDGE_CACHE: "redis" },
      'EDGE_CACHE: expected one of cache-api, workers-cache, received "redis"',
    ],
    [{ LOCAL_DEVELOPMENT: "yes" }, "LOCAL_DEVELOPMENT: expected one of true, false"],
  ])("names a wrong setting: %j", (settings, words) => {
    expect(complaint(settings)).toContain(words);
  });

  it("opens the service to every host only where URLs are signed, or at home", () => {
    expect(complaint({ ALLOWED_HOSTS: "*", SIGNING: "off" })).toContain("SIGNING=required");
    expect(complaint({ ALLOWED_HOSTS: "a.example,*", SIGNING: "presets" })).toContain(
      "ALLOWED_HOSTS",
    );
    expect(
      readConfig({ ALLOWED_HOSTS: "*", SIGNING_KEYS: KEY }, { mounts }).allowedHosts,
    ).toHaveLength(1);
    const local = { ALLOWED_HOSTS: "*", SIGNING: "off", LOCAL_DEVELOPMENT: "true" };
    expect(readConfig(local, { mounts }).allowedHosts).toHaveLength(1);
  });

  it.each([
    [{ mounts: { "/blog": mounts["/"] } }, 'mounts["/blog"]: expected a path that starts and ends'],
    [{ mounts: { "/_/x/": mounts["/"] } }, 'mounts["/_/x/"]: /_/ belongs to the service'],
    [{ mounts: { "/": { type: "r2", bucket: "" } } }, 'mounts["/"].bucket'],
    [
      { mounts: { "/": { type: "ftp" } } },
      'mounts["/"].type: expected "r2" or "http", received "ftp"',
    ],
    [
      { mounts: { "/": { type: "http", url: "https://a.example/b" } } },
      'mounts["/"].url: expected',
    ],
    [{ mounts: { "/": { type: "http", url: "https://u:p@a.example/" } } }, 'mounts["/"].url'],
    [{ mounts: { "/": { type: "http", url: "http://10.0.0.1/" } } }, "is a private address"],
    [
      { presets: { a: { width: 0 } } },
      "presets.a: `width`: expected a whole number from 1 to 8192",
    ],
    [{ presets: { a: { widht: 10 } } }, "Did you mean `width`?"],
    [{ presets: { a: { width: 1, height: 1, ar: "1:1" } } }, "presets.a: `ar, height, width`"],
    [{ presets: { "a b": { width: 1 } } }, "presets.a b: `preset`"],
    [
      { presets: { a: { download: "x.jpg" } } },
      "presets.a.download: does not belong into a preset",
    ],
    [{ presets: { a: { exp: 1 } } }, "presets.a.exp: does not belong into a preset"],
    [{ autoFormats: ["jxl"] }, "autoFormats: expected any of avif, webp"],
    [
      { rules: [{ name: "a", match: { mount: "/x/" } }] },
      "pictor.config.ts: rules[0].match.mount: ",
    ],
    [{ rules: [{ name: "a", match: { preset: "x" } }] }, "expected no preset: there is none"],
    [
      { mounts: { "/blog/": { type: "r2", bucket: "X", fallback: "missing.png" } } },
      'mounts["/blog/"].fallback: expected a key below one of the mounts, received "missing.png"',
    ],
    [{ cors: { origins: ["https://a.example/"] } }, "cors.origins: expected"],
  ])("names the place of a mistake in pictor.config.ts: %j", (changes, words) => {
    expect(complaint({}, changes)).toContain(words);
  });
});
