/** Who may ask for what: the three modes of `SIGNING`. */
import { PictorError } from "../../errors.ts";
import { type RequestUrl, valueIn } from "../url.ts";
import { assertNotExpired, readExpiry } from "./expiry.ts";
import type { SigningKeys } from "./keys.ts";
import { SIGNATURE } from "./message.ts";
import { verify } from "./verify.ts";

export const SIGNING_MODES = ["required", "presets", "off"] as const;
export type SigningMode = (typeof SIGNING_MODES)[number];

export interface Authorization {
  readonly mode: SigningMode;
  readonly keys: SigningKeys;
  readonly read: RequestUrl;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Grant {
  /** A signature was there, and holds. */
  readonly signed: boolean;
  /** The key that it holds under. */
  readonly kid?: string;
  /** Unix seconds; the answer may be kept no longer. */
  readonly exp?: number;
}

/**
 * - `required`: every URL is signed. Without a key nothing is answered; it never falls back to unsigned.
 * - `presets`: an unsigned URL names a preset and carries nothing else; a signed one is checked as above.
 * - `off`: `sig` and `kid` are not verified, so that signed URLs work on a laptop without the keys. `exp` still counts.
 *
 * Throws `PictorError`: see `verify`; besides not_configured (503), bad_parameter (400) and expired (410) for `exp`.
 */
export async function authorize({ mode, keys, read, now }: Authorization): Promise<Grant> {
  if (mode === "off") return unsigned(read, now);
  if (mode === "presets" && valueIn(read.query, SIGNATURE) === undefined)
    return presetOnly(read, now);
  if (mode !== "presets" && keys.size === 0) {
    throw new PictorError("not_configured", {
      detail: "Signatures are required, but no key is set.",
      fix: "Set the secret SIGNING_KEYS to k1:<hex>, the hex from: openssl rand -hex 32",
    });
  }
  const kid = await verify(read, keys);
  return { signed: true, kid, ...expiry(read, now) };
}

const unsigned = (read: RequestUrl, now: number): Grant => ({
  signed: false,
  ...expiry(read, now),
});

/** A URL without a preset would be the picture in full, which no preset stands for. */
function presetOnly(read: RequestUrl, now: number): Grant {
  const other = read.query.find(([name]) => name !== "preset" && name !== "p")?.[0];
  if (other === undefined && read.query.length > 0) return unsigned(read, now);
  throw new PictorError("signature_missing", {
    param: SIGNATURE,
    expected: "a preset and nothing else, or a signed URL",
    received: other === undefined ? "no preset" : `${other.slice(0, 100)} without a signature`,
    fix: "?preset=<name>, or npx pictor sign <url>",
  });
}

function expiry(read: RequestUrl, now: number): { readonly exp?: number } {
  const exp = readExpiry(read.query);
  assertNotExpired(exp, now);
  return exp === undefined ? {} : { exp };
}
