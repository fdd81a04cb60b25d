/** What pages say in examples and lists changes with the code; here they are held to it. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SCHEMA } from "../../src/cache/key.ts";
import { ENGINE_VERSION } from "../../src/engine/pictor/engine.ts";
import { OUTPUT_CLASSES } from "../../src/params/output.ts";
import { RULE_FORMATS } from "../../src/policy/rules/read.ts";
import { PURGE_FORMATS } from "../../src/purge-body.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, docs), "utf8");

/** What stands in code in the row of a table that begins with this field, up to the words that end the list. */
function listed(page: string, field: string, until: RegExp): string[] {
  const row = read(page)
    .split("\n")
    .find((line) => line.startsWith(`| \`${field}\` |`));
  const list = row?.slice(`| \`${field}\` |`.length).split(until)[0] ?? "";
  return [...list.matchAll(/`([a-z]+)`/g)].map(([, word]) => word!).filter((w) => w !== "format");
}

describe("pages", () => {
  // benchmarks.md tells of which version it was measured.
  const names = readdirSync(docs).filter(
    (name) => name.endsWith(".md") && name !== "benchmarks.md",
  );

  it("show keys and health with the version that there is", () => {
    const versions = names.flatMap((name) => [
      ...[...read(name).matchAll(/\b\d+\.pictor-[\w.-]+/g)].map(([version]) => version),
      ...[...read(name).matchAll(/"engine":"([^"]+)"/g)].map(([, own]) => `${SCHEMA}.${own}`),
    ]);
    expect(versions.length).toBeGreaterThan(3);
    expect(new Set(versions)).toEqual(new Set([`${SCHEMA}.${ENGINE_VERSION}`]));
  });

  it("name every format that a purge takes", () => {
    expect(listed("purge.md", "formats", /\| answers/).sort()).toEqual([...PURGE_FORMATS].sort());
  });

  it("name every class that a rule matches, and every format that it may allow", () => {
    const matched = listed("cache-rules.md", "format", /`format=auto`/);
    expect(matched.sort()).toEqual([...OUTPUT_CLASSES].sort());
    const allowed = listed("cache-rules.md", "formats", /anything else/);
    expect(allowed.sort()).toEqual([...RULE_FORMATS].sort());
  });
});

it("a rule may allow whatever `format` can ask for", () => {
  const unnamed = ["base", "own", "info"];
  const asked = OUTPUT_CLASSES.filter((name) => !unnamed.includes(name));
  expect([...RULE_FORMATS].sort()).toEqual([...asked].sort());
});
