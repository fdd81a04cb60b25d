/** Base64 for URLs, unpadded (RFC 4648 section 5), of the 32 bytes of a SHA-256. */

/**
 * 43 characters hold 258 bits, two more than a signature has. They must be zero, or one signature could be written
 * in four ways.
 */
const CANONICAL = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export function encodeSignature(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** `undefined` when the text is not the one way to write 32 bytes. */
export function decodeSignature(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!CANONICAL.test(text)) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
