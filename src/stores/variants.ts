/**
 * Finished results in R2. A failing store is never a failing request: it has nothing, and the log hears why. What it
 * gives is whole and is what was put under that key, or it is not given.
 */

import { orNothing } from "../deadline.ts";
import type { StoredVariant, VariantStore } from "../ports.ts";
import { isVouchedFor, printSeal, readSeal, SEAL, sha256Of } from "./seal.ts";
import { wholeOrError } from "./whole.ts";

export interface VariantStoreOptions {
  readonly bucket: Pick<R2Bucket, "get" | "head" | "put">;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "get" | "head" | "put") => void;
  /** Longest wait for an answer (with its bytes, where they are buffered), and for each chunk, ms. Default 2 s. */
  readonly getTimeoutMs?: number;
  /** Longest wait for a write, ms. It may still happen afterwards; its condition holds then, too. Default 10 s. */
  readonly putTimeoutMs?: number;
  /** Variants up to this many bytes are read whole within `get`, so that a torn read is a miss. Default 1 MiB. */
  readonly bufferBytes?: number;
}

type Metadata = Readonly<Record<string, string>>;

/** R2's own limits, bytes. */
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 8192;

export function createVariantStore(options: VariantStoreOptions): VariantStore {
  const { bucket, onError = () => {}, getTimeoutMs = 2_000, putTimeoutMs = 10_000 } = options;
  const { bufferBytes = 1_048_576 } = options;

  async function read(key: string): Promise<StoredVariant | undefined> {
    assertKey(key);
    const object = await bucket.get(key);
    if (object === null) return undefined;
    const { size, etag: version } = object;
    const seal = readSeal(object, key);
    if (!seal) {
      cancel(object.body);
      throw notWhatWasPut();
    }
    const stamp = stampOf(object);
    if (size > bufferBytes && isVouchedFor(object)) {
      const body = wholeOrError(object.body, { size, idleTimeoutMs: getTimeoutMs });
      return { bytes: body, size, stamp, version };
    }
    const bytes = new Uint8Array(await object.arrayBuffer());
    if (bytes.byteLength !== size || (await sha256Of(bytes)) !== seal.sha256) throw notWhatWasPut();
    return { bytes, size, stamp, version };
  }

  async function look(key: string): Promise<Omit<StoredVariant, "bytes"> | undefined> {
    assertKey(key);
    const object = await bucket.head(key);
    if (object === null) return undefined;
    if (!readSeal(object, key)) throw notWhatWasPut();
    return { size: object.size, stamp: stampOf(object), version: object.etag };
  }

  async function write(
    key: string,
    bytes: Uint8Array,
    contentType: string,
    stamp: Metadata,
    over: string | undefined,
  ): Promise<void> {
    assertKey(key);
    const sha256 = await sha256Of(bytes);
    const customMetadata = { ...stamp, [SEAL]: printSeal({ size: bytes.byteLength, sha256 }, key) };
    assertMetadata(customMetadata, contentType);
    // R2 compares the checksum with what arrives, so that a torn upload is none.
    const rest = { httpMetadata: { contentType }, customMetadata, sha256 };
    const onlyIf = over === undefined ? onlyIfAbsent() : { etagMatches: over };
    const stored = await bucket.put(key, bytes, { ...rest, onlyIf });
    if (stored !== null || over !== undefined) return;
    const there = await bucket.head(key);
    // What `get` may have refused must not keep others out for ever.
    if (there === null || (readSeal(there, key) && isVouchedFor(there))) return;
    await bucket.put(key, bytes, { ...rest, onlyIf: { etagMatches: there.etag } });
  }

  return {
    get: (key) => orNothing(read(key), getTimeoutMs, (error) => onError(error, "get"), discard),
    head: (key) => orNothing(look(key), getTimeoutMs, (error) => onError(error, "head")),
    put: (key, bytes, contentType, stamp, over) => {
      const work = write(key, bytes, contentType, stamp, over);
      return orNothing(work, putTimeoutMs, (error) => onError(error, "put"));
    },
  };
}

/** As headers: only there `*` is sure to mean any. */
function onlyIfAbsent(): Headers {
  return new Headers({ "If-None-Match": "*" });
}

function stampOf({ customMetadata = {} }: R2Object): Metadata {
  const { [SEAL]: _, ...stamp } = customMetadata;
  return stamp;
}

function notWhatWasPut(): Error {
  return new Error("the object is not what was put under its key");
}

function assertKey(key: string): void {
  if (key === "" || byteLength(key) > MAX_KEY_BYTES) {
    throw new RangeError(`a key has 1 to ${MAX_KEY_BYTES} bytes`);
  }
}

function assertMetadata(metadata: Metadata, contentType: string): void {
  const entries = Object.entries(metadata);
  const size = entries.reduce((sum, [name, value]) => sum + byteLength(name + value), 0);
  if (size + byteLength(contentType) > MAX_METADATA_BYTES) {
    throw new RangeError(`stamps have at most ${MAX_METADATA_BYTES} bytes`);
  }
}

function discard(variant: StoredVariant | undefined): void {
  if (variant?.bytes instanceof ReadableStream) cancel(variant.bytes);
}

function cancel(body: ReadableStream): void {
  body.cancel().catch(() => {});
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
