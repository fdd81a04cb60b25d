/** What every `VariantStore` keeps to. */
import { describe, expect, it } from "vitest";
import type { StoredVariant, VariantStore } from "../../src/ports.ts";
import { pattern } from "./origin.ts";

/** `open` makes a fresh, empty store. */
export function variantStoreContract(label: string, open: () => Promise<VariantStore>): void {
  describe(`a variant store: ${label}`, () => {
    it("has nothing under an unknown key", async () => {
      expect(await (await open()).get("v1/unknown")).toBeUndefined();
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

    it("stores a view of a larger buffer as just its bytes", async () => {
      const store = await open();
      await store.put("v1/view", pattern(1000).subarray(10, 20), "image/png", {});
      expect(await bytesOf((await store.get("v1/view"))!)).toEqual(pattern(1000).slice(10, 20));
    });

    it("replaces what was there", async () => {
      const store = await open();
      await store.put("v1/a", Uint8Array.of(1), "image/png", { n: "1" });
      await store.put("v1/a", Uint8Array.of(2, 3), "image/png", { n: "2" });
      const stored = (await store.get("v1/a"))!;
      expect([stored.size, stored.stamp]).toEqual([2, { n: "2" }]);
      expect(await bytesOf(stored)).toEqual(Uint8Array.of(2, 3));
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
    });
  });
}

async function bytesOf(variant: StoredVariant): Promise<Uint8Array> {
  if (variant.bytes instanceof Uint8Array) return variant.bytes;
  return new Uint8Array(await new Response(variant.bytes).arrayBuffer());
}
