/** What every `EdgeCache` keeps to. */
import { describe, expect, it } from "vitest";
import type { EdgeCache, Fill } from "../../src/ports.ts";

export interface EdgeCacheWorld {
  readonly cache: EdgeCache;
  /** Waits for the work that was deferred behind the answers. */
  settle(): Promise<void>;
}

let serial = 0;

/** `open` makes a world; keys are fresh in every test, so that worlds may share one cache. */
export function edgeCacheContract(label: string, open: () => Promise<EdgeCacheWorld>): void {
  const freshUrl = () => `https://edge.example.com/${label.replaceAll(" ", "-")}/${serial++}?w=10`;

  /** Asks twice with one fill, and says what came and how often it was filled. */
  async function twice(init: ResponseInit, body = "picture") {
    const { cache, settle } = await open();
    const url = freshUrl();
    let fills = 0;
    const fill: Fill = async () => {
      fills++;
      return new Response(body, init);
    };
    const first = await cache.fetch(new Request(url), fill);
    const texts = [await first.text()];
    await settle();
    const second = await cache.fetch(new Request(url), fill);
    texts.push(await second.text());
    await settle();
    return { first, second, texts, fills };
  }

  const state = (response: Response) => response.headers.get("Pictor-Edge");
  const lasting = { "Cache-Control": "public, max-age=60" };

  describe(`an edge cache: ${label}`, () => {
    it("fills a miss and answers the next request itself", async () => {
      const headers = { ...lasting, "Content-Type": "image/webp", "Pictor-Stamp": "a=b" };
      const { first, second, texts, fills } = await twice({ headers });
      expect([state(first), state(second), fills]).toEqual(["stored", "hit", 1]);
      expect(texts).toEqual(["picture", "picture"]);
      expect(second.status).toBe(200);
      expect(second.headers.get("Content-Type")).toBe("image/webp");
      expect(second.headers.get("Pictor-Stamp")).toBe("a=b");
      expect(second.headers.get("Cache-Control")).toBe("public, max-age=60");
    });

    it("keeps an error for as long as the error says", async () => {
      const { second, fills } = await twice({ status: 404, headers: lasting });
      expect([second.status, state(second), fills]).toEqual([404, "hit", 1]);
    });

    it.each([
      ["no-store", { headers: { "Cache-Control": "no-store" } }],
      ["no-store beside a lifetime", { headers: { "Cache-Control": "max-age=60, No-Store" } }],
      ["private", { headers: { "Cache-Control": "private, max-age=60" } }],
      ["private fields", { headers: { "Cache-Control": 'max-age=60, private="x"' } }],
      ["no-cache", { headers: { "Cache-Control": "no-cache, max-age=60" } }],
      ["a lifetime of nothing", { headers: { "Cache-Control": "public, max-age=0" } }],
      ["a shared lifetime of nothing", { headers: { "Cache-Control": "max-age=60, s-maxage=0" } }],
      ["a broken lifetime", { headers: { "Cache-Control": "max-age=-5" } }],
      ["no Cache-Control", {}],
      ["a server error", { status: 502, headers: lasting }],
      ["a 503", { status: 503, headers: lasting }],
      ["partial content", { status: 206, headers: lasting }],
      ["a redirect", { status: 302, headers: lasting }],
      ["Set-Cookie", { headers: { ...lasting, "Set-Cookie": "a=b" } }],
      ["Vary", { headers: { ...lasting, Vary: "Accept" } }],
      ["Vary: *", { headers: { ...lasting, Vary: "*" } }],
    ] as [string, ResponseInit][])("passes on and never stores: %s", async (_name, init) => {
      const { first, second, texts, fills } = await twice(init);
      expect([state(first), state(second), fills]).toEqual(["miss", "miss", 2]);
      expect(texts).toEqual(["picture", "picture"]);
      expect(first.status).toBe(init.status ?? 200);
    });

    it("tells canonical URLs apart", async () => {
      const { cache, settle } = await open();
      const url = freshUrl();
      for (const tail of ["", "&h=1", "&h=2"]) {
        const fill = async () => new Response(tail, { headers: lasting });
        await (await cache.fetch(new Request(url + tail), fill)).text();
      }
      await settle();
      const hit = await cache.fetch(new Request(`${url}&h=1`), () => Promise.reject(new Error()));
      expect([state(hit), await hit.text()]).toEqual(["hit", "&h=1"]);
    });

    it("answers a full 200 whatever conditions and ranges the request has", async () => {
      const { cache, settle } = await open();
      const url = freshUrl();
      const fill = async () => {
        return new Response("picture", {
          headers: { ...lasting, ETag: '"a"', "Content-Length": "7" },
        });
      };
      await (await cache.fetch(new Request(url), fill)).text();
      await settle();
      for (const headers of [{ "If-None-Match": '"a"' }, { Range: "bytes=0-1" }] as HeadersInit[]) {
        const hit = await cache.fetch(new Request(url, { headers }), fill);
        expect([state(hit), hit.status, await hit.text()]).toEqual(["hit", 200, "picture"]);
      }
    });

    it("stores a large answer of unknown length too", async () => {
      const body = "x".repeat(6_000_000);
      const { second, texts, fills } = await twice({ headers: lasting }, body);
      expect([state(second), fills]).toEqual(["hit", 1]);
      expect(texts.every((text) => text === body)).toBe(true);
    });

    it("does not store an answer whose body breaks", async () => {
      const { cache, settle } = await open();
      const url = freshUrl();
      const broken = await cache
        .fetch(new Request(url), async () => new Response(breaking(), { headers: lasting }))
        .then((response) => response.text())
        .catch(() => "broken");
      expect(broken).toBe("broken");
      await settle();
      const next = await cache.fetch(new Request(url), async () => {
        return new Response("whole", { headers: lasting });
      });
      expect([state(next), await next.text()]).toEqual(["stored", "whole"]);
      await settle();
    });

    it("lets a fill's error through, and fills again next time", async () => {
      const { cache } = await open();
      const url = freshUrl();
      const failing = cache.fetch(new Request(url), () => Promise.reject(new Error("no")));
      await expect(failing).rejects.toThrow("no");
      const next = await cache.fetch(new Request(url), async () => new Response("yes"));
      expect([state(next), await next.text()]).toEqual(["miss", "yes"]);
    });
  });
}

function breaking(): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error("broke off"));
      else controller.enqueue(new TextEncoder().encode("pic"));
      sent = true;
    },
  });
}
