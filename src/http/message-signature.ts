/**
 * HTTP message signatures (RFC 9421, Ed25519) of answers: what `pictor` signs is the status, the kind and version of
 * the picture, its bytes (by their digest) and where they belong, so that one signed picture cannot stand in for
 * another.
 */
import type { ResponseKey } from "../policy/signature/response-keys.ts";
import type { HeaderRecord } from "./headers.ts";
import { byteSequence, reprDigest } from "./repr-digest.ts";

/** Label of the signature in `Signature-Input` and `Signature`, and its `tag`. */
export const LABEL = "pictor";

/** The longest that any of these is: a URL of 8,192 characters, spelt out. Beyond it something is wrong. */
const LONGEST_VALUE = 32_768;

export interface SignableResponse {
  readonly status: number;
  /** Exactly as it is sent. */
  readonly contentType: string;
  /** With its quotes. Absent when the answer has none: then the list of components is without it, which is signed. */
  readonly etag?: string | undefined;
  /** The value of `Content-Location`; see `cache/content-location.ts`. */
  readonly location: string;
  readonly bytes: Uint8Array;
}

/** Values of `Repr-Digest`, `Signature-Input` and `Signature`. */
export interface ResponseSignature {
  readonly digest: string;
  readonly input: string;
  readonly signature: string;
}

export type Signer = Pick<ResponseKey, "kid" | "privateKey">;

/**
 * Covers `@status`, `content-type`, `etag` (if there is one), `repr-digest` and `content-location`. It has no
 * `expires`, as it lives as long as what is stored. `now` in ms since the epoch. Throws TypeError for a value that
 * no header can carry.
 */
export async function signResponse(
  response: SignableResponse,
  key: Signer,
  now: number,
): Promise<ResponseSignature> {
  const { status, contentType, etag, location, bytes } = response;
  const digest = await reprDigest(bytes);
  const components: Component[] = [
    ['"@status"', String(status)],
    ['"content-type"', contentType],
    ...(etag === undefined ? [] : ([['"etag"', etag]] as const)),
    ['"repr-digest"', digest],
    ['"content-location"', location],
  ];
  const created = Math.floor(now / 1000);
  const params = `created=${created};keyid="${key.kid}";alg="ed25519";tag="${LABEL}"`;
  return { digest, ...(await signComponents(LABEL, components, params, key.privateKey)) };
}

/** For a 200 alone (also to HEAD): a 206 or 304 has another status than what was signed. */
export function signedHeaders(signed: ResponseSignature, location: string): HeaderRecord {
  return {
    "Content-Location": location,
    "Repr-Digest": signed.digest,
    "Signature-Input": signed.input,
    Signature: signed.signature,
  };
}

/** Identifier as it is serialised, with quotes and parameters (`"@authority";req`), and value. */
export type Component = readonly [identifier: string, value: string];

/** `params`: signature parameters, serialised, without a leading `;`. Throws TypeError. */
export async function signComponents(
  label: string,
  components: readonly Component[],
  params: string,
  privateKey: CryptoKey,
): Promise<Pick<ResponseSignature, "input" | "signature">> {
  const covered = `(${components.map(([identifier]) => identifier).join(" ")});${params}`;
  const base = new TextEncoder().encode(signatureBase(components, covered));
  const signature = await crypto.subtle.sign("Ed25519", privateKey, base);
  return { input: `${label}=${covered}`, signature: `${label}=${byteSequence(signature)}` };
}

/** RFC 9421 section 2.5. `covered` is the value of `@signature-params`. */
export function signatureBase(components: readonly Component[], covered: string): string {
  const lines = components.map(([identifier, value]) => `${identifier}: ${checked(value)}`);
  return [...lines, `"@signature-params": ${covered}`].join("\n");
}

/** A line break would let one value pass for several; spaces around it would be lost on the way (section 2.1). */
function checked(value: string): string {
  if (value.length > LONGEST_VALUE || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    throw new TypeError(`not a header's value: ${JSON.stringify(value.slice(0, 100))}`);
  }
  return value;
}
