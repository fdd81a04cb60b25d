/**
 * R2 in memory, as strict as R2 where our stores lean on it (conditions, checksums, order of lists), and with faults
 * that can be switched on. What it does when it is well is compared with the real one in `bucket-contract.ts`.
 */
import { createHash } from "node:crypto";

export type Operation = "get" | "head" | "put" | "delete" | "list";

/** What becomes of one call. `lost`: it is carried out, and then reported as failed. */
export type Fault = "error" | "hang" | "lost" | undefined;

export interface FakeBucketOptions {
  /** ms since the epoch; `uploaded` of what is put. */
  readonly now?: () => number;
  /** Asked for each call. */
  readonly fault?: (operation: Operation, key: string) => Fault;
  /** Objects a page of a list; R2's 1,000 by default. */
  readonly page?: number;
  /** What arrives of the bytes that are read. */
  readonly tear?: (bytes: Uint8Array, key: string) => ReadableStream<Uint8Array>;
}

interface Entry {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly uploaded: number;
  readonly etag: string;
  readonly sha256?: string;
  readonly customMetadata: Record<string, string>;
  readonly httpMetadata: object;
}

/** Keys a call at most, like R2. */
const PAGE = 1000;

export function createFakeBucket(options: FakeBucketOptions = {}) {
  const { now = Date.now, fault = () => undefined, tear = streamOf, page = PAGE } = options;
  const entries = new Map<string, Entry>();
  const calls: Operation[] = [];

  async function call<T>(operation: Operation, key: string, work: () => T): Promise<T> {
    calls.push(operation);
    const what = fault(operation, key);
    // R2 is elsewhere: whatever runs beside this call gets its turn before and after it.
    await new Promise((resolve) => setImmediate(resolve));
    if (what === "hang") return new Promise<never>(() => {});
    if (what === "error") throw new Error(`${operation}: internal error (10001)`);
    const result = work();
    if (what === "lost") throw new Error(`${operation}: Network connection lost.`);
    await new Promise((resolve) => setImmediate(resolve));
    return result;
  }

  const described = ({ bytes, uploaded, sha256, ...rest }: Entry) => ({
    ...rest,
    size: bytes.byteLength,
    version: `${rest.etag}-${uploaded}`,
    httpEtag: `"${rest.etag}"`,
    uploaded: new Date(uploaded),
    checksums: sha256 === undefined ? {} : { sha256: bufferOf(sha256) },
  });

  const bucket = {
    get: (key: string) =>
      call("get", key, () => {
        const entry = entries.get(key);
        if (!entry) return null;
        const body = tear(entry.bytes, key);
        const arrayBuffer = () => new Response(body).arrayBuffer();
        const text = () => new Response(body).text();
        return { ...described(entry), body, arrayBuffer, text };
      }),
    head: (key: string) =>
      call("head", key, () => {
        const entry = entries.get(key);
        return entry ? described(entry) : null;
      }),
    put: (key: string, value: Uint8Array | string, given: R2PutOptions = {}) => {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value.slice();
      return call("put", key, () => {
        if (!holds(given.onlyIf, entries.get(key)?.etag)) return null;
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        if (given.sha256 !== undefined && given.sha256 !== sha256) {
          throw new Error(
            "put: The SHA-256 checksum you specified did not match what we received.",
          );
        }
        const entry = {
          key,
          bytes,
          uploaded: now(),
          etag: createHash("md5").update(bytes).digest("hex"),
          ...(given.sha256 === undefined ? {} : { sha256 }),
          customMetadata: { ...given.customMetadata },
          httpMetadata: { ...given.httpMetadata },
        };
        entries.set(key, entry);
        return described(entry);
      });
    },
    delete: (keys: string | string[]) => {
      const all = [keys].flat();
      if (all.length > PAGE) return Promise.reject(new Error("delete: too many keys (10042)"));
      return call("delete", all[0] ?? "", () => {
        for (const key of all) entries.delete(key);
      });
    },
    list: ({ prefix = "", startAfter = "", limit = page }: R2ListOptions = {}) =>
      call("list", prefix, () => {
        const after = [...entries.values()]
          .filter(({ key }) => key.startsWith(prefix) && key > startAfter)
          .sort((a, b) => (a.key < b.key ? -1 : 1));
        const objects = after.slice(0, Math.min(limit, page)).map(described);
        return { objects, truncated: after.length > objects.length, delimitedPrefixes: [] };
      }),
  };
  return { bucket: bucket as unknown as R2Bucket, entries, calls };
}

function holds(condition: R2Conditional | Headers | undefined, etag: string | undefined): boolean {
  if (condition === undefined) return true;
  if (condition instanceof Headers) {
    if (condition.get("If-None-Match") !== "*") throw new Error("a condition unknown here");
    return etag === undefined;
  }
  return etag !== undefined && etag === condition.etagMatches;
}

export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.byteLength; at += 65_536) {
        controller.enqueue(bytes.subarray(at, at + 65_536));
      }
      controller.close();
    },
  });
}

function bufferOf(hex: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(hex, "hex")).buffer;
}
