import { describe, expect, it } from "vitest";
import { generationOf } from "../../src/cache/purge.ts";
import { MAX_RECORD_BYTES, NOTHING } from "../../src/cache/purge-record.ts";
import {
  createPurgeLog,
  createPurgeLogState,
  type PurgeLogOptions,
} from "../../src/stores/purges.ts";

const TARGETS = { ...NOTHING, tags: ["city"] };
const DAY_MS = 86_400_000;

type Fault = "hangs" | "rejects" | "throws";

function fail(fault: Fault): Promise<never> {
  if (fault === "throws") throw new TypeError("bad");
  return fault === "rejects" ? Promise.reject(new Error("R2 is away")) : new Promise(() => {});
}

/** R2 and one data centre; every call can be made to fail. */
function createWorld() {
  const objects = new Map<string, { uploaded: Date; customMetadata: Record<string, string> }>();
  const entries = new Map<string, Response>();
  const faults: Partial<Record<"list" | "put" | "head" | "delete" | "match" | "cache", Fault>> = {};
  const calls: string[] = [];
  const world = { now: 1_000_000, faults, calls, objects, entries, pageSize: 1_000 };
  const called = (name: keyof typeof faults) => {
    calls.push(name);
    const fault = faults[name];
    return fault ? fail(fault) : undefined;
  };
  const bucket = {
    list: ({ prefix = "", cursor = "0" }: R2ListOptions) => {
      const failed = called("list");
      if (failed) return failed;
      const all = [...objects].filter(([key]) => key.startsWith(prefix)).sort();
      const end = Number(cursor) + world.pageSize;
      const page = all.slice(Number(cursor), end).map(([key, object]) => ({ key, ...object }));
      return Promise.resolve({ objects: page, truncated: end < all.length, cursor: String(end) });
    },
    put: (key: string, _: string, { customMetadata, onlyIf }: R2PutOptions) => {
      const failed = called("put");
      if (failed) return failed;
      expect(onlyIf).toEqual({ etagDoesNotMatch: "*" });
      if (objects.has(key)) return Promise.resolve(null);
      const object = { uploaded: new Date(world.now), customMetadata: customMetadata! };
      objects.set(key, object);
      return Promise.resolve({ key, ...object });
    },
    head: (key: string) =>
      called("head") ?? Promise.resolve(objects.has(key) ? { key, ...objects.get(key) } : null),
    delete: (keys: string[]) => {
      const failed = called("delete");
      if (failed) return failed;
      for (const key of keys) objects.delete(key);
      return Promise.resolve();
    },
  };
  const cache = {
    match: (key: string) => called("match") ?? Promise.resolve(entries.get(key)?.clone()),
    put: (key: string, answer: Response) => {
      const failed = called("cache");
      if (failed) return failed;
      entries.set(key, answer);
      return Promise.resolve();
    },
  };
  let ids = 0;
  function isolate(more: Partial<PurgeLogOptions> = {}) {
    const errors: string[] = [];
    const deferred: Promise<unknown>[] = [];
    const log = createPurgeLog({
      bucket: bucket as unknown as PurgeLogOptions["bucket"],
      cache: cache as unknown as PurgeLogOptions["cache"],
      state: createPurgeLogState(),
      now: () => world.now,
      defer: (work) => void deferred.push(work),
      keepMs: 38 * DAY_MS,
      newId: () => `record-${String(++ids).padStart(5, "0")}`,
      onError: (_, what) => errors.push(what),
      cacheTimeoutMs: 20,
      listTimeoutMs: 40,
      writeTimeoutMs: 40,
      random: () => 1,
      ...more,
    });
    const settle = async () => {
      for (let work = deferred.shift(); work; work = deferred.shift()) await work;
    };
    const ids_ = async () => (await log.records()).map(({ id }) => id);
    return { log, errors, settle, ids: ids_ };
  }
  const count = (name: string) => calls.filter((call) => call === name).length;
  return Object.assign(world, { isolate, count, forget: () => calls.splice(0) });
}

describe("reading the log", () => {
  it("lists once for a data centre and 5 s, and asks nothing while its memory is good", async () => {
    const world = createWorld();
    const [one, two] = [world.isolate(), world.isolate()];
    await one.log.append(TARGETS, "hard");
    await one.settle();
    world.forget();
    expect(await two.ids()).toEqual(["record-00001"]);
    expect([world.count("list"), world.count("match")]).toEqual([0, 1]);
    world.now += 4_999;
    for (let i = 0; i < 10; i++) await two.ids();
    expect([world.count("list"), world.count("match")]).toEqual([0, 1]);
    world.now += 1;
    await two.ids();
    expect(world.count("list")).toBe(1);
  });

  it("shares one refresh among the requests of an isolate", async () => {
    const world = createWorld();
    const { log } = world.isolate();
    await Promise.all(Array.from({ length: 20 }, () => log.records()));
    expect([world.count("list"), world.count("match")]).toEqual([1, 1]);
  });

  it("refreshes ahead of need, behind the answer", async () => {
    const world = createWorld();
    const { ids, settle, log } = world.isolate({ random: () => 0 });
    await ids();
    await settle();
    world.now += 4_000;
    const before = await log.records();
    await settle();
    expect(world.count("list")).toBe(2);
    // Nothing new: the very same list, so that what was derived from it stays.
    expect(await log.records()).toBe(before);
    world.now += 4_999 - 1_000;
    await ids();
    expect(world.count("list")).toBe(2);
  });

  it("knows a purge of elsewhere after 5 s, and its own at once", async () => {
    const world = createWorld();
    const [here, there] = [world.isolate(), world.isolate()];
    expect([await here.ids(), await there.ids()]).toEqual([[], []]);
    await here.log.append(TARGETS, "hard");
    expect(await here.ids()).toHaveLength(1);
    expect(await there.ids()).toEqual([]);
    world.now += 5_000;
    expect(await there.ids()).toHaveLength(1);
    expect(await here.ids()).toHaveLength(1);
  });

  it("keeps its own when the data centre's list is older", async () => {
    const world = createWorld();
    const here = world.isolate();
    await here.ids();
    await here.settle();
    const old = world.entries.get("https://purges.pictor.invalid/records")!;
    await here.log.append(TARGETS, "hard");
    await here.settle();
    world.now += 4_000;
    const headers = { "pictor-listed-at": String(world.now - 2_000) };
    world.entries.set(
      "https://purges.pictor.invalid/records",
      new Response(await old.text(), { headers }),
    );
    world.now += 1_500;
    expect(await here.ids()).toHaveLength(1);
  });

  it("asks R2 when somebody knows more than it does", async () => {
    const world = createWorld();
    const [here, there] = [world.isolate(), world.isolate()];
    await there.ids();
    await here.log.append(TARGETS, "hard");
    const known = await there.log.records(generationOf(await here.log.records()));
    expect(known).toHaveLength(1);
  });

  it("reads all pages, and no foreign object", async () => {
    const world = createWorld();
    world.pageSize = 2;
    const one = world.isolate();
    for (let i = 0; i < 5; i++) await one.log.append(TARGETS, "soft");
    world.objects.set("~purge/foreign-1", { uploaded: new Date(1), customMetadata: {} });
    world.entries.clear();
    const two = world.isolate();
    expect(await two.ids()).toHaveLength(5);
    expect(two.errors).toEqual(["list"]);
  });

  it.each(["not json", '[["a",1]]', ""])(
    "takes no broken list from the cache: %j",
    async (text) => {
      const world = createWorld();
      await world.isolate().log.append(TARGETS, "hard");
      const headers = { "pictor-listed-at": String(world.now) };
      world.entries.set("https://purges.pictor.invalid/records", new Response(text, { headers }));
      expect(await world.isolate().ids()).toHaveLength(1);
    },
  );

  it("takes no list of the future from the cache", async () => {
    const world = createWorld();
    const headers = { "pictor-listed-at": String(world.now + 60_000) };
    world.entries.set("https://purges.pictor.invalid/records", new Response("[]", { headers }));
    await world.isolate().log.append(TARGETS, "hard");
    world.entries.set("https://purges.pictor.invalid/records", new Response("[]", { headers }));
    expect(await world.isolate().ids()).toHaveLength(1);
  });
});

describe.each<Fault>(["hangs", "rejects", "throws"])("when R2 %s", (fault) => {
  it("keeps what was known last, without waiting each time, and catches up afterwards", async () => {
    const world = createWorld();
    const [here, there] = [world.isolate(), world.isolate()];
    await here.log.append(TARGETS, "hard");
    await here.settle();
    expect(await there.ids()).toHaveLength(1);
    world.faults.list = fault;
    world.now += 60_000;
    world.forget();
    for (let i = 0; i < 10; i++) expect(await there.ids()).toHaveLength(1);
    await there.settle();
    expect(world.count("list")).toBe(1);
    expect(there.errors).toEqual(["list"]);
    delete world.faults.list;
    world.entries.clear();
    world.objects.clear();
    world.now += 5_000;
    expect(await there.ids()).toEqual([]);
  });

  it("takes what another isolate of the data centre knew last", async () => {
    const world = createWorld();
    const here = world.isolate();
    await here.log.append(TARGETS, "hard");
    await here.settle();
    world.faults.list = fault;
    world.now += 3_600_000;
    expect(await world.isolate().ids()).toHaveLength(1);
  });

  it("knows nothing in a new place, and says so by an empty generation", async () => {
    const world = createWorld();
    world.faults.list = fault;
    const { log, errors } = world.isolate();
    expect(generationOf(await log.records())).toBe("");
    expect(errors).toEqual(["list"]);
  });

  it("says that a purge was not confirmed", async () => {
    const world = createWorld();
    world.faults.put = fault;
    await expect(world.isolate().log.append(TARGETS, "hard")).rejects.toThrow();
  });

  it("purges all the same when only the list fails", async () => {
    const world = createWorld();
    world.faults.list = fault;
    const { log, ids } = world.isolate();
    await log.append(TARGETS, "hard");
    expect(await ids()).toHaveLength(1);
    expect(world.objects.size).toBe(1);
  });

  it("does not fail a purge for what cannot be deleted or shared", async () => {
    const world = createWorld();
    const { log, errors, settle } = world.isolate();
    await log.append(TARGETS, "hard");
    world.now += 40 * DAY_MS;
    Object.assign(world.faults, { delete: fault, cache: fault });
    await log.append(TARGETS, "hard");
    await settle();
    expect(new Set(errors)).toEqual(new Set(["compact", "cache"]));
    delete world.faults.delete;
    await log.append(TARGETS, "hard");
    await settle();
    expect(world.objects.size).toBe(2);
  });
});

describe.each<Fault>(["hangs", "rejects", "throws"])("when the cache %s", (fault) => {
  it("lists for itself", async () => {
    const world = createWorld();
    Object.assign(world.faults, { match: fault, cache: fault });
    const here = world.isolate();
    await here.log.append(TARGETS, "hard");
    expect(await world.isolate().ids()).toHaveLength(1);
  });
});

describe("writing the log", () => {
  it("makes each record later than what its writer found, whatever R2's clock says", async () => {
    const world = createWorld();
    const { log } = world.isolate();
    const first = await log.append(TARGETS, "hard");
    world.now -= 10_000;
    const second = await log.append(TARGETS, "hard");
    expect(second.uploaded).toBe(first.uploaded + 1);
    world.now += 20_000;
    expect((await log.append(TARGETS, "hard")).uploaded).toBe(world.now);
  });

  it("writes one id once, and gives what it has", async () => {
    const world = createWorld();
    const first = await world
      .isolate()
      .log.append(TARGETS, "hard", { id: "key-of-mine", by: "cms" });
    world.now += 1_000;
    const again = await world
      .isolate()
      .log.append({ ...NOTHING, everything: true }, "soft", { id: "key-of-mine" });
    expect(again).toEqual(first);
    expect(first).toMatchObject({ id: "key-of-mine", by: "cms", tags: ["city"], mode: "hard" });
    expect(world.objects.size).toBe(1);
  });

  it("writes a long purge in parts, the last one last, and gives it whole", async () => {
    const world = createWorld();
    const { log, ids } = world.isolate();
    const long = {
      ...NOTHING,
      sources: Array.from({ length: 60 }, (_, at) => `/${"x".repeat(40)}${at}.jpg`),
      tags: ["city"],
      everything: true,
    };
    const record = await log.append(long, "soft", { id: "key-of-mine", by: "cms" });
    expect(record).toMatchObject({ ...long, id: "key-of-mine", mode: "soft", by: "cms" });
    expect([...world.objects.keys()]).toEqual(["~purge/key-of-mine-p1", "~purge/key-of-mine"]);
    expect(await ids()).toHaveLength(2);
    for (const { customMetadata } of world.objects.values()) {
      expect(customMetadata.record?.length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    }
    expect(await log.find("key-of-mine")).toEqual(record);
    expect(await log.append(long, "soft", { id: "key-of-mine" })).toEqual(record);
    expect(world.objects.size).toBe(2);
  });

  it("ends a long purge that broke off, when it is sent again", async () => {
    const world = createWorld();
    const { log, ids } = world.isolate();
    const long = {
      ...NOTHING,
      sources: Array.from({ length: 60 }, (_, at) => `/${"x".repeat(40)}${at}.jpg`),
    };
    const broken = world.isolate({
      onError: () => undefined,
      now: () => {
        if (world.objects.size === 1) world.faults.put = "rejects";
        return world.now;
      },
    });
    await expect(broken.log.append(long, "hard", { id: "key-of-mine" })).rejects.toThrow(
      "R2 is away",
    );
    // What was written is in force there already; nobody was told that all of it is.
    expect(await broken.ids()).toEqual(["key-of-mine-p1"]);
    delete world.faults.put;
    const record = await log.append(long, "hard", { id: "key-of-mine" });
    expect(record.sources).toEqual(long.sources);
    expect(await ids()).toHaveLength(2);
  });

  it("finds one by its id, and nothing by another", async () => {
    const world = createWorld();
    const { log } = world.isolate();
    const { id } = await log.append(TARGETS, "hard");
    expect(await log.find(id)).toMatchObject({ tags: ["city"] });
    expect(await log.find("never-was")).toBeUndefined();
    expect(await log.find("../variant")).toBeUndefined();
  });

  it("deletes what nothing stored is older than", async () => {
    const world = createWorld();
    const { log, settle, ids } = world.isolate();
    await log.append(TARGETS, "hard");
    world.now += 39 * DAY_MS;
    await log.append(TARGETS, "hard");
    await settle();
    expect([...world.objects.keys()]).toEqual(["~purge/record-00002"]);
    world.now += 5_000;
    expect(await ids()).toEqual(["record-00002"]);
  });

  it("puts too many together, and loses no purge by that", async () => {
    const world = createWorld();
    const { log, settle } = world.isolate({ maxRecords: 100 });
    for (let i = 0; i < 120; i++) {
      world.now += 10;
      await log.append({ ...NOTHING, sources: [`/${i}.jpg`] }, "hard");
    }
    await settle();
    expect(world.objects.size).toBeLessThanOrEqual(100);
    world.entries.clear();
    const records = await world.isolate().log.records();
    const sources = new Set(records.flatMap((record) => record.sources));
    expect(sources.size).toBe(120);
    expect(records.some(({ everything }) => everything)).toBe(false);
  });
});
