/** HMAC-SHA256 (RFC 2104) over the message, made and checked. */
import { PictorError } from "../../errors.ts";
import { type RequestUrl, valueIn } from "../url.ts";
import { decodeSignature, encodeSignature } from "./base64url.ts";
import type { SigningKeys } from "./keys.ts";
import { message, SIGNATURE } from "./message.ts";

/** The value of `sig` for a URL that already carries its `kid` and `exp`. 43 characters. */
export async function sign(read: RequestUrl, key: CryptoKey): Promise<string> {
  const bytes = new TextEncoder().encode(message(read));
  return encodeSignature(new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes)));
}

/**
 * The id of the key that the signature holds under. Throws `PictorError`: signature_missing (401),
 * malformed_signature (400), unknown_key and signature_wrong (403).
 */
export async function verify(read: RequestUrl, keys: SigningKeys): Promise<string> {
  const signature = readSignature(read);
  const kid = readKeyId(read);
  const key = keys.get(kid);
  if (key === undefined) {
    throw new PictorError("unknown_key", {
      param: "kid",
      expected: "the id of a key of this service",
      received: kid.slice(0, 100),
    });
  }
  const text = message(read);
  // `verify` compares in constant time; comparing texts would tell by its time how much of a guess is right.
  const holds = await crypto.subtle.verify("HMAC", key, signature, new TextEncoder().encode(text));
  if (holds) return kid;
  throw new PictorError("signature_wrong", {
    param: SIGNATURE,
    // The message is made of the URL alone, so it tells nobody anything, and shows the caller what to sign.
    expected: `a signature of ${text.length > 1000 ? `${text.slice(0, 1000)}…` : text}`,
    received: valueIn(read.query, SIGNATURE)!,
    fix: "Sign exactly this message with the key that kid names; change nothing afterwards.",
  });
}

function readSignature(read: RequestUrl): Uint8Array<ArrayBuffer> {
  const text = valueIn(read.query, SIGNATURE);
  if (text === undefined) {
    throw new PictorError("signature_missing", {
      param: SIGNATURE,
      expected: "a signed URL, with kid and sig",
      received: "no sig",
      fix: "npx pictor sign <url>",
    });
  }
  const bytes = decodeSignature(text);
  if (bytes !== undefined) return bytes;
  throw new PictorError("malformed_signature", {
    param: SIGNATURE,
    expected: "32 bytes as 43 characters of base64url, unpadded",
    received: text.slice(0, 100),
  });
}

function readKeyId(read: RequestUrl): string {
  const kid = valueIn(read.query, "kid");
  if (kid !== undefined && kid !== "") return kid;
  throw new PictorError("malformed_signature", {
    param: "kid",
    expected: "the id of the key that signed, itself signed",
    received: kid === undefined ? "no kid" : "an empty kid",
  });
}
