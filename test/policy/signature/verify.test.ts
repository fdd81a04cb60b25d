import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message } from "../../../src/policy/signature/message.ts";
import { sign, verify } from "../../../src/policy/signature/verify.ts";
import { codeOf, errorOf, HEX, k1, keys, read } from "./fixtures.ts";

const FIRST =
  "/trips/s%c3%a3o%20paulo.jpg?w=800&kid=k1&fit=cover&v&download=a%26w%3D1+b.jpg&exp=1893456000&utm_source=x";
const FIRST_SIG = "f2qs2z5-4tt7i0-iOApA_2aeQt0DKwuS9R3PtT6DyV8";
const SECOND = "/trips/lisbon.jpg?kid=k1";
const SECOND_SIG = "lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU";

const signed = async (path: string) => `${path}&sig=${await sign(read(path), k1)}`;
const verdict = (path: string) => codeOf(() => verify(read(path), keys));

describe("a signature", () => {
  it.each([
    [FIRST, FIRST_SIG],
    [SECOND, SECOND_SIG],
  ])("of the design's vector %s is made and holds", async (path, sig) => {
    expect(await sign(read(path), k1)).toBe(sig);
    expect(await verify(read(`${path}&sig=${sig}`), keys)).toBe("k1");
  });

  it("is the HMAC that Node makes, for any path and query", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 12 });
    const query = fc.array(fc.tuple(text, text), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1 }), query, async (segments, entries) => {
        const value = { segments, query: entries };
        const hmac = createHmac("sha256", Buffer.from(HEX, "hex")).update(message(value));
        expect(await sign(value, k1)).toBe(hmac.digest("base64url"));
      }),
    );
  });

  it("may stand anywhere in the query", async () => {
    expect(await verdict(`/trips/lisbon.jpg?sig=${SECOND_SIG}&kid=k1`)).toBeUndefined();
  });

  it("holds under every key of the list, by its own id alone", async () => {
    const path = "/a.jpg?kid=k2";
    const sig = await sign(read(path), keys.get("k2")!);
    expect(await verify(read(`${path}&sig=${sig}`), keys)).toBe("k2");
    const wrong = await sign(read(path), k1);
    expect(await verdict(`${path}&sig=${wrong}`)).toBe("signature_wrong");
  });

  it.each([
    ["no sig", SECOND, "signature_missing", "sig"],
    ["an empty sig", `${SECOND}&sig`, "malformed_signature", "sig"],
    ["a short sig", `${SECOND}&sig=${SECOND_SIG.slice(1)}`, "malformed_signature", "sig"],
    ["padding", `${SECOND}&sig=${SECOND_SIG}=`, "malformed_signature", "sig"],
    [
      "plain base64",
      `${SECOND}&sig=${SECOND_SIG.replace("-", "%2B")}`,
      "malformed_signature",
      "sig",
    ],
    ["hexadecimal", `${SECOND}&sig=${"ab".repeat(32)}`, "malformed_signature", "sig"],
    ["a space", `${SECOND}&sig=+${SECOND_SIG.slice(1)}`, "malformed_signature", "sig"],
    ["no kid", `/trips/lisbon.jpg?sig=${SECOND_SIG}`, "malformed_signature", "kid"],
    ["an empty kid", `/trips/lisbon.jpg?kid=&sig=${SECOND_SIG}`, "malformed_signature", "kid"],
    ["an unknown kid", `/trips/lisbon.jpg?kid=k9&sig=${SECOND_SIG}`, "unknown_key", "kid"],
    ["a kid in capitals", `/trips/lisbon.jpg?kid=K1&sig=${SECOND_SIG}`, "unknown_key", "kid"],
    ["a kid of the language", `/a?kid=__proto__&sig=${SECOND_SIG}`, "unknown_key", "kid"],
    ["another path", `/trips/porto.jpg?kid=k1&sig=${SECOND_SIG}`, "signature_wrong", "sig"],
  ])("is refused for %s", async (_, path, code, param) => {
    const error = await errorOf(() => verify(read(path), keys));
    expect(error?.code).toBe(code);
    expect(error?.info.param).toBe(param);
    expect(error?.info.expected).toBeTruthy();
    expect(error?.info.received).toBeDefined();
  });

  it("shows the message to sign when it is wrong, at most 1,000 characters of it", async () => {
    const error = await errorOf(() => verify(read(`/b?kid=k1&sig=${SECOND_SIG}`), keys));
    expect(error?.info.expected).toContain("/b?kid=k1");
    const long = `/${"b".repeat(5000)}?kid=k1&sig=${SECOND_SIG}`;
    const bounded = await errorOf(() => verify(read(long), keys));
    expect(bounded?.info.expected?.length).toBeLessThan(1100);
  });

  it("has one spelling: the last character's spare bits must be zero", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const stem = SECOND_SIG.slice(0, -1);
    const verdicts: Record<string, number> = {};
    for (const last of alphabet) {
      const code = (await verdict(`${SECOND}&sig=${stem}${last}`)) ?? "holds";
      verdicts[code] = (verdicts[code] ?? 0) + 1;
    }
    expect(verdicts).toEqual({ holds: 1, signature_wrong: 15, malformed_signature: 48 });
  });
});

/** A second, lenient reading of URLs: if it finds another meaning, the signature must not hold. */
function meaning(url: URL): unknown {
  const query = [...url.searchParams].filter(([name]) => !/^(utm_.*|gclid)$/.test(name));
  const path = url.pathname.split("/").map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
  return { path, query: query.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) };
}

describe("a signed URL, changed in one place,", () => {
  const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));

  it("is refused, whichever character became whichever other, unless it still means the same", async () => {
    const original = await signed(FIRST);
    const base = "https://img.example.com";
    const wanted = meaning(new URL(original, base));
    let refused = 0;
    let kept = 0;
    for (let at = 1; at < original.length; at++) {
      for (const char of PRINTABLE) {
        if (char === original[at]) continue;
        const url = new URL(original.slice(0, at) + char + original.slice(at + 1), base);
        const code = await verdict(url.href);
        if (code === undefined) {
          kept++;
          expect(meaning(url)).toEqual(wanted);
        } else refused++;
      }
    }
    // What is kept: the case of two hexadecimal digits, and 94 changes to each of the 8 characters in `source=x`,
    // behind `utm_`, which nobody reads.
    expect(refused).toBeGreaterThan(10_000);
    expect(kept).toBeGreaterThan(2);
    expect(kept).toBeLessThan(2 + 8 * 94);
  }, 60_000);

  it.each([
    ["path", "lisbon", "Lisbon"],
    ["query", "w=800", "w=801"],
    ["kid", "kid=k1", "kid=k2"],
    ["exp", "exp=1893456000", "exp=1893456001"],
    ["parameter added", "w=800", "w=800&h=1"],
    ["parameter removed", "w=800&", ""],
    ["slash encoded", "trips/", "trips%2F"],
  ])("is wrong: %s", async (_, from, to) => {
    const path = await signed("/trips/lisbon.jpg?w=800&exp=1893456000&kid=k1");
    expect(path).toContain(from);
    expect(await verdict(path.replace(from, to))).toBe("signature_wrong");
  });

  it("is refused for any random tampering that changes the message", async () => {
    const original = await signed("/trips/lisbon.jpg?w=800&exp=1893456000&kid=k1");
    const edit = fc.tuple(fc.nat(original.length - 2), fc.nat(3), fc.string({ maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(edit, async ([at, length, text]) => {
        const changed = original.slice(0, at + 1) + text + original.slice(at + 1 + length);
        const url = new URL(changed, "https://img.example.com");
        const code = await verdict(url.href);
        if (code !== undefined) return;
        expect(meaning(url)).toEqual(meaning(new URL(original, url)));
      }),
      { numRuns: 1000 },
    );
  });
});
