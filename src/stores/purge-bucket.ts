/**
 * Purge records in R2: each an empty object whose metadata is the record, so that one `list` tells all of them with
 * the times that R2 gave them. Nothing that is there is ever changed. Every call ends in time.
 */
import type { PurgeRecord } from "../cache/purge.ts";
import { isPurgeId, type PurgeDraft, printDraft, readRecord } from "../cache/purge-record.ts";
import { orNothing } from "../deadline.ts";

export interface PurgeBucketOptions {
  readonly bucket: Pick<R2Bucket, "list" | "put" | "head" | "delete">;
  readonly onError: (error: unknown, what: "list") => void;
  /** Longest waits, ms. */
  readonly listTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** In the variants' bucket; the keys of variants begin otherwise. */
const PREFIX = "~purge/";
const METADATA = "record";
/** A list of thousands of records; more than that is not ours. */
const MAX_PAGES = 50;

/** All of it rejects when R2 fails, or does not answer in time. */
export function createPurgeBucket(options: PurgeBucketOptions) {
  const { bucket, onError, listTimeoutMs, writeTimeoutMs } = options;

  function recordOf({ key, uploaded, customMetadata }: R2Object): PurgeRecord[] {
    const id = key.slice(PREFIX.length);
    const record = readRecord(id, uploaded.getTime(), customMetadata?.[METADATA]);
    if (!record) onError(new Error(`"${key}" is no purge record`), "list");
    return record ? [record] : [];
  }

  async function allPages(): Promise<PurgeRecord[]> {
    const records: PurgeRecord[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const found = await bucket.list({
        prefix: PREFIX,
        include: ["customMetadata"],
        ...(cursor === undefined ? {} : { cursor }),
      });
      records.push(...found.objects.flatMap(recordOf));
      if (!found.truncated) return records;
      cursor = found.cursor;
    }
    throw new Error(`more than ${MAX_PAGES} pages of purge records`);
  }

  async function put(id: string, draft: PurgeDraft): Promise<PurgeRecord | undefined> {
    const text = printDraft(draft);
    const object = await bucket.put(PREFIX + id, "", {
      customMetadata: { [METADATA]: text },
      onlyIf: { etagDoesNotMatch: "*" },
    });
    return object ? readRecord(id, object.uploaded.getTime(), text) : undefined;
  }

  return {
    list: () => inTime(allPages(), listTimeoutMs),
    /** `undefined` when there is one of this id already. */
    write: (id: string, draft: PurgeDraft) => inTime(put(id, draft), writeTimeoutMs),
    async find(id: string): Promise<PurgeRecord | undefined> {
      if (!isPurgeId(id)) return undefined;
      const object = await inTime(bucket.head(PREFIX + id), writeTimeoutMs);
      return object ? recordOf(object)[0] : undefined;
    },
    async remove(ids: readonly string[]): Promise<void> {
      if (ids.length === 0) return;
      await inTime(bucket.delete(ids.map((id) => PREFIX + id)), writeTimeoutMs);
    },
  };
}

/** The value, or a rejection in time. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let failure: unknown;
  const boxed = work.then((value) => ({ value }));
  const done = await orNothing(boxed, ms, (error) => {
    failure = error;
  });
  if (!done) throw failure;
  return done.value;
}
