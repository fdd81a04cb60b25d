import { env } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { generationOf, purgeVerdict } from "../../src/cache/purge.ts";
import { NOTHING } from "../../src/cache/purge-record.ts";
import { createPurgeLog, createPurgeLogState } from "../../src/stores/purges.ts";

const { VARIANTS } = env as unknown as { VARIANTS: R2Bucket };
const cache = (caches as unknown as { default: Cache }).default;
const KEEP_MS = 38 * 86_400_000;

function open(now = Date.now) {
  const deferred: Promise<unknown>[] = [];
  const errors: unknown[] = [];
  const log = createPurgeLog({
    bucket: VARIANTS,
    cache,
    state: createPurgeLogState(),
    now,
    defer: (work) => void deferred.push(work),
    keepMs: KEEP_MS,
    newId: () => crypto.randomUUID(),
    onError: (error) => errors.push(error),
  });
  return { log, errors, settle: async () => void (await Promise.all(deferred)) };
}

beforeEach(async () => {
  const { objects } = await VARIANTS.list();
  await VARIANTS.delete(objects.map(({ key }) => key));
  await cache.delete("https://purges.pictor.invalid/records");
});

describe("the purge log in R2 and the Cache API", () => {
  it("is known to another isolate of the data centre, with R2's own time", async () => {
    const one = open();
    const record = await one.log.append({ ...NOTHING, sources: ["/a.jpg"] }, "hard", { by: "cms" });
    await one.settle();
    const two = open();
    const records = await two.log.records();
    expect(records).toEqual([record]);
    const [object] = (await VARIANTS.list({ prefix: "~purge/" })).objects;
    expect(object?.key).toBe(`~purge/${record.id}`);
    expect(object?.uploaded.getTime()).toBe(record.uploaded);
    expect([...one.errors, ...two.errors]).toEqual([]);
  });

  it("tells fills of before and after apart, however close they are", async () => {
    const { log } = open();
    const subject = { source: "/a.jpg", tags: [], format: "webp" };
    const generations = [generationOf(await log.records())];
    for (let at = 0; at < 5; at++) {
      await log.append({ ...NOTHING, everything: true }, at % 2 ? "soft" : "hard");
      generations.push(generationOf(await log.records()));
    }
    const records = await log.records();
    const verdicts = generations.map((generation) => purgeVerdict(records, subject, generation));
    expect(verdicts).toEqual(["hard", "hard", "hard", "hard", "hard", "none"]);
  });

  it("writes an id once", async () => {
    const [one, two] = [open(), open()];
    const first = await one.log.append({ ...NOTHING, tags: ["a"] }, "hard", { id: "same-key-1" });
    const again = await two.log.append({ ...NOTHING, tags: ["b"] }, "soft", { id: "same-key-1" });
    expect(again).toEqual(first);
    expect(await two.log.find("same-key-1")).toEqual(first);
    expect(await two.log.find("other-key-1")).toBeUndefined();
  });

  it("holds the longest purge that a body can make, in parts", async () => {
    const sources = Array.from({ length: 100 }, (_, at) => `/${"x".repeat(50)}${at}.jpg`);
    const { log } = open();
    const by = "n".repeat(64);
    const record = await log.append({ ...NOTHING, sources }, "hard", { by });
    expect(record).toMatchObject({ sources, by });
    await cache.delete("https://purges.pictor.invalid/records");
    const records = await open().log.records();
    expect(records.length).toBeGreaterThan(3);
    expect(records.flatMap((part) => part.sources).sort()).toEqual([...sources].sort());
    expect(await log.find(record.id)).toEqual(record);
  });

  it("deletes what has expired", async () => {
    const one = open();
    const old = await one.log.append({ ...NOTHING, tags: ["old"] }, "hard");
    await one.settle();
    const later = open(() => old.uploaded + KEEP_MS + 1);
    const record = await later.log.append({ ...NOTHING, tags: ["new"] }, "hard");
    await later.settle();
    const { objects } = await VARIANTS.list({ prefix: "~purge/" });
    expect(objects.map(({ key }) => key)).toEqual([`~purge/${record.id}`]);
  });
});
