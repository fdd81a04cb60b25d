/** `RULES_DOCUMENT`: where the live document lies. `kv:<BINDING>/<key>` or `r2:<BINDING>/<key>`. */
import { ConfigError } from "../config-error.ts";

export interface DocumentLocation {
  readonly kind: "kv" | "r2";
  /** Name of the binding in the Wrangler configuration. */
  readonly binding: string;
  readonly key: string;
  /** As in the setting: names the document in messages and in `/_/health`. */
  readonly text: string;
}

/** KV takes keys of 512 bytes (R2 of 1,024), and a copy has a longer name. */
const MAX_KEY_BYTES = 490;

/** `undefined` for an empty setting. Throws ConfigError. */
export function parseLocation(text: string): DocumentLocation | undefined {
  if (text === "") return undefined;
  const [, kind, binding, key] = /^(kv|r2):([A-Za-z_]\w{0,63})\/([^\p{Cc}]+)$/u.exec(text) ?? [];
  if (kind === undefined || binding === undefined || key === undefined) {
    throw new ConfigError(
      "RULES_DOCUMENT",
      `expected kv:<BINDING>/<key> or r2:<BINDING>/<key>, received ${JSON.stringify(text)}`,
    );
  }
  const bytes = new TextEncoder().encode(key).byteLength;
  if (bytes > MAX_KEY_BYTES) {
    throw new ConfigError(
      "RULES_DOCUMENT",
      `expected a key of at most ${MAX_KEY_BYTES} bytes, received ${bytes}`,
    );
  }
  return { kind: kind as DocumentLocation["kind"], binding, key, text };
}
