/**
 * Makes the bucket equal to the folder. The bucket is the truth about what it holds (each object carries the hash
 * of its file); `index.json` only remembers hashes, so that an unchanged file is not read again.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deleteKeys, objectsOf } from "./bucket.ts";
import type { Dimensions } from "./measure.ts";
import type { PictureFile } from "./pictures.ts";
import type { Bucket } from "./service.ts";

export interface SeedResult {
  readonly uploaded: readonly string[];
  readonly dropped: readonly string[];
}

export interface SeedOptions {
  /** Where `index.json` lies. */
  readonly state: string;
  /** Size in px as shown (after EXIF orientation), if it can be told from the file's bytes. */
  readonly measure?: (bytes: Uint8Array) => Dimensions | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops between two pictures; what was done stays done. */
  readonly signal?: AbortSignal;
}

interface Remembered {
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}
type Index = Record<string, Remembered>;

/** Part of every object's metadata; a new number uploads everything again. */
const SCHEMA = "1";
const PARALLEL = 4;

export async function seed(
  bucket: Bucket,
  pictures: readonly PictureFile[],
  options: SeedOptions,
): Promise<SeedResult> {
  const stored = await storedHashes(bucket);
  const index = await readIndex(options.state);
  const next: Index = {};
  const uploaded: string[] = [];
  let done = 0;

  async function bring(picture: PictureFile): Promise<void> {
    const known = index[picture.key];
    const unchanged = known?.size === picture.size && known.mtimeMs === picture.mtimeMs;
    if (!unchanged || stored.get(picture.key) !== known.sha256) {
      // A copy with an ArrayBuffer of its own: Miniflare's bucket refuses Node's pooled buffers.
      const bytes = new Uint8Array(await readFile(picture.path));
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      if (stored.get(picture.key) !== sha256) {
        await put(bucket, picture, bytes, sha256, options.measure);
        uploaded.push(picture.key);
      }
      next[picture.key] = { size: picture.size, mtimeMs: picture.mtimeMs, sha256 };
    } else next[picture.key] = known;
    options.onProgress?.(++done, pictures.length);
  }

  const queue = [...pictures].reverse();
  const worker = async () => {
    for (let p = queue.pop(); p && !options.signal?.aborted; p = queue.pop()) await bring(p);
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    options.signal?.throwIfAborted();
    const wanted = new Set(pictures.map(({ key }) => key));
    const dropped = [...stored.keys()].filter((key) => !wanted.has(key));
    await deleteKeys(bucket, dropped);
    return { uploaded, dropped };
  } finally {
    await writeIndex(options.state, next);
  }
}

async function put(
  bucket: Bucket,
  picture: PictureFile,
  bytes: Uint8Array,
  sha256: string,
  measure: SeedOptions["measure"],
): Promise<void> {
  const size = measure?.(bytes);
  await bucket.put(picture.key, bytes, {
    httpMetadata: { contentType: picture.contentType },
    customMetadata: {
      seed: SCHEMA,
      sha256,
      ...(size && { width: String(size.width), height: String(size.height) }),
    },
  });
}

async function storedHashes(bucket: Bucket): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for await (const { key, customMetadata } of objectsOf(bucket)) {
    hashes.set(key, customMetadata?.seed === SCHEMA ? (customMetadata.sha256 ?? "") : "");
  }
  return hashes;
}

async function readIndex(state: string): Promise<Index> {
  try {
    return JSON.parse(await readFile(join(state, "index.json"), "utf8")) as Index;
  } catch {
    return {}; // Absent or damaged: everything is read again, nothing is lost.
  }
}

async function writeIndex(state: string, index: Index): Promise<void> {
  await mkdir(state, { recursive: true });
  const path = join(state, "index.json");
  await writeFile(`${path}.tmp`, JSON.stringify(index));
  await rename(`${path}.tmp`, path);
}
