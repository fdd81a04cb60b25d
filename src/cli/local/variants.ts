/** Stored results must never show a picture that has changed since, nor the work of another build. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { versionOf } from "../../cache/lifecycle.ts";
import { deleteKeys, objectsOf } from "./bucket.ts";
import type { SeedResult } from "./seed.ts";
import type { Bucket } from "./service.ts";

interface Origin {
  /** Directory of the mark that says which build made the stored results. */
  readonly state: string;
  readonly fingerprint: string;
}

/**
 * Seeds, and empties the store of results if anything changed. The mark is away in between, so a start that is
 * interrupted leaves work for the next one, and not stale results.
 */
export async function keepVariantsFresh(
  variants: Bucket,
  { state, fingerprint }: Origin,
  seedPictures: () => Promise<SeedResult>,
): Promise<SeedResult> {
  const mark = join(state, "variants-made-by");
  const before = await readFile(mark, "utf8").catch(() => undefined);
  await rm(mark, { force: true });
  const changes = await seedPictures();
  const changed = changes.uploaded.length + changes.dropped.length > 0;
  if (changed || before !== fingerprint) await empty(variants);
  await writeFile(mark, fingerprint);
  return changes;
}

async function empty(bucket: Bucket): Promise<void> {
  const keys: string[] = [];
  // Not the live rules, nor purge records: they are the user's.
  for await (const { key } of objectsOf(bucket)) if (versionOf(key) !== undefined) keys.push(key);
  await deleteKeys(bucket, keys);
}
