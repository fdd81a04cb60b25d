import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ANALYTICS } from "../../../src/policy/analytics.ts";
import { message } from "../../../src/policy/signature/message.ts";
import { sign } from "../../../src/policy/signature/verify.ts";
import { k1, read } from "./fixtures.ts";

const page = readFileSync(new URL("../../../docs/signing.md", import.meta.url), "utf8");

/** The only example of this language on the page. */
function example(language: string): string {
  const found = [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))];
  expect(found).toHaveLength(1);
  return found[0]![1]!;
}

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", timeout: 20_000 }).trim();

/** Whether the example can run here; the test is reported as skipped where it cannot. */
function has(command: string, ...args: string[]): boolean {
  try {
    run(command, ...args);
    return true;
  } catch {
    return false;
  }
}

describe("docs/signing.md", () => {
  it("holds vectors that are true", async () => {
    const rows = [...page.matchAll(/^\| `(\/[^`]+)` \| `(\/[^`]+)` \| `([\w-]{43})` \|$/gm)];
    expect(rows).toHaveLength(2);
    for (const [, url, text, sig] of rows) {
      expect(message(read(url!))).toBe(text);
      expect(await sign(read(url!), k1)).toBe(sig);
    }
  });

  it("names every analytics parameter", () => {
    const section = page.slice(page.indexOf("## Analytics parameters"));
    const names = [...section.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
    expect(names.sort()).toEqual([...ANALYTICS].sort());
  });

  it.skipIf(!has("openssl", "version"))("signs in a shell (where there is openssl)", () => {
    expect(run("sh", "-c", example("sh"))).toBe(
      "/trips/lisbon.jpg?kid=k1&sig=lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU",
    );
  });

  it.skipIf(!has("python3", "--version"))("signs in Python (where there is python3)", () => {
    expect(run("python3", "-c", example("python"))).toBe(
      "/trips/s%C3%A3o%20paulo.jpg?download=a%26w%3D1%20b.jpg&exp=1893456000&fit=cover&kid=k1&v=&w=800&sig=f2qs2z5-4tt7i0-iOApA_2aeQt0DKwuS9R3PtT6DyV8",
    );
  });

  it("signs in JavaScript, through the SDK's own function", async () => {
    const code = example("js");
    const [, expected] = /^\/\/ (.*)$/m.exec(code)!;
    const [, hex] = /key = "(\w+)"/.exec(code)!;
    const { signUrl } = await import("../../../src/sdk/sign.ts");
    expect(await signUrl("/trips/lisbon.jpg", { kid: "k1", key: hex! })).toBe(expected);
  });
});
