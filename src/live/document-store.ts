/** Where the live document is read from: Workers KV, or R2. */
import { ConfigError } from "../config-error.ts";
import type { DocumentLocation } from "./location.ts";

/** The store has a document and it is none that can be read: too long, or not UTF-8. */
export class UnreadableError extends Error {}

/** Short texts by key. All throw what the platform throws. */
export interface DocumentStore {
  /** `undefined` where there is none. Throws UnreadableError; of what is longer than `maxBytes`, it does not read the rest. */
  get(key: string, maxBytes: number): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Throws ConfigError where the setting names a binding that is not there, or is something else. */
export function documentStoreOf(
  env: Readonly<Record<string, unknown>>,
  { kind, binding }: DocumentLocation,
): DocumentStore {
  const found = env[binding] as Partial<KVNamespace & R2Bucket> | undefined;
  // Only R2 has `head`.
  const isR2 = typeof found?.head === "function";
  if (typeof found?.get !== "function" || isR2 !== (kind === "r2")) {
    throw new ConfigError(
      "RULES_DOCUMENT",
      `expected ${binding} to be a ${kind === "kv" ? "KV namespace" : "R2 bucket"} that is bound, received ${found === undefined ? "no such binding" : "another kind of binding"}`,
    );
  }
  return kind === "kv" ? kvDocuments(found as KVNamespace) : r2Documents(found as R2Bucket);
}

export function kvDocuments(namespace: Pick<KVNamespace, "get" | "put" | "delete">): DocumentStore {
  return {
    async get(key, maxBytes) {
      const stream = await namespace.get(key, "stream");
      return stream === null ? undefined : textOf(stream, maxBytes);
    },
    put: (key, text) => namespace.put(key, text),
    delete: (key) => namespace.delete(key),
  };
}

export function r2Documents(bucket: Pick<R2Bucket, "get" | "put" | "delete">): DocumentStore {
  return {
    async get(key, maxBytes) {
      const object = await bucket.get(key);
      if (object === null) return undefined;
      return await textOf(object.body, maxBytes);
    },
    async put(key, text) {
      await bucket.put(key, text, { httpMetadata: { contentType: "application/json" } });
    },
    delete: (key) => bucket.delete(key),
  };
}

/** The sizes that stores declare are not relied on. */
async function textOf(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = stream.getReader();
  let text = "";
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => {});
      throw new UnreadableError(`expected at most ${maxBytes} bytes, received more`);
    }
    text += decoded(decoder, chunk.value);
  }
  return text + decoded(decoder);
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new UnreadableError("expected UTF-8, received other bytes");
  }
}
