/**
 * What was seen in sources, kept beside the variants in their store, and so within the same limits. Each version of a
 * source has its own; nothing is kept of a source that has no validator.
 */
import { printSight, readSight, SIGHT_VERSION } from "../image/look/sight.ts";
import type { Sights, Validator, VariantStore } from "../ports.ts";

/** Most bytes that are read: 32 faces and a grid of 32×32 have less. */
const MAX_BYTES = 8192;

/** `keyOf`: the name of an object in the store, from a text that says what it is. */
export function createSights(
  store: VariantStore,
  keyOf: (text: string) => Promise<string>,
): Sights {
  const named = (place: string, validator: Validator) => {
    const { etag, lastModified } = validator;
    if (etag === undefined && lastModified === undefined) return undefined;
    return keyOf(JSON.stringify(["sight", SIGHT_VERSION, place, etag ?? "", lastModified ?? 0]));
  };
  return {
    async recall(place, validator) {
      const key = await named(place, validator);
      const stored = key === undefined ? undefined : await store.get(key);
      if (!stored) return undefined;
      if (stored.size > MAX_BYTES || !(stored.bytes instanceof Uint8Array)) {
        if (stored.bytes instanceof ReadableStream) await stored.bytes.cancel().catch(() => {});
        return undefined;
      }
      return readSight(new TextDecoder().decode(stored.bytes));
    },
    async remember(place, validator, sight) {
      const key = await named(place, validator);
      if (key === undefined) return;
      await store.put(key, new TextEncoder().encode(printSight(sight)), "application/json", {});
    },
  };
}
