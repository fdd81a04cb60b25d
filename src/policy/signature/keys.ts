/** Signing keys: a list with ids, so that they rotate by overlap. */
import { PictorError } from "../../errors.ts";

export interface SigningKey {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** By id, ready for use, in the order of the list. */
export type SigningKeys = ReadonlyMap<string, CryptoKey>;

/** RFC 2104 section 3: a key shorter than the hash's output weakens it. */
export const MIN_KEY_BYTES = 32;

export const isKeyId = (text: string): boolean => /^[A-Za-z0-9._-]{1,64}$/.test(text);

/**
 * Reads `id:hex,id:hex`. Blank text is an empty list. `setting` is the name that errors give to the text.
 *
 * Throws `PictorError` not_configured. Its text counts entries and never repeats any of one, not even the id: in
 * `<key>:<id>`, the wrong way round, the id is the secret.
 */
export function parseKeys(text: string, setting = "SIGNING_KEYS"): SigningKey[] {
  if (text.trim() === "") return [];
  const keys = text.split(",").map((entry, index) => parseKey(entry.trim(), index + 1, setting));
  keys.forEach((key, index) => {
    const first = keys.findIndex(({ id }) => id === key.id);
    if (first === index) return;
    const received = `entries ${first + 1} and ${index + 1} have the same id`;
    throw badKeys(setting, "an id of its own for each key", received);
  });
  return keys;
}

function parseKey(entry: string, position: number, setting: string): SigningKey {
  const where = `entry ${position}`;
  const colon = entry.indexOf(":");
  if (colon < 0) throw badKeys(setting, "id:hex,id:hex", `${where} has no colon`);
  const id = entry.slice(0, colon);
  if (!isKeyId(id)) {
    const expected = "ids of 1 to 64 characters from A-Z a-z 0-9 . _ -";
    throw badKeys(setting, expected, `${where} has another id`);
  }
  const bytes = decodeHex(entry.slice(colon + 1));
  if (bytes === undefined) {
    throw badKeys(setting, "keys in hexadecimal, two digits a byte", `${where} is not`);
  }
  if (bytes.length < MIN_KEY_BYTES) {
    const expected = `keys of at least ${MIN_KEY_BYTES} bytes (${MIN_KEY_BYTES * 2} digits)`;
    throw badKeys(setting, expected, `${where} has ${bytes.length} bytes`);
  }
  return { id, bytes };
}

/** `undefined` when the text is not pairs of hexadecimal digits. */
export function decodeHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(at * 2, at * 2 + 2), 16),
  );
}

/** For HMAC-SHA256; cannot be read out again. Import once: it costs more than a signature. */
export function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
}

export async function importKeys(keys: readonly SigningKey[]): Promise<SigningKeys> {
  return new Map(
    await Promise.all(keys.map(async ({ id, bytes }) => [id, await importKey(bytes)] as const)),
  );
}

function badKeys(setting: string, expected: string, received: string): PictorError {
  return new PictorError("not_configured", {
    detail: `${setting} cannot be read: expected ${expected}, but ${received}.`,
    expected,
    received,
    fix: `${setting}=k1:<hex>, the hex from: openssl rand -hex 32`,
  });
}
