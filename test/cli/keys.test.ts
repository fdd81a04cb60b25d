import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "../../src/cli/keys.ts";
import { importResponseKeys, parseResponseKeys } from "../../src/policy/signature/response-keys.ts";

const out: string[] = [];
const err: string[] = [];

beforeEach(() => {
  out.length = 0;
  err.length = 0;
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(text));
});
afterEach(() => void vi.restoreAllMocks());

describe("pictor keys response", () => {
  it("prints a setting that is accepted as it stands, and the public half beside it", async () => {
    expect(await keys(["response", "--id", "2030-01"])).toBe(0);
    expect(out).toHaveLength(1);
    const [key] = await importResponseKeys(parseResponseKeys(out[0]!));
    expect(key!.id).toBe("2030-01");
    expect(JSON.parse(err[0]!)).toEqual({ ...key!.jwk, kid: key!.kid });
  });

  it("prints another key each time", async () => {
    await keys(["response"]);
    await keys(["response"]);
    expect(out[0]).toMatch(/^r1:[0-9a-f]{64}$/);
    expect(out[1]).not.toBe(out[0]);
  });

  it.each([[[]], [["url"]], [["response", "more"]], [["response", "--id", "a b"]], [["--what"]]])(
    "refuses %j with 2, and prints no key",
    async (args) => {
      expect(await keys(args)).toBe(2);
      expect(out).toEqual([]);
      expect(err[0]).toMatch(/^pictor keys: .*see --help$/);
    },
  );

  it("prints help", async () => {
    expect(await keys(["--help"])).toBe(0);
    expect(out[0]).toContain("Usage: npx pictor keys response");
  });
});
