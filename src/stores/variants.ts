/** Finished results in R2. A failing store is never a failing request: it has nothing, and the log hears why. */
import type { StoredVariant, VariantStore } from "../ports.ts";
import { orNothing } from "./deadline.ts";

export interface VariantStoreOptions {
  readonly bucket: Pick<R2Bucket, "get" | "put">;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "get" | "put") => void;
  /** Longest wait for an answer (with its bytes, where they are buffered), ms. Default 2 s. */
  readonly getTimeoutMs?: number;
  /** Variants up to this many bytes are read whole within `get`, so that a torn read is a miss. Default 1 MiB. */
  readonly bufferBytes?: number;
}

/** R2's own limits, bytes. */
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 8192;

export function createVariantStore(options: VariantStoreOptions): VariantStore {
  const { bucket, onError = () => {}, getTimeoutMs = 2_000, bufferBytes = 1_048_576 } = options;

  async function read(key: string): Promise<StoredVariant | undefined> {
    assertKey(key);
    const object = await bucket.get(key);
    if (object === null) return undefined;
    const { size, customMetadata: stamp = {} } = object;
    if (size > bufferBytes) return { bytes: object.body, size, stamp };
    const bytes = new Uint8Array(await object.arrayBuffer());
    if (bytes.byteLength !== size) throw new Error("the store sent a torn variant");
    return { bytes, size, stamp };
  }

  return {
    get: (key) => orNothing(read(key), getTimeoutMs, (error) => onError(error, "get"), discard),
    async put(key, bytes, contentType, stamp) {
      try {
        assertKey(key);
        assertStamp(stamp, contentType);
        await bucket.put(key, bytes, {
          httpMetadata: { contentType },
          customMetadata: { ...stamp },
        });
      } catch (error) {
        onError(error, "put");
      }
    },
  };
}

function assertKey(key: string): void {
  if (key === "" || byteLength(key) > MAX_KEY_BYTES) {
    throw new RangeError(`a key has 1 to ${MAX_KEY_BYTES} bytes`);
  }
}

function assertStamp(stamp: Readonly<Record<string, string>>, contentType: string): void {
  const entries = Object.entries(stamp);
  const size = entries.reduce((sum, [name, value]) => sum + byteLength(name + value), 0);
  if (size + byteLength(contentType) > MAX_METADATA_BYTES) {
    throw new RangeError(`stamps have at most ${MAX_METADATA_BYTES} bytes`);
  }
}

function discard(variant: StoredVariant | undefined): void {
  if (variant?.bytes instanceof ReadableStream) variant.bytes.cancel().catch(() => {});
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
