import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode, PictorError } from "../../src/errors.ts";
import { problem } from "../../src/http/problem.ts";

const GET = { method: "GET" };
const CODES = Object.keys(ERRORS) as ErrorCode[];

describe("problem", () => {
  it.each(CODES)("answers %s with its status, its lifetime and an exact length", async (code) => {
    const { status, title, ttl } = ERRORS[code];
    const response = problem(new PictorError(code), GET);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toEqual({ type: `urn:pictor:error:${code}`, title, status, code });
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.get("Content-Length")).toBe(
      String(new TextEncoder().encode(text).length),
    );
    expect(response.headers.get("Cache-Control")).toBe(
      ttl === 0 ? "no-store" : `public, max-age=${ttl}`,
    );
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("Content-Security-Policy")).toBe("default-src 'none'; sandbox");
  });

  it("says which parameter, what was expected, what came and what would work", async () => {
    const info = {
      detail: "The width is out of range.",
      param: "width",
      expected: "a whole number from 1 to 8192",
      received: "9000 – größer",
      fix: "width=8192",
    };
    const response = problem(new PictorError("bad_parameter", info), GET);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get("Content-Length")).toBe(String(bytes.length));
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject(info);
  });

  it.each([
    ["an Error", new Error("secret: k1")],
    ["a string", "secret: k1"],
    ["a number, as a WASM codec throws", 5246024],
    ["nothing", undefined],
    ["an object that looks like ours", { code: "not_found", info: { detail: "secret" } }],
  ])("makes %s an internal error and shows nothing of it", async (_, thrown) => {
    const response = problem(thrown, GET);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(JSON.parse(text).code).toBe("internal");
    expect(text).not.toMatch(/secret|5246024/);
  });

  it("does not show the cause of an error", async () => {
    const error = new PictorError("origin_failed", {}, { cause: new Error("10.0.0.7 refused") });
    expect(await problem(error, GET).text()).not.toContain("10.0.0.7");
  });

  it("gives HEAD the same headers without a body", async () => {
    const error = new PictorError("not_found", { detail: "No such picture." });
    const get = problem(error, GET);
    const head = problem(error, { method: "HEAD" });
    expect(await head.text()).toBe("");
    expect([...head.headers]).toEqual([...get.headers]);
    expect(head.headers.get("Content-Length")).toBe(String((await get.arrayBuffer()).byteLength));
  });

  it("shortens what was received and makes control characters visible", async () => {
    const received = `\u0000\r\nSet-Cookie: a=b\u001b[31m\u202egpj.exe\ud800${"x".repeat(100_000)}`;
    const body = await problem(new PictorError("bad_parameter", { received }), GET).json<{
      received: string;
    }>();
    expect(body.received).toMatch(
      /^\\u\{0\}\\u\{d\}\\u\{a\}Set-Cookie: a=b\\u\{1b\}\[31m\\u\{202e\}gpj\.exe\\u\{d800\}x+…$/,
    );
    expect(body.received.length).toBeLessThan(200);
  });

  it("does not cut a character in two", async () => {
    const received = `${"x".repeat(99)}😀😀`;
    const body = await problem(new PictorError("bad_parameter", { received }), GET).json<{
      received: string;
    }>();
    expect(body.received).toBe(`${"x".repeat(99)}…`);
  });

  it("leaves exactly 100 characters whole", async () => {
    const received = "x".repeat(100);
    const body = await problem(new PictorError("bad_parameter", { received }), GET).json<{
      received: string;
    }>();
    expect(body.received).toBe(received);
  });

  it.each([
    [new PictorError("over_capacity", { retryAfter: 7 }), "7"],
    [new PictorError("over_capacity", { retryAfter: 0.2 }), "1"],
    [new PictorError("over_capacity", { retryAfter: -3 }), "1"],
    [new PictorError("over_capacity"), "1"],
    [new PictorError("origin_timeout", { retryAfter: 30 }), "30"],
    [new PictorError("origin_timeout", { retryAfter: Number.NaN }), null],
    [new PictorError("not_configured"), null],
  ])("states when to try again (%#)", (error, expected) => {
    expect(problem(error, GET).headers.get("Retry-After")).toBe(expected);
  });

  it("names the allowed methods on 405 alone", () => {
    const error = new PictorError("method_not_allowed");
    expect(problem(error, { method: "PUT" }).headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
    expect(problem(error, { method: "GET", allow: ["POST"] }).headers.get("Allow")).toBe("POST");
    expect(problem(new PictorError("not_found"), GET).headers.has("Allow")).toBe(false);
  });

  it("challenges on 401 alone", () => {
    expect(
      problem(new PictorError("signature_missing"), GET).headers.get("WWW-Authenticate"),
    ).toMatch(/^Pictor-Signature /);
    expect(problem(new PictorError("signature_wrong"), GET).headers.has("WWW-Authenticate")).toBe(
      false,
    );
  });

  it("states the size on 416 alone", () => {
    const context = { method: "GET", size: 1234 };
    expect(
      problem(new PictorError("range_not_satisfiable"), context).headers.get("Content-Range"),
    ).toBe("bytes */1234");
    expect(problem(new PictorError("not_found"), context).headers.has("Content-Range")).toBe(false);
  });

  it("holds for any text in any member", async () => {
    const text = fc.string({ unit: "binary", maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          { detail: text, param: text, expected: text, received: text, fix: text },
          { requiredKeys: [] },
        ),
        async (info) => {
          const response = problem(new PictorError("bad_url", info), GET);
          const body = await response.json<Record<string, string>>();
          for (const name of Object.keys(info)) {
            expect(body[name]).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
