import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

/** Without comments and empty lines. */
const statements = (toml: string) =>
  toml.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

describe("wrangler.deploy.toml", () => {
  const deployed = statements(read("wrangler.deploy.toml"));
  const usual = statements(read("wrangler.toml"));

  it("says all that wrangler.toml says, in that order, and then what is its own", () => {
    expect(deployed.slice(0, usual.length)).toEqual(usual);
  });

  it("puts the platform's cache before the Transformer, and before nothing else", () => {
    expect(deployed.slice(usual.length).join("\n")).toBe(
      [
        "[vars]",
        'EDGE_CACHE = "workers-cache"',
        "[cache]",
        "enabled = false",
        "[exports.default]",
        'type = "worker"',
        "cache = { enabled = false }",
        "[exports.Transformer]",
        'type = "worker"',
        "cache = { enabled = true }",
      ].join("\n"),
    );
  });

  it("names entrypoints that the Worker has", () => {
    expect(read("src/worker.ts")).toContain("export class Transformer extends WorkerEntrypoint");
  });
});
