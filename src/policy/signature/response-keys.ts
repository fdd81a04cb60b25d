/**
 * Keys that sign answers (Ed25519, RFC 8032): a list with ids. The first one signs, all are published, so that they
 * rotate by overlap: a new key stands second until readers know it, an old one until nothing signed with it is stored.
 */
import { PictorError } from "../../errors.ts";
import { encodeSignature as base64url } from "./base64url.ts";
import { parseKeys, type SigningKey } from "./keys.ts";

/** A private key is 32 random bytes (RFC 8032 section 5.1.5). */
const SEED_BYTES = 32;

const SETTING = "RESPONSE_SIGNING_KEYS";

/** The public half, as it is published. */
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
}

export interface ResponseKey {
  /** The operator's name for it, in the setting and in `/_/health`; readers never see it. */
  readonly id: string;
  /** JWK thumbprint (RFC 7638, RFC 8037 appendix A.3): the same for a key wherever it is used. */
  readonly kid: string;
  readonly jwk: PublicJwk;
  /** Signs; cannot be read out again. */
  readonly privateKey: CryptoKey;
}

/**
 * Reads `id:hex,id:hex`, 64 digits each. Blank text is an empty list. `urlKeys` are those of `SIGNING_KEYS`: whoever
 * may sign URLs must not be able to sign pictures, so no key may serve both.
 *
 * Throws `PictorError` not_configured. Its text counts entries and never repeats any of one.
 */
export function parseResponseKeys(text: string, urlKeys: readonly SigningKey[] = []): SigningKey[] {
  const keys = parseKeys(text, SETTING);
  keys.forEach(({ bytes }, index) => {
    const where = `entry ${index + 1}`;
    if (bytes.length !== SEED_BYTES) {
      const expected = `Ed25519 keys of ${SEED_BYTES} bytes (${SEED_BYTES * 2} digits)`;
      throw badKeys(expected, `${where} has ${bytes.length} bytes`);
    }
    const twin = keys.findIndex((other) => isSame(other.bytes, bytes));
    if (twin !== index) {
      throw badKeys("each key once", `entries ${twin + 1} and ${index + 1} are the same key`);
    }
    if (urlKeys.some((key) => isSame(key.bytes, bytes))) {
      throw badKeys("keys of their own", `${where} is also a key of SIGNING_KEYS`);
    }
  });
  return keys;
}

/** Import once: it takes longer than a signature. */
export async function importResponseKeys(keys: readonly SigningKey[]): Promise<ResponseKey[]> {
  return Promise.all(keys.map(importResponseKey));
}

/** What PKCS #8 (RFC 8410 section 7) puts before the 32 bytes: WebCrypto takes no private key as it stands. */
const PKCS8_PREFIX = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

async function importResponseKey({ id, bytes }: SigningKey): Promise<ResponseKey> {
  const pkcs8 = Uint8Array.from([...PKCS8_PREFIX, ...bytes]);
  const use = (extractable: boolean) =>
    crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", extractable, ["sign"]);
  // The public half is computed by the import, and comes out with an export alone.
  const { x } = (await crypto.subtle.exportKey("jwk", await use(true))) as { x: string };
  const jwk: PublicJwk = { kty: "OKP", crv: "Ed25519", x };
  return { id, kid: await thumbprint(jwk), jwk, privateKey: await use(false) };
}

/** RFC 7638 section 3: the required members alone, in the order of their names. */
export async function thumbprint({ crv, kty, x }: PublicJwk): Promise<string> {
  const text = JSON.stringify({ crv, kty, x });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64url(new Uint8Array(digest));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function badKeys(expected: string, received: string): PictorError {
  return new PictorError("not_configured", {
    detail: `${SETTING} cannot be read: expected ${expected}, but ${received}.`,
    expected,
    received,
    fix: `${SETTING}=r1:<hex>, the hex from: openssl rand -hex 32`,
  });
}
