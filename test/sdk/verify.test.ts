import { createHash, createPrivateKey } from "node:crypto";
import { createSigner, httpbis } from "http-message-signatures";
import { beforeAll, describe, expect, it } from "vitest";
import { signedHeaders, signResponse } from "../../src/http/message-signature.ts";
import {
  importResponseKeys,
  parseResponseKeys,
  type ResponseKey,
} from "../../src/policy/signature/response-keys.ts";
import {
  type SignatureDirectory,
  VerificationError,
  type VerifyOptions,
  verifyResponse,
} from "../../src/sdk/verify.ts";
import { signatureDirectory } from "../../src/signature-directory.ts";

const NOW = Date.UTC(2030, 0, 2);
const LOCATION = "/trips/S%C3%A3o%20Paulo.jpg?width=800&format=webp";
const BYTES = new TextEncoder().encode("the bytes of a picture");
const SEED = "07".repeat(32);

let key: ResponseKey;
let directory: SignatureDirectory;
beforeAll(async () => {
  const keys = await importResponseKeys(parseResponseKeys(`r2:${"08".repeat(32)},r1:${SEED}`));
  key = keys[1]!;
  const url = "https://img.example.com/.well-known/http-message-signatures-directory";
  directory = await (await signatureDirectory(new Request(url), keys, NOW)).json();
});

async function signedAnswer({ etag }: { etag?: string } = { etag: '"v1"' }): Promise<Response> {
  const told = { status: 200, contentType: "image/webp", etag, location: LOCATION, bytes: BYTES };
  const headers = new Headers(signedHeaders(await signResponse(told, key, NOW), LOCATION));
  headers.set("Content-Type", "image/webp");
  if (etag !== undefined) headers.set("ETag", etag);
  return new Response(BYTES, { headers });
}

const check = (answer: Response, options: Partial<VerifyOptions> = {}) =>
  verifyResponse(answer, {
    directory,
    expected: "/trips/São Paulo.jpg",
    now: NOW + 5000,
    ...options,
  });

async function failure(answer: Response, options: Partial<VerifyOptions> = {}): Promise<string> {
  const error = await check(answer, options).catch((thrown) => thrown);
  if (error instanceof VerificationError) return error.code;
  throw new Error("it was accepted, or failed otherwise", { cause: error });
}

async function changed(name: string, value: string | null): Promise<Response> {
  const answer = await signedAnswer();
  if (value === null) answer.headers.delete(name);
  else answer.headers.set(name, value);
  return answer;
}

describe("a reader who verifies an answer", () => {
  it("learns its bytes, key, time and place", async () => {
    const verified = await check(await signedAnswer());
    expect({ ...verified, bytes: new TextDecoder().decode(verified.bytes) }).toEqual({
      bytes: "the bytes of a picture",
      keyId: key.kid,
      created: new Date(NOW),
      location: LOCATION,
      contentType: "image/webp",
      etag: '"v1"',
    });
  });

  it("may name what is expected by path in any spelling, by URL, or by the whole location", async () => {
    for (const expected of [
      "/trips/S%c3%a3o%20Paulo.jpg",
      "https://img.example.com/trips/S%C3%A3o%20Paulo.jpg",
      LOCATION,
    ]) {
      await expect(check(await signedAnswer(), { expected })).resolves.toBeDefined();
    }
  });

  it.each(["/trips/lisbon.jpg", "/", LOCATION.replace("800", "400"), `${LOCATION}&quality=90`])(
    "is told when the answer is not of %s",
    async (expected) => {
      expect(await failure(await signedAnswer(), { expected })).toBe("other_location");
    },
  );

  it("accepts an answer without an ETag that was signed without one, and no ETag added since", async () => {
    const bare = await signedAnswer({});
    expect(await check(bare.clone())).not.toHaveProperty("etag");
    bare.headers.set("ETag", '"added"');
    expect(await failure(bare)).toBe("incomplete");
  });

  it.each([
    ["Content-Type", "image/png", "signature_wrong"],
    ["Content-Type", null, "incomplete"],
    ["ETag", 'W/"v1"', "signature_wrong"],
    ["ETag", null, "incomplete"],
    ["Content-Location", "/trips/lisbon.jpg?format=webp", "signature_wrong"],
    ["Repr-Digest", `sha-256=:${createHash("sha256").digest("base64")}:`, "signature_wrong"],
    ["Signature", null, "unsigned"],
    ["Signature-Input", null, "unsigned"],
    ["Signature", "pictor=:AAAA:", "signature_wrong"],
    ["Signature", "pictor=:", "malformed"],
    ["Signature", "pictor=1", "malformed"],
    ["Signature-Input", 'other=("@status");created=1', "unsigned"],
    ["Signature-Input", "pictor=1", "malformed"],
  ])("refuses %s: %s (%s)", async (name, value, code) => {
    expect(await failure(await changed(name, value))).toBe(code);
  });

  it("refuses other bytes, another status, and unknown keys", async () => {
    const answer = await signedAnswer();
    const { headers } = answer;
    expect(await failure(new Response("other bytes", { headers }))).toBe("digest_wrong");
    expect(await failure(new Response(BYTES, { headers, status: 203 }))).toBe("signature_wrong");
    expect(await failure(answer.clone(), { directory: { keys: [] } })).toBe("unknown_key");
    const x = directory.keys[0]!.x!;
    const forged = { keys: [{ kid: key.kid, kty: "OKP", x }] };
    expect(await failure(answer, { directory: forged })).toBe("signature_wrong");
  });

  it("may set a greatest age, and is never told of the future", async () => {
    const maxAge = 3600;
    await expect(check(await signedAnswer(), { maxAge })).resolves.toBeDefined();
    const late = { maxAge, now: NOW + 3_700_000 };
    expect(await failure(await signedAnswer(), late)).toBe("too_old");
    expect(await failure(await signedAnswer(), { now: NOW - 61_000 })).toBe("from_the_future");
  });

  it("finds the service's signature beside those of others", async () => {
    const answer = await signedAnswer();
    const { headers } = answer;
    headers.set(
      "Signature-Input",
      `cdn=("@status";req "x");created=1, ${headers.get("Signature-Input")}`,
    );
    headers.set("Signature", `cdn=:AAAA:, ${headers.get("Signature")}`);
    await expect(check(answer)).resolves.toBeDefined();
  });
});

describe("what an independent library signs with the service's key", () => {
  const fields = ["@status", "content-type", "etag", "repr-digest", "content-location"];

  async function theirs(config: { tag: string; fields: readonly string[] }): Promise<Response> {
    const pkcs8 = Buffer.from(`302e020100300506032b657004220420${SEED}`, "hex");
    const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const { headers } = await httpbis.signMessage(
      {
        key: createSigner(privateKey, "ed25519", key.kid),
        name: "pictor",
        fields: [...config.fields],
        params: ["created", "keyid", "alg", "tag"],
        paramValues: { created: new Date(NOW), tag: config.tag },
      },
      {
        status: 200,
        headers: {
          "Content-Type": "image/webp",
          ETag: '"v1"',
          "Repr-Digest": `sha-256=:${createHash("sha256").update(BYTES).digest("base64")}:`,
          "Content-Location": LOCATION,
        },
      },
    );
    return new Response(BYTES, { headers: headers as Record<string, string> });
  }

  it("is accepted when it is the same statement", async () => {
    await expect(check(await theirs({ tag: "pictor", fields }))).resolves.toBeDefined();
  });

  it("is refused when it covers less, or was meant for something else", async () => {
    for (const left of fields) {
      const rest = fields.filter((name) => name !== left);
      expect(await failure(await theirs({ tag: "pictor", fields: rest }))).toBe("incomplete");
    }
    const other = await theirs({ tag: "http-message-signatures-directory", fields });
    expect(await failure(other)).toBe("malformed");
  });
});
