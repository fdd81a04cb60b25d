/**
 * The seal of a stored variant: its length, its SHA-256 and its key, in the metadata of the object. What does not
 * match its seal (a torn or foreign object, one that was copied under another key or overwritten by other hands) is
 * not there.
 */

/** Name of the metadata entry; no stamp has this name. */
export const SEAL = "sealed";

export interface Seal {
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export function printSeal({ size, sha256 }: Seal, key: string): string {
  return `${size} ${sha256} ${key}`;
}

/** What R2 says of an object, without its bytes. */
export type Described = Pick<R2Object, "size" | "customMetadata"> &
  Partial<Pick<R2Object, "checksums">>;

/** Undefined when the object is not what was put under this key. R2 states the checksum that came with the put. */
export function readSeal(object: Described, key: string): Seal | undefined {
  const text = object.customMetadata?.[SEAL] ?? "";
  const [, digits, sha256, sealedKey] = /^(\d{1,15}) ([0-9a-f]{64}) (.+)$/s.exec(text) ?? [];
  if (Number(digits) !== object.size || sha256 === undefined || sealedKey !== key) return undefined;
  const stated = object.checksums?.sha256;
  if (stated !== undefined && hexOf(stated) !== sha256) return undefined;
  return { size: object.size, sha256 };
}

/** Whether R2 itself vouches for the bytes, so that they need not be read to be trusted. */
export function isVouchedFor({ checksums }: Described): boolean {
  return checksums?.sha256 !== undefined;
}

export async function sha256Of(bytes: Uint8Array): Promise<string> {
  return hexOf(await crypto.subtle.digest("SHA-256", bytes));
}

function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
