import { createPublicKey } from "node:crypto";
import { createVerifier, httpbis } from "http-message-signatures";
import { describe, expect, it } from "vitest";
import { importResponseKeys, parseResponseKeys } from "../src/policy/signature/response-keys.ts";
import { SIGNATURE_DIRECTORY, signatureDirectory } from "../src/signature-directory.ts";

const NOW = Date.UTC(2030, 0, 2);
const keysOf = (...seeds: string[]) =>
  importResponseKeys(parseResponseKeys(seeds.map((hex, at) => `r${at}:${hex.repeat(32)}`).join()));
const ask = (host = "img.example.com", method = "GET") =>
  new Request(`https://${host}${SIGNATURE_DIRECTORY}`, { method });

describe("the directory of signature keys", () => {
  it("is a JWK Set of all public keys, in their order, and of nothing secret", async () => {
    const keys = await keysOf("07", "08");
    const answer = await signatureDirectory(ask(), keys, NOW);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe(
      "application/http-message-signatures-directory+json",
    );
    const body = await answer.text();
    expect(answer.headers.get("Content-Length")).toBe(String(body.length));
    expect(JSON.parse(body)).toEqual({
      keys: keys.map(({ kid, jwk: { x } }) => ({ kty: "OKP", crv: "Ed25519", x, kid, use: "sig" })),
    });
    for (const key of (JSON.parse(body) as { keys: JsonWebKey[] }).keys) {
      await crypto.subtle.importKey("jwk", key, "Ed25519", false, ["verify"]);
    }
  });

  it("may be kept for an hour, and read by scripts of any page", async () => {
    const { headers } = await signatureDirectory(ask(), await keysOf("07"), NOW);
    expect(headers.get("Cache-Control")).toBe("public, max-age=3600");
    expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("answers HEAD with the same headers", async () => {
    const keys = await keysOf("07");
    const get = await signatureDirectory(ask(), keys, NOW);
    const head = await signatureDirectory(ask(undefined, "HEAD"), keys, NOW);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await head.text()).toBe("");
  });

  it.each([
    ["img.example.com", "img.example.com", true],
    ["IMG.example.com:443", "img.example.com", true],
    ["img.example.com:8443", "img.example.com:8443", true],
    ["img.example.com", "evil.example.com", false],
  ])("is bound to its host by every key (%s seen at %s: %s)", async (host, seenAt, holds) => {
    const keys = await keysOf("07", "08");
    const answer = await signatureDirectory(ask(host), keys, NOW);
    const inputs = answer.headers.get("Signature-Input")!.split(", ");
    const signatures = answer.headers.get("Signature")!.split(", ");
    expect(inputs).toHaveLength(2);
    for (const [at, key] of keys.entries()) {
      const verified = await httpbis.verifyMessage(
        {
          keyLookup: async ({ keyid }) => {
            expect(keyid).toBe(key.kid);
            const publicKey = createPublicKey({ key: { ...key.jwk }, format: "jwk" });
            return { verify: createVerifier(publicKey, "ed25519") };
          },
          requiredParams: ["created", "expires", "keyid", "tag"],
          notAfter: new Date(NOW),
        },
        { status: 200, headers: { "Signature-Input": inputs[at]!, Signature: signatures[at]! } },
        { method: "GET", url: `https://${seenAt}${SIGNATURE_DIRECTORY}`, headers: {} },
      );
      expect(verified).toBe(holds);
      expect(inputs[at]).toContain('tag="http-message-signatures-directory"');
    }
  });

  it("is not there when nothing is signed", async () => {
    await expect(signatureDirectory(ask(), [], NOW)).rejects.toMatchObject({ code: "not_found" });
  });
});
