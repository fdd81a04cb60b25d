/** `Repr-Digest` (RFC 9530): what the whole representation hashes to, whatever part of it a message carries. */

/** `sha-256=:<base64>:` of the bytes as they are sent, without a content coding. */
export async function reprDigest(bytes: Uint8Array): Promise<string> {
  return `sha-256=${byteSequence(await crypto.subtle.digest("SHA-256", bytes))}`;
}

/** A Byte Sequence (RFC 9651 section 4.1.8): base64 with padding, between colons. */
export function byteSequence(bytes: ArrayBuffer): string {
  return `:${btoa(String.fromCharCode(...new Uint8Array(bytes)))}:`;
}
