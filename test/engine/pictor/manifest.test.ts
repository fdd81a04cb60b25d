import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const FOLDER = new URL("../../../wasm/engine/", import.meta.url);
const module = readFileSync(new URL("engine.wasm", FOLDER));
const manifest = JSON.parse(readFileSync(new URL("manifest.json", FOLDER), "utf8"));

it("the committed module is the one that its manifest describes", () => {
  expect(manifest.sha256).toBe(createHash("sha256").update(module).digest("hex"));
  expect(manifest.bytes).toBe(module.length);
});

it("the module is at most 350 KB after gzip", () => {
  expect(gzipSync(module, { level: 9 }).length).toBeLessThanOrEqual(350 * 1024);
});
