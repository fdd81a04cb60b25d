import { createPublicKey } from "node:crypto";
import { createVerifier, httpbis } from "http-message-signatures";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type SignableResponse,
  signComponents,
  signedHeaders,
  signResponse,
} from "../../src/http/message-signature.ts";
import {
  importResponseKeys,
  parseResponseKeys,
  type ResponseKey,
} from "../../src/policy/signature/response-keys.ts";

const SEED = Buffer.from("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU", "base64url");
const NOW = Date.UTC(2030, 0, 2, 3, 4, 5, 678);

let key: ResponseKey;
let other: ResponseKey;
beforeAll(async () => {
  const text = `rfc:${SEED.toString("hex")},other:${"0b".repeat(32)}`;
  [key, other] = (await importResponseKeys(parseResponseKeys(text))) as [ResponseKey, ResponseKey];
});

const picture: SignableResponse = {
  status: 200,
  contentType: "image/webp",
  etag: '"C7yq-x_2"',
  location: "/trips/S%C3%A3o%20Paulo.jpg?width=800&crop=0.25,0,0.5,1&format=webp",
  bytes: new TextEncoder().encode("the bytes of a picture"),
};

async function answerOf(response: SignableResponse, signer = key) {
  const { contentType, etag, location, status } = response;
  const headers: Record<string, string> = {
    "Content-Type": contentType,
    ...(etag === undefined ? {} : { ETag: etag }),
    ...signedHeaders(await signResponse(response, signer, NOW), location),
  };
  return { status, headers };
}

/** Another's implementation of RFC 9421, and Node's own Ed25519. */
function verify(answer: { status: number; headers: Record<string, string> }, fields: string[]) {
  return httpbis.verifyMessage(
    {
      keyLookup: async ({ keyid }) => {
        const { kid, jwk } = keyid === other.kid ? other : key;
        if (keyid !== kid) return null;
        const publicKey = createPublicKey({ key: { ...jwk }, format: "jwk" });
        return { id: kid, algs: ["ed25519"], verify: createVerifier(publicKey, "ed25519") };
      },
      requiredFields: fields,
      requiredParams: ["created", "keyid", "alg", "tag"],
      notAfter: new Date(NOW),
    },
    answer,
  );
}

const COVERED = ["@status", "content-type", "etag", "repr-digest", "content-location"];

describe("a signature of RFC 9421", () => {
  it("is that of appendix B.2.6, byte for byte", async () => {
    const signed = await signComponents(
      "sig-b26",
      [
        ['"date"', "Tue, 20 Apr 2021 02:07:55 GMT"],
        ['"@method"', "POST"],
        ['"@path"', "/foo"],
        ['"@authority"', "example.com"],
        ['"content-type"', "application/json"],
        ['"content-length"', "18"],
      ],
      'created=1618884473;keyid="test-key-ed25519"',
      key.privateKey,
    );
    expect(signed).toEqual({
      input:
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      signature:
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    });
  });

  it.each(["a\nb", "a\r\n b", "", " a", "a ", "ä", "a\0"])(
    "refuses the value %j",
    async (value) => {
      await expect(
        signComponents("pictor", [['"etag"', value]], "created=1", key.privateKey),
      ).rejects.toThrow(TypeError);
    },
  );
});

describe("a signed answer", () => {
  it("says what it covers, when, and by which key", async () => {
    const { input } = await signResponse(picture, key, NOW);
    expect(input).toBe(
      `pictor=("@status" "content-type" "etag" "repr-digest" "content-location");created=1893553445;keyid="${key.kid}";alg="ed25519";tag="pictor"`,
    );
  });

  it("is verified by an independent library", async () => {
    expect(await verify(await answerOf(picture), COVERED)).toBe(true);
    expect(await verify(await answerOf(picture, other), COVERED)).toBe(true);
  });

  it.each([
    ["the status", { status: 206 }, {}],
    ["the type", {}, { "Content-Type": "image/png" }],
    ["the ETag", {}, { ETag: '"another"' }],
    ["the place", {}, { "Content-Location": "/trips/lisbon.jpg?format=webp" }],
    ["the digest", {}, { "Repr-Digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:" }],
  ])("no longer holds when %s was changed", async (_, status, headers) => {
    const answer = await answerOf(picture);
    const changed = { ...answer, ...status, headers: { ...answer.headers, ...headers } };
    expect(await verify(changed, COVERED)).toBe(false);
  });

  it("no longer holds when its parameters were changed", async () => {
    const answer = await answerOf(picture);
    const input = answer.headers["Signature-Input"]!;
    const without = input.replace(' "content-location"', "");
    const later = input.replace("created=1893553445", "created=1893553444");
    for (const changed of [without, later]) {
      expect(changed).not.toBe(input);
      const headers = { ...answer.headers, "Signature-Input": changed };
      expect(await verify({ ...answer, headers }, [])).toBe(false);
    }
  });

  it("without an ETag says so in what it covers, and holds", async () => {
    const { etag: _, ...bare } = picture;
    const answer = await answerOf(bare);
    expect(answer.headers["Signature-Input"]).toMatch(
      /^pictor=\("@status" "content-type" "repr-digest" "content-location"\);/,
    );
    const fields = COVERED.filter((name) => name !== "etag");
    expect(await verify(answer, fields)).toBe(true);
    await expect(verify(answer, COVERED)).rejects.toThrow("Missing required signed fields");
  });
});
