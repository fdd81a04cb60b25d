/** Verifies signed answers, for readers. WebCrypto alone: Node 20, browsers with Ed25519, Workers, Deno, Bun. */
import { readUrl } from "../policy/url.ts";
import { type Member, readDictionary } from "./structured-dictionary.ts";

/** What `/.well-known/http-message-signatures-directory` of the service answers, as JSON. */
export interface SignatureDirectory {
  readonly keys: readonly { readonly kid?: string; readonly kty?: string; readonly x?: string }[];
}

export interface VerifyOptions {
  /** Get it over HTTPS from the service itself, and again when a key is not in it (`unknown_key`). */
  readonly directory: SignatureDirectory;
  /**
   * What the answer must be of: the path of the picture (`/trips/lisbon.jpg`, or a URL, whose host does not count),
   * or with a query the whole `Content-Location`. Without this check one signed picture could stand in for another.
   */
  readonly expected: string;
  /** Oldest signature that is accepted, in seconds; by default any, as signatures live as long as what is stored. */
  readonly maxAge?: number;
  /** ms since the epoch; the clock of the machine by default. */
  readonly now?: number;
}

export interface Verified {
  /** The body; it is read for its digest. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Key that signed, by its JWK thumbprint. */
  readonly keyId: string;
  /** When it was signed, which is when the picture was made. */
  readonly created: Date;
  /** `Content-Location`: what exactly the picture is. */
  readonly location: string;
  readonly contentType: string;
  /** Absent when the service gave none. */
  readonly etag?: string;
}

export type VerificationFailure =
  /** No signature of the service. The rule may not ask for one, or a part (206) or a 304 came. */
  | "unsigned"
  | "malformed"
  /** A signature that does not cover all that it must. */
  | "incomplete"
  | "unknown_key"
  | "signature_wrong"
  | "digest_wrong"
  /** Genuine, but another picture. */
  | "other_location"
  | "too_old"
  | "from_the_future";

/** The answer is not what the service signed, or nothing can be said of it. */
export class VerificationError extends Error {
  readonly code: VerificationFailure;

  constructor(code: VerificationFailure, message: string) {
    super(message);
    this.name = "VerificationError";
    this.code = code;
  }
}

const LABEL = "pictor";
const COVERED = ["@status", "content-type", "repr-digest", "content-location"];
/** Clocks differ by that much, in seconds. */
const TOLERANCE = 60;

/**
 * Throws `VerificationError` unless all holds: the service signed status, type, version, bytes and place, and the
 * bytes are those. Reads the body; clone the answer before, or take the bytes from the result.
 */
export async function verifyResponse(
  response: Response,
  { directory, expected, maxAge, now = Date.now() }: VerifyOptions,
): Promise<Verified> {
  const { headers } = response;
  const input = memberOf(headers, "signature-input");
  const names = coveredBy(input);
  assertCovers(names, headers);
  const created = createdIn(input, { maxAge, now });
  const keyId = keyIdIn(input);
  const lines = names.map((name) => `"${name}": ${componentOf(name, response)}`);
  const base = [...lines, `"@signature-params": ${input.text}`].join("\n");
  await assertSigned(base, memberOf(headers, "signature"), await keyOf(directory, keyId));
  const location = headers.get("content-location")!;
  assertExpected(location, expected);
  const bytes = new Uint8Array(await response.arrayBuffer());
  await assertDigest(bytes, headers);
  const etag = headers.get("etag");
  return {
    bytes,
    keyId,
    created: new Date(created * 1000),
    location,
    contentType: headers.get("content-type")!,
    ...(etag === null ? {} : { etag }),
  };
}

function memberOf(headers: Headers, name: string): Member {
  const member = dictionaryIn(headers, name).get(LABEL);
  if (member) return member;
  throw new VerificationError("unsigned", `${name} has no member ${LABEL}`);
}

function dictionaryIn(headers: Headers, name: string): ReadonlyMap<string, Member> {
  try {
    return readDictionary(headers.get(name) ?? "");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new VerificationError("malformed", `${name}: ${error.message}`);
  }
}

/** Names of the covered components, which are all plain: the service signs none with parameters. */
function coveredBy({ value }: Member): string[] {
  if (!Array.isArray(value)) throw new VerificationError("malformed", "no list of components");
  const names = value.map(({ value: name, params }) =>
    typeof name === "string" && params.size === 0 ? name : undefined,
  );
  if (names.includes(undefined) || new Set(names).size < names.length) {
    throw new VerificationError("malformed", "components that the service does not sign");
  }
  return names as string[];
}

/** An answer may be without an ETag; one that has an ETag which is not signed got it from somebody else. */
function assertCovers(names: readonly string[], headers: Headers): void {
  const wanted = headers.has("etag") ? [...COVERED, "etag"] : COVERED;
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new VerificationError("incomplete", `not signed: ${missing.join(", ")}`);
}

function createdIn(
  { params }: Member,
  { maxAge, now }: { readonly maxAge: number | undefined; readonly now: number },
): number {
  const created = params.get("created");
  if (typeof created !== "number") throw new VerificationError("incomplete", "no created");
  const age = now / 1000 - created;
  if (age < -TOLERANCE) {
    throw new VerificationError("from_the_future", "signed later than this machine's clock says");
  }
  if (maxAge !== undefined && age > maxAge + TOLERANCE) {
    throw new VerificationError("too_old", `signed ${Math.floor(age)} s ago`);
  }
  return created;
}

/** Also refuses what was signed with these keys for another purpose. */
function keyIdIn({ params }: Member): string {
  if (params.get("tag") !== LABEL || params.get("alg") !== "ed25519") {
    throw new VerificationError("malformed", `not tagged ${LABEL}, or not of ed25519`);
  }
  const keyId = params.get("keyid");
  if (typeof keyId === "string" && keyId !== "") return keyId;
  throw new VerificationError("incomplete", "no keyid");
}

function componentOf(name: string, { headers, status }: Response): string {
  if (name === "@status") return String(status);
  const value = name.startsWith("@") ? null : headers.get(name);
  if (value !== null) return value.trim();
  throw new VerificationError("incomplete", `${name} is signed, but not there`);
}

async function keyOf({ keys }: SignatureDirectory, keyId: string): Promise<CryptoKey> {
  const key = keys.find(({ kid, kty }) => kid === keyId && kty === "OKP");
  if (key?.x === undefined) {
    throw new VerificationError("unknown_key", `the directory has no key ${keyId}`);
  }
  const jwk = { kty: "OKP", crv: "Ed25519", x: key.x };
  return crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
}

async function assertSigned(base: string, { value }: Member, key: CryptoKey): Promise<void> {
  if (!(value instanceof Uint8Array)) throw new VerificationError("malformed", "no signature");
  const holds = await crypto.subtle.verify("Ed25519", key, value, new TextEncoder().encode(base));
  if (!holds) throw new VerificationError("signature_wrong", "the headers are not those signed");
}

async function assertDigest(bytes: Uint8Array<ArrayBuffer>, headers: Headers): Promise<void> {
  const stated = dictionaryIn(headers, "repr-digest").get("sha-256")?.value;
  if (!(stated instanceof Uint8Array)) throw new VerificationError("malformed", "no sha-256");
  const real = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (stated.length === real.length && real.every((byte, at) => byte === stated[at])) return;
  throw new VerificationError("digest_wrong", "the bytes are not those signed");
}

const BASE = "https://relative.invalid";

function assertExpected(location: string, expected: string): void {
  const real = new URL(location, BASE);
  const wanted = new URL(expected, BASE);
  const isSamePath = pathOf(real) === pathOf(wanted);
  if (isSamePath && (wanted.search === "" || wanted.search === real.search)) return;
  throw new VerificationError("other_location", `this is ${location}, not ${expected}`);
}

/** Whatever the spelling of the percent-encoding. */
function pathOf(url: URL): string {
  return JSON.stringify(readUrl({ pathname: url.pathname, search: "" }).segments);
}
