/** Whole buckets, page by page. */
import type { Bucket } from "./service.ts";

/** R2 lists, and deletes, at most 1000 keys at a time. */
const BATCH = 1000;

export async function* objectsOf(bucket: Bucket) {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({
      include: ["customMetadata"],
      limit: BATCH,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

export async function deleteKeys(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += BATCH) await bucket.delete(keys.slice(at, at + BATCH));
}
