import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { StoredVariant, VariantStore } from "../../src/ports.ts";
import { createCacheApi } from "../../src/stores/cache-api.ts";
import { createVariantStore } from "../../src/stores/variants.ts";
import { edgeCacheContract } from "../contracts/edge-cache.ts";
import { pattern } from "../contracts/origin.ts";
import { variantStoreContract } from "../contracts/variant-store.ts";

const bindings = env as unknown as { VARIANTS: R2Bucket };
const defaultCache = (caches as unknown as { default: Cache }).default;

async function emptyVariants(): Promise<VariantStore> {
  const { objects } = await bindings.VARIANTS.list();
  await bindings.VARIANTS.delete(objects.map((object) => object.key));
  return createVariantStore({ bucket: bindings.VARIANTS });
}

variantStoreContract("R2", emptyVariants);
variantStoreContract("R2, everything streamed", async () => {
  await emptyVariants();
  return createVariantStore({ bucket: bindings.VARIANTS, bufferBytes: -1 });
});

edgeCacheContract("the Cache API", async () => openEdge(defaultCache, {}));

function openEdge(cache: Pick<Cache, "match" | "put">, options: object) {
  const deferred: Promise<unknown>[] = [];
  const errors: string[] = [];
  return {
    cache: createCacheApi({
      cache,
      defer: (work) => deferred.push(work),
      onError: (_error, what) => errors.push(what),
      ...options,
    }),
    settle: async () => {
      await Promise.all(deferred);
    },
    errors,
  };
}

describe("the Cache API when it fails", () => {
  const never = () => new Promise<never>(() => {});
  const rejected = () => Promise.reject(new Error("Network connection lost."));
  const thrown = () => {
    throw new TypeError("bad");
  };
  const lasting = { headers: { "Cache-Control": "max-age=60" } };
  const fill = async () => new Response("picture", lasting);
  const request = () => new Request("https://edge.example.com/failing");

  it.each([
    ["rejects", rejected],
    ["throws", thrown],
    ["hangs", never],
  ])("counts a match that %s as a miss", async (_how, match) => {
    const cache = { match, put: async () => {} } as unknown as Cache;
    const { cache: edge, errors } = openEdge(cache, { timeoutMs: 50 });
    const answer = await edge.fetch(request(), fill);
    expect([answer.headers.get("Pictor-Edge"), await answer.text()]).toEqual(["stored", "picture"]);
    expect(errors).toEqual(["match"]);
  });

  it.each([
    ["rejects", rejected],
    ["throws", thrown],
    ["hangs", never],
  ])("answers all the same when put %s", async (how, put) => {
    const cache = { match: async () => undefined, put } as unknown as Cache;
    const { cache: edge, errors } = openEdge(cache, {});
    const answer = await edge.fetch(request(), fill);
    expect(await answer.text()).toBe("picture");
    expect(errors).toEqual(how === "hangs" ? [] : ["put"]);
  });

  it("lets go of an answer that comes after the time is over", async () => {
    let cancelled = false;
    const late = new Response(
      new ReadableStream({
        cancel: () => {
          cancelled = true;
        },
      }),
    );
    const match = () => new Promise((resolve) => setTimeout(() => resolve(late), 60));
    const cache = { match, put: async () => {} } as unknown as Cache;
    const answer = await openEdge(cache, { timeoutMs: 20 }).cache.fetch(request(), fill);
    expect(answer.headers.get("Pictor-Edge")).toBe("stored");
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(cancelled).toBe(true);
  });

  it("does not store an answer that says it is too large", async () => {
    let puts = 0;
    const put = async () => puts++;
    const cache = { match: async () => undefined, put } as unknown as Cache;
    for (const maxBytes of [6, 7]) {
      const headers = { ...lasting.headers, "Content-Length": "7" };
      const sized = async () => new Response("picture", { headers });
      const answer = await openEdge(cache, { maxBytes }).cache.fetch(request(), sized);
      expect(await answer.text()).toBe("picture");
      expect(puts).toBe(maxBytes === 6 ? 0 : 1);
    }
  });

  it("does not pass on an answer that is shorter than it says", async () => {
    const { cache: edge } = openEdge(defaultCache, {});
    const headers = { ...lasting.headers, "Content-Length": "70" };
    const torn = async () => new Response(new Response("picture").body, { headers });
    await expect(edge.fetch(request(), torn)).rejects.toThrow("7 of 70 bytes");
  });

  it("passes other methods to the fill", async () => {
    const cache = { match: thrown, put: thrown } as unknown as Cache;
    const { cache: edge, errors } = openEdge(cache, {});
    const answer = await edge.fetch(new Request(request(), { method: "POST" }), fill);
    expect([await answer.text(), errors]).toEqual(["picture", []]);
  });
});

describe("a variant store that fails", () => {
  const open = (bucket: object) => {
    const errors: string[] = [];
    const store = createVariantStore({
      bucket: bucket as R2Bucket,
      getTimeoutMs: 50,
      onError: (_error, what) => errors.push(what),
    });
    return { store, errors };
  };
  const object = (body: ReadableStream, size: number) => ({
    size,
    body,
    customMetadata: {},
    arrayBuffer: () => new Response(body).arrayBuffer(),
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("internal error"))],
    [
      "throws",
      () => {
        throw new TypeError("bad");
      },
    ],
    ["hangs", () => new Promise(() => {})],
    ["stops in the middle", async () => object(new ReadableStream({}), 10)],
    ["sends less than it said", async () => object(new Response(pattern(5)).body!, 10)],
  ])("has nothing when get %s, and says so to the log", async (_how, get) => {
    const { store, errors } = open({ get });
    expect(await store.get("v1/a")).toBeUndefined();
    expect(errors).toEqual(["get"]);
  });

  it("resolves when put fails, and says so to the log", async () => {
    const { store, errors } = open({ put: () => Promise.reject(new Error("internal error")) });
    await store.put("v1/a", Uint8Array.of(1), "image/png", {});
    expect(errors).toEqual(["put"]);
  });

  it("lets go of a large variant that comes after the time is over", async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    });
    const get = () =>
      new Promise((resolve) => setTimeout(() => resolve(object(body, 5_000_000)), 80));
    expect(await open({ get }).store.get("v1/a")).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(cancelled).toBe(true);
  });

  it("keeps stamps beyond ASCII", async () => {
    const store = await emptyVariants();
    await store.put("v1/stamp", Uint8Array.of(1), "image/png", { tags: "são,日本" });
    const stored: StoredVariant | undefined = await store.get("v1/stamp");
    expect(stored?.stamp).toEqual({ tags: "são,日本" });
  });
});
