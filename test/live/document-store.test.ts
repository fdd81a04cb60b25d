import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config-error.ts";
import { documentStoreOf, UnreadableError } from "../../src/live/document-store.ts";
import { parseLocation } from "../../src/live/location.ts";
import { fakeKv } from "./fake-kv.ts";

describe("RULES_DOCUMENT", () => {
  it.each([
    ["kv:CONFIG/rules.json", { kind: "kv", binding: "CONFIG", key: "rules.json" }],
    ["r2:VARIANTS/conf/rules.json", { kind: "r2", binding: "VARIANTS", key: "conf/rules.json" }],
  ])("%s names a store and a key", (text, location) => {
    expect(parseLocation(text)).toEqual({ ...location, text });
  });

  it("may be empty", () => {
    expect(parseLocation("")).toBeUndefined();
  });

  it.each([
    "rules.json",
    "kv:CONFIG",
    "kv:CONFIG/",
    "kv:/rules",
    "s3:A/b",
    "kv:A-B/c",
    "kv:A/b\nc",
  ])("%j is refused", (text) => {
    expect(() => parseLocation(text)).toThrow("RULES_DOCUMENT: expected kv:<BINDING>/<key>");
  });

  it("needs a key that a store takes", () => {
    expect(() => parseLocation(`kv:A/${"é".repeat(246)}`)).toThrow(
      "at most 490 bytes, received 492",
    );
  });
});

/** R2, as far as documents need it. */
function fakeR2() {
  const objects = new Map<string, string>();
  return {
    head: async () => null,
    get: async (key: string) => {
      const text = objects.get(key);
      return text === undefined ? null : { body: new Blob([text]).stream() };
    },
    put: async (key: string, text: string) => void objects.set(key, text),
    delete: async (key: string) => void objects.delete(key),
  };
}

describe.each([
  ["kv", () => fakeKv().namespace],
  ["r2", fakeR2],
] as const)("documents in %s", (kind, create) => {
  const store = () => documentStoreOf({ BINDING: create() }, parseLocation(`${kind}:BINDING/a`)!);

  it("are read as they were written, until they are deleted", async () => {
    const documents = store();
    expect(await documents.get("a", 100)).toBeUndefined();
    await documents.put("a", "\uFEFFé🦊");
    expect(await documents.get("a", 100)).toBe("\uFEFFé🦊");
    await documents.delete("a");
    expect(await documents.get("a", 100)).toBeUndefined();
  });

  it("are refused beyond the length that was asked for", async () => {
    const documents = store();
    await documents.put("a", "x".repeat(101));
    await expect(documents.get("a", 101)).resolves.toHaveLength(101);
    await expect(documents.get("a", 100)).rejects.toThrow(UnreadableError);
  });
});

describe("a binding", () => {
  const location = (text: string) => parseLocation(text)!;

  it.each([
    ["kv:A/b", {}, "expected A to be a KV namespace that is bound, received no such binding"],
    ["kv:A/b", { A: fakeR2() }, "another kind of binding"],
    ["r2:A/b", { A: fakeKv().namespace }, "expected A to be a R2 bucket"],
    ["kv:A/b", { A: "text" }, "another kind of binding"],
  ])("%s of another kind is told at the start", (text, env, words) => {
    expect(() => documentStoreOf(env, location(text))).toThrow(ConfigError);
    expect(() => documentStoreOf(env, location(text))).toThrow(words);
  });
});
