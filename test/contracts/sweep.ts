/** What a sweep does to a bucket, whether R2's own or the fake. */
import { describe, expect, it } from "vitest";
import { SCHEMA, variantKey } from "../../src/cache/key.ts";
import { type SweepOptions, sweep } from "../../src/stores/sweep.ts";
import { createVariantStore } from "../../src/stores/variants.ts";
import { pattern } from "./origin.ts";

/** `open` makes a fresh, empty bucket. */
export function sweepContract(label: string, open: () => Promise<R2Bucket>): void {
  const current = `${SCHEMA}.e2`;
  const DAY = 86_400_000;
  const run = (bucket: R2Bucket, more: Partial<SweepOptions> = {}) =>
    sweep({ bucket, limits: {}, current, purges: [], now: Date.now, ...more });
  const later = (days: number) => () => Date.now() + days * DAY;

  async function put(bucket: R2Bucket, names: readonly string[], engine = "e2", size = 100) {
    const store = createVariantStore({ bucket });
    for (const name of names) {
      await store.put(await variantKey(name, engine), pattern(size), "image/png", { name });
    }
  }
  /** Names of the variants that `engine` still finds. */
  async function left(bucket: R2Bucket, names: readonly string[], engine = "e2") {
    const store = createVariantStore({ bucket });
    const found = await Promise.all(
      names.map(async (name) => (await store.head(await variantKey(name, engine)))?.stamp.name),
    );
    return found.filter((name) => name !== undefined);
  }
  const NAMES = ["a", "b", "c", "d", "e"];

  describe(`a sweep: ${label}`, () => {
    it("of an empty bucket, and without limits, drops nothing", async () => {
      const bucket = await open();
      expect(await run(bucket)).toMatchObject({ listed: 0, ended: "pass", stored: { objects: 0 } });
      await put(bucket, NAMES);
      const report = await run(bucket, { now: later(1000) });
      expect(report).toMatchObject({
        listed: 5,
        stored: { objects: 5, bytes: 500 },
        ended: "pass",
      });
      expect(await left(bucket, NAMES)).toEqual(NAMES);
    });

    it("drops what is too old, and says how much", async () => {
      const bucket = await open();
      await put(bucket, NAMES);
      const report = await run(bucket, { limits: { maxAge: 86_400 }, now: later(2) });
      expect(report).toMatchObject({ listed: 5, dropped: { age: 5 }, droppedBytes: 500 });
      expect(await left(bucket, NAMES)).toEqual([]);
    });

    it("keeps as many bytes as may be stored, the newest", async () => {
      const bucket = await open();
      for (const name of NAMES) {
        await put(bucket, [name]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const report = await run(bucket, { limits: { maxBytes: 250 } });
      expect(report).toMatchObject({ dropped: { size: 3 }, stored: { objects: 2, bytes: 200 } });
      expect(await left(bucket, NAMES)).toEqual(["d", "e"]);
      expect(await run(bucket, { limits: { maxBytes: 250 } })).toMatchObject({ droppedBytes: 0 });
    });

    it("leaves alone what is no variant, whatever its age", async () => {
      const bucket = await open();
      const others = ["~purge/1", "~config/rules.json", "readme.txt", "Z/a", "pictures/lisbon.jpg"];
      for (const key of others) await bucket.put(key, "x");
      await put(bucket, NAMES);
      const limits = { maxAge: 1, maxBytes: 0, keepVersions: 1 };
      await run(bucket, { limits, now: later(1000) });
      expect(await left(bucket, NAMES)).toEqual([]);
      for (const key of others) expect(await bucket.head(key), key).not.toBeNull();
    });

    it("keeps another version's variants from the day that it is first missed", async () => {
      const bucket = await open();
      await put(bucket, NAMES, "e1");
      const limits = { keepVersions: 7 * 86_400 };
      // Nobody knows when e1 ran last: these days count from now, though all of it is a hundred days old.
      await run(bucket, { limits, now: later(100) });
      expect(await left(bucket, NAMES, "e1")).toEqual(NAMES);
      await run(bucket, { limits, now: later(6) });
      expect(await left(bucket, NAMES, "e1")).toEqual(NAMES);
      const report = await run(bucket, { limits, now: later(8) });
      expect(report.dropped.version).toBe(5);
      expect(await left(bucket, NAMES, "e1")).toEqual([]);
    });

    it("drops what everything was purged of, and nothing that was written since", async () => {
      const bucket = await open();
      await put(bucket, ["a", "b"]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const record = await bucket.put("~purge/1", "");
      await new Promise((resolve) => setTimeout(resolve, 5));
      await put(bucket, ["c"]);
      const none = { sources: [], tags: [], prefixes: [], presets: [], formats: [] };
      const uploaded = record!.uploaded.getTime();
      const purge = { ...none, everything: true, id: "1", uploaded, mode: "hard" } as const;
      expect((await run(bucket, { purges: [purge] })).dropped.purged).toBe(2);
      expect(await left(bucket, NAMES)).toEqual(["c"]);
    });
  });
}
