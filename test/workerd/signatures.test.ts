import { describe, expect, it } from "vitest";
import { signedHeaders, signResponse } from "../../src/http/message-signature.ts";
import { importResponseKeys, parseResponseKeys } from "../../src/policy/signature/response-keys.ts";
import { verifyResponse } from "../../src/sdk/verify.ts";
import { signatureDirectory } from "../../src/signature-directory.ts";

/** The seed of RFC 9421 appendix B.1.4; Ed25519 is deterministic, so every runtime must make the same signature. */
const SEED = "9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5";
const NOW = Date.UTC(2030, 0, 2, 3, 4, 5);

const picture = {
  status: 200,
  contentType: "image/webp",
  etag: '"C7yq-x_2"',
  location: "/trips/lisbon.jpg?width=800&format=webp",
  bytes: new TextEncoder().encode("the bytes of a picture"),
};

const SIGNED_BY_NODE = {
  digest: "sha-256=:SkLt6wKhJF+r8FU8RP9Qtp86BAVPd0dRbpDT4x6jwD0=:",
  input:
    'pictor=("@status" "content-type" "etag" "repr-digest" "content-location");created=1893553445;keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";tag="pictor"',
  signature:
    "pictor=:CRnqlI2KPndTYUBXgSKN7WCO6SazJC/BVqoGoWT1km3KRAPI2TDbfrAar0ZxHNveGjQXId2Q3m/6qbwfV9rvDQ==:",
};

describe("signatures in workerd", () => {
  it("are byte for byte those that Node makes of the same key and picture", async () => {
    const [key] = await importResponseKeys(parseResponseKeys(`r1:${SEED}`));
    expect(key!.jwk.x).toBe("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs");
    expect(key!.kid).toBe("poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U");
    expect(await signResponse(picture, key!, NOW)).toEqual(SIGNED_BY_NODE);
  });

  it("are verified there, with the directory that is served there", async () => {
    const keys = await importResponseKeys(parseResponseKeys(`r1:${SEED},r2:${"08".repeat(32)}`));
    const request = new Request("https://img.example.com/.well-known/x");
    const directory = await (await signatureDirectory(request, keys, NOW)).json();
    const signed = await signResponse(picture, keys[1]!, NOW);
    const headers = {
      ...signedHeaders(signed, picture.location),
      "Content-Type": picture.contentType,
      ETag: picture.etag,
    };
    const options = { directory: directory as never, expected: "/trips/lisbon.jpg", now: NOW };
    const verified = await verifyResponse(new Response(picture.bytes, { headers }), options);
    expect(verified.keyId).toBe(keys[1]!.kid);
    await expect(verifyResponse(new Response("other", { headers }), options)).rejects.toMatchObject(
      { code: "digest_wrong" },
    );
  });

  it("cannot be made by a key that was read out: it cannot be read out", async () => {
    const [key] = await importResponseKeys(parseResponseKeys(`r1:${SEED}`));
    await expect(crypto.subtle.exportKey("jwk", key!.privateKey)).rejects.toThrow();
  });
});
