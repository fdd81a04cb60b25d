import { describe, expect, it, vi } from "vitest";
import { createVariantStore } from "../../src/stores/variants.ts";
import { bucketContract } from "../contracts/bucket.ts";
import { pattern } from "../contracts/origin.ts";
import { bytesOf, variantStoreContract } from "../contracts/variant-store.ts";
import {
  createFakeBucket,
  type FakeBucketOptions,
  type Operation,
  streamOf,
} from "./fake-bucket.ts";

bucketContract("the fake", async () => createFakeBucket().bucket);
variantStoreContract("a fake R2", async () => createVariantStore(createFakeBucket()));

const KEY = "1.e/a";
const LARGE = 2_000_000;

function open(options: FakeBucketOptions = {}) {
  const fake = createFakeBucket(options);
  const errors: string[] = [];
  const store = createVariantStore({
    bucket: fake.bucket,
    getTimeoutMs: 60,
    putTimeoutMs: 60,
    onError: (_error, what) => errors.push(what),
  });
  return { ...fake, store, errors };
}

/** What comes of reading all of it: the bytes' length, or how it ended. */
async function outcome(work: Promise<Parameters<typeof bytesOf>[0] | undefined>) {
  const stored = await work;
  if (!stored) return "nothing";
  return bytesOf(stored).then(
    (bytes) => bytes.byteLength,
    () => "broken off",
  );
}

describe("R2 down", () => {
  it.each(["error", "hang"] as const)(
    "(%s): nothing is there, in time, and the log hears it",
    async (fault) => {
      const { store, errors } = open({ fault: () => fault });
      expect(await store.get(KEY)).toBeUndefined();
      expect(await store.head(KEY)).toBeUndefined();
      await store.put(KEY, pattern(10), "image/png", {});
      expect(errors).toEqual(["get", "head", "put"]);
    },
  );

  it("for a third of all calls: every answer is whole and right, or there is none", async () => {
    // 35 %, in an order of its own (a linear congruential generator), half of them carried out all the same.
    let seed = 1;
    const fault = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const share = seed / 2 ** 31;
      return share < 0.175 ? "error" : share < 0.35 ? "lost" : undefined;
    };
    const { store } = open({ fault });
    let hits = 0;
    for (let i = 0; i < 300; i++) {
      const key = `1.e/${i % 40}`;
      const found = await store.get(key);
      if (found) {
        hits++;
        expect(Buffer.compare(await bytesOf(found), pattern(1000 + (i % 40)))).toBe(0);
      } else await store.put(key, pattern(1000 + (i % 40)), "image/png", {});
    }
    expect(hits).toBeGreaterThan(100);
  });

  it("for writes alone: what is stored is given, what is not is made anew, and nobody notices", async () => {
    let down = false;
    const { store, errors } = open({
      fault: (what) => (down && what === "put" ? "error" : undefined),
    });
    await store.put(KEY, pattern(10), "image/png", { n: "1" });
    down = true;
    await store.put("1.e/b", pattern(10), "image/png", {});
    await store.put(KEY, pattern(20), "image/png", { n: "2" }, (await store.head(KEY))!.version);
    expect(await outcome(store.get(KEY))).toBe(10);
    expect(await store.get("1.e/b")).toBeUndefined();
    expect(errors).toEqual(["put", "put"]);
  });

  it("after a write that was carried out and reported as failed: the variant is whole", async () => {
    const { store, errors } = open({ fault: (what) => (what === "put" ? "lost" : undefined) });
    await store.put(KEY, pattern(500), "image/png", { n: "1" });
    expect(errors).toEqual(["put"]);
    expect(await outcome(store.get(KEY))).toBe(500);
  });
});

describe("a torn body", () => {
  const cut = (by: number) => (bytes: Uint8Array) =>
    streamOf(bytes.subarray(0, bytes.byteLength - by));
  const longer = (bytes: Uint8Array) => streamOf(new Uint8Array(bytes.byteLength + 1));
  const swapped = (bytes: Uint8Array) => streamOf(bytes.map((byte) => byte ^ 1));
  const stops = (bytes: Uint8Array) =>
    new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(bytes.subarray(0, 100)) });
  const breaks = (bytes: Uint8Array) => {
    let sent = false;
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new Error("Network connection lost."));
        else controller.enqueue(bytes.subarray(0, 100));
        sent = true;
      },
    });
  };

  it.each<[string, NonNullable<FakeBucketOptions["tear"]>]>([
    ["by one byte", cut(1)],
    ["by half", cut(500)],
    ["to nothing", cut(1000)],
    ["to more than there was", longer],
    ["to other bytes of the same length", swapped],
    ["by a stop", stops],
    ["by an error", breaks],
  ])("%s is a miss where variants are buffered", async (_how, tear) => {
    const { store, errors } = open({ tear });
    await store.put(KEY, pattern(1000), "image/png", {});
    expect(await store.get(KEY)).toBeUndefined();
    expect(errors).toEqual(["get"]);
  });

  it.each<[string, NonNullable<FakeBucketOptions["tear"]>]>([
    ["by one byte", cut(1)],
    ["by half", cut(LARGE / 2)],
    ["to nothing", cut(LARGE)],
    ["to more than there was", longer],
    ["by a stop", stops],
    ["by an error", breaks],
  ])(
    "%s breaks the stream off where variants are streamed: it never just ends",
    async (_how, tear) => {
      const { store } = open({ tear });
      await store.put(KEY, pattern(LARGE), "image/png", {});
      expect(await outcome(store.get(KEY))).toBe("broken off");
    },
  );

  it("lets go of R2's stream when the reader leaves, and when it broke off", async () => {
    const cancelled = vi.fn();
    const tear = () =>
      new ReadableStream<Uint8Array>(
        { pull: (controller) => controller.enqueue(new Uint8Array(LARGE)), cancel: cancelled },
        { highWaterMark: 0 },
      );
    const { store } = open({ tear });
    await store.put(KEY, pattern(LARGE), "image/png", {});
    const { bytes } = (await store.get(KEY))!;
    const reader = (bytes as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    expect(cancelled).toHaveBeenCalledTimes(1);
    expect(await outcome(store.get(KEY))).toBe("broken off");
    expect(cancelled).toHaveBeenCalledTimes(2);
  });
});

describe("an object that is not what was put under its key", () => {
  type World = ReturnType<typeof open>;
  const change = ({ entries }: World, changes: object) =>
    entries.set(KEY, { ...entries.get(KEY)!, ...changes });
  const metadataWith = (world: World, sealed: string) => ({
    customMetadata: { ...world.entries.get(KEY)!.customMetadata, sealed },
  });

  it.each<[string, (world: World) => unknown]>([
    ["without metadata", (world) => change(world, { customMetadata: {} })],
    ["with a seal that cannot be read", (world) => change(world, metadataWith(world, "1000"))],
    [
      "with a seal of another length",
      (world) => change(world, metadataWith(world, `999 ${"0".repeat(64)} ${KEY}`)),
    ],
    [
      "with a seal of other bytes",
      (world) => change(world, metadataWith(world, `1000 ${"0".repeat(64)} ${KEY}`)),
    ],
    ["cut to a part, with its metadata", (world) => change(world, { bytes: pattern(999) })],
    [
      "copied from another key, with its metadata",
      async (world) => {
        await world.store.put("1.e/b", pattern(2000), "image/png", {});
        change(world, world.entries.get("1.e/b")!);
      },
    ],
    [
      "overwritten by another with the same length, under the old metadata",
      (world) => {
        const { customMetadata } = world.entries.get(KEY)!;
        return world.bucket.put(KEY, new Uint8Array(1000), { customMetadata });
      },
    ],
  ])("%s is a miss, and the next fill takes its place", async (_how, damage) => {
    const world = open();
    const { store, errors } = world;
    await store.put(KEY, pattern(1000), "image/png", { n: "1" });
    await damage(world);
    expect(await store.get(KEY)).toBeUndefined();
    expect(errors).toEqual(["get"]);
    await store.put(KEY, pattern(1234), "image/png", { n: "2" });
    expect((await store.head(KEY))?.stamp).toEqual({ n: "2" });
    expect(await outcome(store.get(KEY))).toBe(1234);
  });

  it("is a miss for head, too, but for bytes that only reading could tell", async () => {
    const world = open();
    await world.store.put(KEY, pattern(1000), "image/png", {});
    change(world, { bytes: pattern(999) });
    expect(await world.store.head(KEY)).toBeUndefined();
    expect(world.errors).toEqual(["head"]);
  });

  it("is read whole, however large, when R2 does not vouch for it", async () => {
    const world = open();
    await world.store.put(KEY, pattern(LARGE), "image/png", {});
    const { sha256: _, ...unvouched } = world.entries.get(KEY)!;
    world.entries.set(KEY, unvouched);
    expect(await outcome(world.store.get(KEY))).toBe(LARGE);
    world.entries.set(KEY, { ...unvouched, bytes: new Uint8Array(LARGE) });
    expect(await world.store.get(KEY)).toBeUndefined();
  });

  it("never keeps a sound variant from its place: that one stays", async () => {
    const world = open();
    await world.store.put(KEY, pattern(1000), "image/png", { n: "1" });
    await world.store.put(KEY, pattern(1001), "image/png", { n: "2" });
    expect((await world.store.head(KEY))?.stamp).toEqual({ n: "1" });
  });
});

it("a hit costs one call, a fill costs one, and a lost race two", async () => {
  const { store, calls } = open();
  const during = async (work: () => Promise<unknown>): Promise<Operation[]> => {
    calls.length = 0;
    await work();
    return [...calls];
  };
  expect(await during(() => store.put(KEY, pattern(10), "image/png", {}))).toEqual(["put"]);
  expect(await during(() => store.get(KEY))).toEqual(["get"]);
  expect(await during(() => store.head(KEY))).toEqual(["head"]);
  expect(await during(() => store.put(KEY, pattern(10), "image/png", {}))).toEqual(["put", "head"]);
});
