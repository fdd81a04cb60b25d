import { describe, expect, it } from "vitest";
import { createCacheApi } from "../../src/stores/cache-api.ts";
import { edgeCacheContract } from "../contracts/edge-cache.ts";

const defaultCache = (caches as unknown as { default: Cache }).default;

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
