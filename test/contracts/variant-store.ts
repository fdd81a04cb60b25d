/** What every `VariantStore` keeps to. */
import { describe, expect, it } from "vitest";
import type { StoredVariant, VariantStore } from "../../src/ports.ts";
import { pattern } from "./origin.ts";

/** `open` makes a fresh, empty store. */
export function variantStoreContract(label: string, open: () => Promise<VariantStore>): void {
  describe(`a variant store: ${label}`, () => {
    it("has nothing under an unknown key", async () => {
      const store = await open();
      expect(await store.get("v1/unknown")).toBeUndefined();
      expect(await store.head("v1/unknown")).toBeUndefined();
    });

    it("gives back bytes, size and stamp, small and large", async () => {
      const store = await open();
      const stamp = { etag: 'W/"abc"', tags: "a,b", filled: "1795000000000" };
      for (const size of [0, 1, 40_000, 3_000_000]) {
        const bytes = pattern(size);
        await store.put(`v1/${size}`, bytes, "image/webp", stamp);
        const stored = await store.get(`v1/${size}`);
        expect(stored?.size).toBe(size);
        expect(stored?.stamp).toEqual(stamp);
        // Compared as one number: a mismatch of megabytes would be printed for minutes.
        expect(Buffer.compare(await bytesOf(stored!), bytes)).toBe(0);
      }
    });

    it("says in head what get says, without the bytes", async () => {
      const store = await open();
      await store.put("v1/a", pattern(3000), "image/webp", { etag: '"a"' });
      const { bytes, ...rest } = (await store.get("v1/a"))!;
      expect(await store.head("v1/a")).toEqual(rest);
    });

    it("stores a view of a larger buffer as just its bytes", async () => {
      const store = await open();
      await store.put("v1/view", pattern(1000).subarray(10, 20), "image/png", {});
      expect(await bytesOf((await store.get("v1/view"))!)).toEqual(pattern(1000).slice(10, 20));
    });

    it("replaces the version that the writer read", async () => {
      const store = await open();
      await store.put("v1/a", Uint8Array.of(1), "image/png", { n: "1" });
      const { version } = (await store.head("v1/a"))!;
      await store.put("v1/a", Uint8Array.of(2, 3), "image/png", { n: "2" }, version);
      const stored = (await store.get("v1/a"))!;
      expect([stored.size, stored.stamp]).toEqual([2, { n: "2" }]);
      expect(await bytesOf(stored)).toEqual(Uint8Array.of(2, 3));
      expect(stored.version).not.toBe(version);
    });

    it("gives the same bytes new stamps", async () => {
      const store = await open();
      await store.put("v1/a", Uint8Array.of(1), "image/png", { filled: "1" });
      const { version } = (await store.head("v1/a"))!;
      await store.put("v1/a", Uint8Array.of(1), "image/png", { filled: "2" }, version);
      expect((await store.head("v1/a"))?.stamp).toEqual({ filled: "2" });
    });

    it("keeps what others wrote meanwhile: the later writer's result is dropped", async () => {
      const store = await open();
      const nOf = async () => (await store.head("v1/a"))?.stamp.n;
      await store.put("v1/a", Uint8Array.of(1), "image/png", { n: "first" });
      await store.put("v1/a", Uint8Array.of(2), "image/png", { n: "found none, too" });
      expect(await nOf()).toBe("first");
      const { version } = (await store.get("v1/a"))!;
      await store.put("v1/a", Uint8Array.of(3), "image/png", { n: "second" }, version);
      await store.put("v1/a", Uint8Array.of(4), "image/png", { n: "read the first" }, version);
      expect(await nOf()).toBe("second");
    });

    it("does not bring back what is gone", async () => {
      const store = await open();
      await store.put(
        "v1/b",
        Uint8Array.of(1),
        "image/png",
        {},
        "0cc175b9c0f1b6a831c399e269772661",
      );
      expect(await store.get("v1/b")).toBeUndefined();
    });

    it("keeps one whole result of many writers at once", async () => {
      const store = await open();
      const writers = [1, 2, 3, 4, 5];
      await Promise.all(
        writers.map((n) =>
          store.put("v1/race", pattern(20_000 + n), "image/png", { n: String(20_000 + n) }),
        ),
      );
      const stored = (await store.get("v1/race"))!;
      expect(stored.stamp.n).toBe(String(stored.size));
      expect(Buffer.compare(await bytesOf(stored), pattern(stored.size))).toBe(0);
    });

    it("resolves, and stores nothing, when a key or a stamp is beyond its limits", async () => {
      const store = await open();
      await store.put("v1/b", Uint8Array.of(1), "image/png", { big: "x".repeat(8192) });
      expect(await store.get("v1/b")).toBeUndefined();
      const long = "k".repeat(1025);
      await store.put(long, Uint8Array.of(1), "image/png", {});
      expect(await store.get(long)).toBeUndefined();
      await store.put("", Uint8Array.of(1), "image/png", {});
      expect(await store.get("")).toBeUndefined();
      expect(await store.head("")).toBeUndefined();
    });

    it("keeps stamps beyond ASCII", async () => {
      const store = await open();
      await store.put("v1/stamp", Uint8Array.of(1), "image/png", { tags: "são,日本" });
      expect((await store.get("v1/stamp"))?.stamp).toEqual({ tags: "são,日本" });
    });
  });
}

export async function bytesOf(variant: StoredVariant): Promise<Uint8Array> {
  if (variant.bytes instanceof Uint8Array) return variant.bytes;
  return new Uint8Array(await new Response(variant.bytes).arrayBuffer());
}
