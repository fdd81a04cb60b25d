import { describe, expect, it } from "vitest";
import {
  examineRulesDocument,
  MAX_DOCUMENT_BYTES,
  readRulesDocument,
  versionIn,
} from "../../../src/policy/rules/document.ts";

const context = { file: "kv:CONFIG/rules.json", mounts: ["/"], presets: [] };
const read = (text: string) => readRulesDocument(text, context);
const documentOf = (...rules: object[]) => JSON.stringify({ version: "7", rules });

describe("a rules document", () => {
  it("has a version, and rules as in pictor.config.ts", () => {
    const { version, rules } = read(documentOf({ name: "a", edgeTtl: "5m" }));
    expect(version).toBe("7");
    expect(rules[0]!.rule).toMatchObject({ name: "a", edgeTtl: 300 });
    expect(read(`\uFEFF${documentOf()}`).rules).toEqual([]);
  });

  it.each([
    ["{", "kv:CONFIG/rules.json: line 1, column 2: expected a name in quotes, received the end"],
    ["[]", "kv:CONFIG/rules.json: expected an object, received []"],
    ["{}", "kv:CONFIG/rules.json: version: expected 1 to 128 visible ASCII characters"],
    ['{"version":7,"rules":[]}', "kv:CONFIG/rules.json: version: expected"],
    ['{"version":"7"}', "kv:CONFIG/rules.json: rules: expected a list, received undefined"],
    ['{"version":"7","rules":[],"x":1}', "kv:CONFIG/rules.json.x: there is no such field"],
    [
      documentOf({ name: "a" }, { name: "b", match: { path: ["/x/**", "x"] } }),
      "kv:CONFIG/rules.json: rules[1].match.path[1]: expected a glob that begins with /",
    ],
    [
      '{"version":"7","rules":[{"name":"a","__proto__":{}}]}',
      "rules[0].__proto__: there is no such",
    ],
    [" ".repeat(MAX_DOCUMENT_BYTES + 1), `expected at most ${MAX_DOCUMENT_BYTES} bytes`],
  ])("%.40s is refused with its place", (text, words) => {
    expect(() => read(text)).toThrow(words);
  });

  it("tells every rule with a mistake to those who check it", () => {
    const { mistakes } = examineRulesDocument(
      documentOf({ name: "a", x: 1 }, { sign: 2 }),
      context,
    );
    expect(mistakes).toHaveLength(2);
  });

  it("tells its version also when it cannot be used, where that can be read", () => {
    expect(versionIn('{"version":"9","rules":3}')).toBe("9");
    expect(versionIn("{")).toBeUndefined();
    expect(versionIn("null")).toBeUndefined();
  });
});
