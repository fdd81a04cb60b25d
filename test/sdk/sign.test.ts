import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { authorize } from "../../src/policy/signature/authorize.ts";
import { importKeys } from "../../src/policy/signature/keys.ts";
import { readUrl } from "../../src/policy/url.ts";
import { type SignOptions, signUrl } from "../../src/sdk/sign.ts";

const HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const BYTES = Uint8Array.from({ length: 32 }, (_, at) => at);
const k1: SignOptions = { kid: "k1", key: HEX };
const SIG = "lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU";

const keys = await importKeys([{ id: "k1", bytes: BYTES }]);
const accepts = (url: string, now = 0) =>
  authorize({ mode: "required", keys, read: readUrl(new URL(url, "https://x.example")), now });

describe("signUrl", () => {
  it.each([
    ["/trips/lisbon.jpg", `/trips/lisbon.jpg?kid=k1&sig=${SIG}`],
    [
      "https://img.example.com/trips/lisbon.jpg",
      `https://img.example.com/trips/lisbon.jpg?kid=k1&sig=${SIG}`,
    ],
    [
      "http://127.0.0.1:8787/trips/lisbon.jpg",
      `http://127.0.0.1:8787/trips/lisbon.jpg?kid=k1&sig=${SIG}`,
    ],
    ["//img.example.com/trips/lisbon.jpg", `//img.example.com/trips/lisbon.jpg?kid=k1&sig=${SIG}`],
    ["/trips/lisbon.jpg?", `/trips/lisbon.jpg?kid=k1&sig=${SIG}`],
    ["/trips/lisbon.jpg#top", `/trips/lisbon.jpg?kid=k1&sig=${SIG}#top`],
    ["/trips/lisbon.jpg?utm_source=x", `/trips/lisbon.jpg?utm_source=x&kid=k1&sig=${SIG}`],
    ["/trips/x/../lisbon.jpg", `/trips/lisbon.jpg?kid=k1&sig=${SIG}`],
  ])("signs %s", async (url, signed) => {
    expect(await signUrl(url, k1)).toBe(signed);
  });

  it("makes the design's first vector", async () => {
    const url =
      "/trips/s%c3%a3o%20paulo.jpg?w=800&fit=cover&v&download=a%26w%3D1+b.jpg&utm_source=x";
    expect(await signUrl(url, { ...k1, exp: 1893456000 })).toBe(
      `${url}&kid=k1&exp=1893456000&sig=f2qs2z5-4tt7i0-iOApA_2aeQt0DKwuS9R3PtT6DyV8`,
    );
  });

  it("keeps the kid and the exp of a URL where they are: the design's first vector as it stands", async () => {
    const url =
      "/trips/s%c3%a3o%20paulo.jpg?w=800&kid=k1&fit=cover&v&download=a%26w%3D1+b.jpg&exp=1893456000&utm_source=x";
    const signed = await signUrl(url, k1);
    expect(signed).toBe(`${url}&sig=f2qs2z5-4tt7i0-iOApA_2aeQt0DKwuS9R3PtT6DyV8`);
    expect(await accepts(signed)).toMatchObject({ kid: "k1", exp: 1893456000 });
    expect(await signUrl("/trips/lisbon.jpg?%6bid=%6b1", k1)).toBe(
      `/trips/lisbon.jpg?%6bid=%6b1&sig=${SIG}`,
    );
  });

  it.each([
    ["/a?kid=k2", {}, "another kid"],
    ["/a?kid", {}, "another kid"],
    ["/a?kid=K1", {}, "another kid"],
    ["/a?exp=1893456000", { exp: 1893456000 }, "its own exp"],
    ["/a?exp", { exp: 1893456000 }, "its own exp"],
  ])("refuses %s with %o, which say two things", async (url, options, text) => {
    const error = await signUrl(url, { ...k1, ...options }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(text);
  });

  it("takes a key as text, as bytes (also of a larger buffer), and imported", async () => {
    const larger = new Uint8Array(64);
    larger.set(BYTES, 16);
    for (const key of [HEX.toUpperCase(), BYTES, larger.subarray(16, 48), keys.get("k1")!]) {
      expect(await signUrl("/trips/lisbon.jpg", { kid: "k1", key })).toContain(SIG);
    }
  });

  it("takes an expiry as a date, as seconds, or from the URL itself", async () => {
    const wanted = await signUrl("/a.jpg", { ...k1, exp: 1893456000 });
    expect(wanted).toContain("&exp=1893456000&");
    expect(await signUrl("/a.jpg", { ...k1, exp: new Date("2030-01-01T00:00:00.999Z") })).toBe(
      wanted,
    );
    const own = await signUrl("/a.jpg?exp=1893456000", k1);
    expect((await accepts(own)).exp).toBe(1893456000);
  });

  it("makes URLs that the service accepts, for anything that a path and a query can hold", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 10 });
    const printable = text.filter((value) => !/[\0\\]|^\.{1,2}$|(^|\/)\.{1,2}(\/|$)/.test(value));
    const value = text.filter((candidate) => !/\p{Cc}/u.test(candidate));
    await fc.assert(
      fc.asyncProperty(printable, value, fc.boolean(), async (key, download, absolute) => {
        const path = `/${encodeURIComponent(key)}?download=${encodeURIComponent(download)}`;
        const signed = await signUrl(absolute ? `https://x.example${path}` : path, k1);
        expect(await accepts(signed)).toEqual({ signed: true, kid: "k1" });
        expect(new URL(signed, "https://x.example").searchParams.get("download")).toBe(download);
      }),
    );
  });

  it.each([
    ["/..%2fa", "bad_url"],
    ["/100%.jpg", "bad_url"],
    ["/a?w=1&w=2", "repeated_parameter"],
    ["/a?kid=k1&kid=k1", "repeated_parameter"],
    ["/a?exp=soon", "bad_parameter"],
    [`/a?v=${"x".repeat(8190)}`, "uri_too_long"],
    [`/a?v=${"x".repeat(8192 - 50)}`, "uri_too_long"], // only with its signature
  ])("refuses %.20s as the service would: %s", async (url, code) => {
    const error = await signUrl(url, k1).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(PictorError);
    expect(error.code).toBe(code);
  });

  it.each([
    "a.jpg",
    "./a.jpg",
    "",
    "?w=1",
    "ftp://x/a.jpg",
    "data:,a",
    "https:a.jpg",
    "https:/a",
    "\\a",
  ])("refuses %s, which has no certain path", async (url) => {
    await expect(signUrl(url, k1)).rejects.toThrow(/must start with/);
  });

  it("keeps the host that URL parsing finds behind a backslash or a tab", async () => {
    for (const url of ["/\\evil.example/a", "/\t/evil.example/a"]) {
      expect(await signUrl(url, k1)).toMatch(/^\/\/evil\.example\/a\?kid=k1&sig=/);
    }
  });

  it("refuses a URL that is signed already", async () => {
    const signed = await signUrl("/a?w=1", k1);
    await expect(signUrl(signed, k1)).rejects.toThrow("signed already");
  });

  it.each([
    ["a short key", { key: HEX.slice(2) }],
    ["an empty key", { key: "" }],
    ["a key that is not hexadecimal", { key: `${HEX}zz` }],
    ["short bytes", { key: new Uint8Array(31) }],
    ["an empty kid", { kid: "" }],
    ["a kid with a &", { kid: "a&w=1" }],
  ])("refuses %s without repeating the key", async (_, wrong) => {
    const error = await signUrl("/a.jpg", { ...k1, ...wrong }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).not.toContain(HEX.slice(2, 10));
  });

  it.each([
    ["milliseconds", 1893456000000],
    ["a fraction of a second", 1.5],
    ["a negative time", -1],
    ["1e21", 1e21],
    ["an invalid date", new Date("x")],
    ["NaN", Number.NaN],
  ])("refuses an expiry that is %s", async (_, exp) => {
    const error = await signUrl("/a.jpg", { ...k1, exp }).catch((thrown) => thrown);
    expect(error.code).toBe("bad_parameter");
    expect(error.info.param).toBe("exp");
  });
});
