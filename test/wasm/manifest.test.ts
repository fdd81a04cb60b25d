import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const WASM = new URL("../../wasm/", import.meta.url);
const modules = readdirSync(WASM).filter((name) =>
  existsSync(new URL(`${name}/module.json`, WASM)),
);

it("there are modules", () => {
  expect(modules).toContain("engine");
});

describe.each(modules)("wasm/%s", (name) => {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, WASM));
  const manifest = JSON.parse(read("manifest.json").toString());
  const module = read(`${name}.wasm`);

  it("the committed module is the one that its manifest describes", () => {
    expect(manifest.sha256).toBe(createHash("sha256").update(module).digest("hex"));
    expect(manifest.bytes).toBe(module.length);
  });

  it("the module is no larger after gzip than module.json allows", () => {
    const { maxGzipBytes } = JSON.parse(read("module.json").toString());
    expect(gzipSync(module, { level: 9 }).length).toBeLessThanOrEqual(maxGzipBytes);
  });

  it("the licence of each component is there", () => {
    for (const { licenceFiles } of manifest.components) {
      for (const file of licenceFiles) expect(read(file).length).toBeGreaterThan(100);
    }
  });
});
