import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../../src/errors.ts";
import { parseKeys } from "../../../src/policy/signature/keys.ts";
import {
  importResponseKeys,
  parseResponseKeys,
  thumbprint,
} from "../../../src/policy/signature/response-keys.ts";

const hexOf = (base64url: string) => Buffer.from(base64url, "base64url").toString("hex");

/** RFC 8037 appendix A.1 to A.3, whose key is that of RFC 8032 section 7.1, test 1. */
const RFC8037 = {
  hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
};
/** RFC 9421 appendix B.1.4. */
const RFC9421 = {
  d: "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU",
  x: "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs",
};

const A = "aa".repeat(32);
const B = "bb".repeat(32);

function refusal(text: string, urlKeys: string = ""): string {
  try {
    parseResponseKeys(text, parseKeys(urlKeys));
  } catch (error) {
    if (error instanceof PictorError && error.code === "not_configured") return error.message;
    throw error;
  }
  return "accepted";
}

describe("keys that sign answers", () => {
  it("are read in their order, so that the first one signs", () => {
    expect(parseResponseKeys(`r2:${B},r1:${A}`).map(({ id }) => id)).toEqual(["r2", "r1"]);
    expect(parseResponseKeys(" ")).toEqual([]);
  });

  it.each([
    ["one too short", `r1:${A.slice(2)}`, "", "at least 32 bytes (64 digits), but entry 1 has 31"],
    ["one too long", `r1:${A},r2:${B}00`, "", "keys of 32 bytes (64 digits), but entry 2 has 33"],
    ["no hexadecimal", `r1:${"zz".repeat(32)}`, "", "hexadecimal, two digits a byte, but entry 1"],
    ["no id", A, "", "id:hex,id:hex, but entry 1 has no colon"],
    ["one id twice", `r1:${A},r1:${B}`, "", "entries 1 and 2 have the same id"],
    ["one key twice", `r1:${A},r2:${A}`, "", "entries 1 and 2 are the same key"],
    [
      "a key that signs URLs",
      `r1:${A},r2:${B}`,
      `k1:${B}`,
      "entry 2 is also a key of SIGNING_KEYS",
    ],
  ])("are refused with the place: %s", (_, text, urlKeys, message) => {
    const said = refusal(text, urlKeys);
    expect(said).toContain("RESPONSE_SIGNING_KEYS cannot be read");
    expect(said).toContain(message);
  });

  it("are never repeated in an error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[0-9a-f]{20,80}$/), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(
          (key: string, at: number) => `r${at}:${key}`,
          (key: string) => `${key}:r1`,
        ),
        (secrets, entryOf) => {
          const said = refusal(secrets.map(entryOf).join(","));
          for (const secret of secrets) expect(said).not.toContain(secret);
        },
      ),
    );
  });

  it("have the public half that RFC 8037 and RFC 9421 state", async () => {
    const text = `a:${RFC8037.hex},b:${hexOf(RFC9421.d)}`;
    const [first, second] = await importResponseKeys(parseResponseKeys(text));
    expect(first!.jwk).toEqual({ kty: "OKP", crv: "Ed25519", x: RFC8037.x });
    expect(second!.jwk.x).toBe(RFC9421.x);
  });

  it("are named by the JWK thumbprint of RFC 7638", async () => {
    expect(await thumbprint({ kty: "OKP", crv: "Ed25519", x: RFC8037.x })).toBe(RFC8037.thumbprint);
    const [key] = await importResponseKeys(parseResponseKeys(`b:${hexOf(RFC9421.d)}`));
    expect(key!.kid).toBe(await thumbprint({ kty: "OKP", crv: "Ed25519", x: RFC9421.x }));
  });

  it("cannot be read out again", async () => {
    const [key] = await importResponseKeys(parseResponseKeys(`r1:${A}`));
    await expect(crypto.subtle.exportKey("jwk", key!.privateKey)).rejects.toThrow();
    expect(JSON.stringify(key)).not.toContain(A);
  });
});
