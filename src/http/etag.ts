/** Entity tags: RFC 9110 section 8.8.3. A tag is kept as it stands in the header, with its quotes and `W/`. */
import type { Validator } from "../ports.ts";

export interface EtagInputs {
  /** One for each input, in a fixed order: source, overlays, fallback. */
  readonly validators: readonly Validator[];
  /** The canonical transform, with presets and the rule resolved. */
  readonly canonical: string;
  /** The format actually sent, and how it was degraded if it was. */
  readonly format: string;
  readonly engine: string;
  readonly schema: string;
}

/** Bytes of the SHA-256 that are kept: 192 bits make 32 characters without padding. */
const DIGEST_BYTES = 24;

const OPAQUE = String.raw`"[\x21\x23-\x7e\x80-\xff]*"`;
const STRONG = new RegExp(`^${OPAQUE}$`);

/** One list element: an entity tag up to the next comma, or else whatever stands there. Linear, as no part overlaps. */
const ELEMENT = new RegExp(`[ \\t,]*(?:((?:W/)?${OPAQUE})[ \\t]*(?=,|$)|[^,]*)`, "y");

/**
 * The variant's ETag, known without decoding. It is weak if any input has no strong entity tag of its own; absent if
 * an input has neither tag nor date, because then nothing would tell its next version from this one and a 304 could
 * be wrong for ever.
 *
 * Where an input has a tag, its date is left out: the same bytes uploaded again are the same input.
 */
export async function etagOf(inputs: EtagInputs): Promise<string | undefined> {
  const versions = inputs.validators.map(versionOf);
  if (versions.includes(undefined)) return undefined;
  const { canonical, format, engine, schema } = inputs;
  // JSON keeps the parts apart, so that no two lists of inputs make one message.
  const message = JSON.stringify([schema, engine, format, canonical, versions]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(message));
  const weak = inputs.validators.some(({ etag }) => !isStrong(etag));
  return `${weak ? "W/" : ""}"${base64url(new Uint8Array(digest, 0, DIGEST_BYTES))}"`;
}

function versionOf({ etag, lastModified }: Validator): string | number | undefined {
  return etag || (Number.isFinite(lastModified) ? lastModified : undefined);
}

/** What an origin sends without quotes still names a version, but promises nothing about bytes: it counts as weak. */
export function isStrong(etag: string | undefined): etag is string {
  return etag !== undefined && STRONG.test(etag);
}

/** Both strong, and the same (RFC 9110 section 8.8.3.2). */
export function strongEqual(a: string, b: string): boolean {
  return a === b && isStrong(a);
}

/** The same, weak or not (RFC 9110 section 8.8.3.2). */
export function weakEqual(a: string, b: string): boolean {
  const opaque = a.replace(/^W\//, "");
  return opaque === b.replace(/^W\//, "") && isStrong(opaque);
}

/** `*` stands for any current representation, and only alone. */
export function isAny(header: string): boolean {
  return /^[ \t]*\*[ \t]*$/.test(header);
}

/**
 * The tags of an `If-Match` or `If-None-Match` list, lazily. A tag may hold commas; empty elements are allowed;
 * what is not an entity tag is skipped. Takes time linear in the header's length.
 */
export function* entityTags(header: string): Generator<string> {
  const element = new RegExp(ELEMENT);
  while (element.lastIndex < header.length) {
    const tag = element.exec(header)?.[1];
    if (tag !== undefined) yield tag;
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
