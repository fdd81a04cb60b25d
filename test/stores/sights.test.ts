import { describe, expect, it } from "vitest";
import type { Sight } from "../../src/image/look/sight.ts";
import type { VariantStore } from "../../src/ports.ts";
import { createSights } from "../../src/stores/sights.ts";

const SIGHT: Sight = {
  faces: [{ x: 0.25, y: 0.5, width: 0.125, height: 0.25, score: 0.9 }],
  saliency: { columns: 2, rows: 1, cells: Uint8Array.of(0, 255) },
};
const VERSION = { etag: '"1"' };

function openSights(failing = false) {
  const objects = new Map<string, Uint8Array>();
  const store: VariantStore = {
    async get(key) {
      const bytes = failing ? undefined : objects.get(key);
      return bytes && { bytes, size: bytes.length, stamp: {}, version: "1" };
    },
    head: async () => undefined,
    async put(key, bytes) {
      if (!failing) objects.set(key, bytes);
    },
  };
  return { sights: createSights(store, async (text) => text), objects };
}

describe("what was seen in a source", () => {
  it("is recalled for the same version of the same place", async () => {
    const { sights } = openSights();
    await sights.remember("/a.jpg", VERSION, SIGHT);
    expect(await sights.recall("/a.jpg", VERSION)).toEqual(SIGHT);
  });

  it("is not recalled for another version, or another place", async () => {
    const { sights } = openSights();
    await sights.remember("/a.jpg", VERSION, SIGHT);
    expect(await sights.recall("/a.jpg", { etag: '"2"' })).toBeUndefined();
    expect(await sights.recall("/a.jpg", { ...VERSION, lastModified: 1 })).toBeUndefined();
    expect(await sights.recall("/b.jpg", VERSION)).toBeUndefined();
  });

  it("is not kept of a source without a validator", async () => {
    const { sights, objects } = openSights();
    await sights.remember("/a.jpg", {}, SIGHT);
    expect(objects.size).toBe(0);
    expect(await sights.recall("/a.jpg", {})).toBeUndefined();
  });

  it("is nothing when the store has something else under its name, or nothing", async () => {
    const { sights, objects } = openSights();
    await sights.remember("/a.jpg", VERSION, SIGHT);
    for (const [key] of objects) objects.set(key, new TextEncoder().encode("{"));
    expect(await sights.recall("/a.jpg", VERSION)).toBeUndefined();
    for (const [key] of objects) objects.set(key, new Uint8Array(10_000));
    expect(await sights.recall("/a.jpg", VERSION)).toBeUndefined();
    expect(await openSights(true).sights.recall("/a.jpg", VERSION)).toBeUndefined();
  });
});
