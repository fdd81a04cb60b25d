import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sign } from "../../src/cli/sign.ts";

const HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const SIG = "lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU";
const NOW = Date.UTC(2029, 11, 31, 23);

const out: string[] = [];
const err: string[] = [];

beforeEach(() => {
  out.length = 0;
  err.length = 0;
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(text));
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  vi.stubEnv("SIGNING_KEYS", `k1:${HEX},k2:${"ff".repeat(32)}`);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("pictor sign", () => {
  it("prints the URL, signed with the first key of SIGNING_KEYS, and nothing else", async () => {
    expect(await sign(["https://img.example.com/trips/lisbon.jpg"])).toBe(0);
    expect(out).toEqual([`https://img.example.com/trips/lisbon.jpg?kid=k1&sig=${SIG}`]);
    expect(err).toEqual([]);
  });

  it("takes --key before SIGNING_KEYS", async () => {
    vi.stubEnv("SIGNING_KEYS", "broken");
    expect(await sign(["/trips/lisbon.jpg", "--key", `k1:${HEX}`])).toBe(0);
    expect(out).toEqual([`/trips/lisbon.jpg?kid=k1&sig=${SIG}`]);
  });

  it.each([
    ["3600", "exp=1893456000"],
    ["1", "exp=1893452401"],
    ["2030-01-01", "exp=1893456000"],
    ["2030-01-01T00:00Z", "exp=1893456000"],
    ["2030-01-01T01:00:00.5+01:00", "exp=1893456000"],
  ])("expires %s as %s", async (when, exp) => {
    expect(await sign(["/a.jpg?w=1", "--expires", when])).toBe(0);
    expect(out[0]).toContain(`&${exp}&`);
  });

  it("signs the design's first vector as it stands, with the key that its kid names", async () => {
    const url =
      "/trips/s%c3%a3o%20paulo.jpg?w=800&kid=k1&fit=cover&v&download=a%26w%3D1+b.jpg&exp=1893456000&utm_source=x";
    const signed = `${url}&sig=f2qs2z5-4tt7i0-iOApA_2aeQt0DKwuS9R3PtT6DyV8`;
    vi.stubEnv("SIGNING_KEYS", `k2:${"ff".repeat(32)},k1:${HEX}`);
    expect(await sign([url])).toBe(0);
    expect(await sign([url, "--key", `k1:${HEX}`])).toBe(0);
    expect(out).toEqual([signed, signed]);
  });

  it("prints help on request", async () => {
    expect(await sign(["--help"])).toBe(0);
    expect(out[0]).toContain("Usage: npx pictor sign <url>");
    expect(err).toEqual([]);
  });

  it.each([
    ["no URL", [], "expected one URL"],
    ["two URLs", ["/a", "/b"], "expected one URL"],
    ["an unknown option", ["/a", "--expire", "1"], "--expire"],
    ["an option without its value", ["/a", "--key"], "--key"],
    ["a URL without a certain path", ["a.jpg"], "must start with"],
    ["a URL that no parser takes", ["https://[/a"], "URL"],
    ["a URL that the service refuses", ["/a?w=1&w=2"], "received w 2 times"],
    ["a URL with bad encoding", ["/100%.jpg"], "expected percent-encoded UTF-8"],
    ["a signed URL", [`/a?sig=${SIG}`], "signed already"],
    ["a URL with an unknown kid", ["/a?kid=k9"], "kid=k9, and SIGNING_KEYS has no such key"],
    ["a kid that is not --key's", ["/a?kid=k2", "--key", `k1:${HEX}`], "--key has no such key"],
    ["a kid that is no id", ["/a?kid=%C2%9B"], "a kid that is no key id"],
    ["an empty kid", ["/a?kid="], "a kid that is no key id"],
    ["two kids", ["/a?kid=k1&kid=k1"], "received kid 2 times"],
    ["two expiries", ["/a?exp=1893456000", "--expires", "3600"], "its own exp"],
    ["seconds that are none", ["/a", "--expires", "soon"], "--expires takes"],
    ["a time without a zone", ["/a", "--expires", "2030-01-01T00:00:00"], "--expires takes"],
    ["30 February", ["/a", "--expires", "2030-02-30"], "--expires takes"],
    ["a date in the past", ["/a", "--expires", "2020-01-01"], "not in the future"],
    ["zero seconds", ["/a", "--expires", "0"], "not in the future"],
    ["too many seconds", ["/a", "--expires", "9".repeat(30)], "expected a whole number"],
    ["a short key", ["/a", "--key", `k1:${HEX.slice(2)}`], "entry 1 has 31 bytes"],
    ["a key without an id", ["/a", "--key", HEX], "entry 1 has no colon"],
    ["two keys", ["/a", "--key", `k1:${HEX},k2:${HEX}`], "one key"],
  ])("exits with 2 for %s", async (_, args, text) => {
    expect(await sign(args)).toBe(2);
    expect(out).toEqual([]);
    expect(err).toHaveLength(1);
    expect(err[0]).toContain(text);
    expect(err[0]).not.toContain(HEX.slice(2, 12));
  });

  it("says how to give a key when there is none", async () => {
    vi.stubEnv("SIGNING_KEYS", "");
    expect(await sign(["/a"])).toBe(2);
    expect(err[0]).toContain("set SIGNING_KEYS or give --key");
  });
});
