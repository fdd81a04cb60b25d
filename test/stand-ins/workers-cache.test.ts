import { describe, expect, it } from "vitest";
import { createClock } from "../contracts/edge-worlds.ts";
import { createWorkersCacheStandIn } from "./workers-cache.ts";

function world(answer: () => Response) {
  const clock = createClock();
  let runs = 0;
  let version = "1";
  const cache = createWorkersCacheStandIn({
    run: async () => {
      runs++;
      return answer();
    },
    now: clock.now,
    version: () => version,
  });
  const ask = async (init: RequestInit = {}, url = "https://a.example/p?w=1") =>
    (await cache.fetch(new Request(url, init))).headers.get("CF-Cache-Status");
  const deploy = (next: string) => {
    version = next;
  };
  return { ...clock, cache, ask, deploy, runs: () => runs };
}

const kept = (headers: Record<string, string>) => () => new Response("x", { headers });

describe("the stand-in for Workers Cache does as the platform says it does", () => {
  it("keeps what says nothing, and an error that names a lifetime", async () => {
    for (const [answer, seconds] of [
      [() => new Response("x"), 7200],
      [() => new Response("x", { status: 404 }), 180],
      [() => new Response("x", { status: 500, headers: { "Cache-Control": "max-age=9" } }), 9],
    ] as const) {
      const { ask, pass } = world(answer);
      expect(await ask()).toBe("MISS");
      pass(seconds - 1);
      expect(await ask()).toBe("HIT");
      pass(1);
      expect(await ask()).not.toBe("HIT");
    }
  });

  it.each(["no-store", "private, max-age=9"])("passes by: %s", async (value) => {
    const { ask, runs } = world(kept({ "Cache-Control": value }));
    expect([await ask(), await ask(), runs()]).toEqual(["BYPASS", "BYPASS", 2]);
  });

  it("passes by Set-Cookie, POST, and requests with credentials", async () => {
    const cookie = world(kept({ "Cache-Control": "max-age=9", "Set-Cookie": "a=b" }));
    expect(await cookie.ask()).toBe("BYPASS");
    const { ask } = world(kept({ "Cache-Control": "max-age=9" }));
    expect(await ask({ method: "POST" })).toBe("BYPASS");
    expect(await ask({ headers: { Authorization: "Bearer x" } })).toBe("BYPASS");
    expect(await ask({ method: "HEAD" })).toBe("MISS");
    expect(await ask()).toBe("HIT");
  });

  it("obeys the most specific header", async () => {
    const { ask, pass } = world(
      kept({ "Cache-Control": "max-age=1", "CDN-Cache-Control": "max-age=100" }),
    );
    await ask();
    pass(50);
    expect(await ask()).toBe("HIT");
  });

  it("gives what is stale for ever while errors last, unless told how long", async () => {
    for (const [value, expected] of [
      ["max-age=1", "STALE"],
      ["max-age=1, stale-if-error=0", "BYPASS"],
      ["s-maxage=1", "BYPASS"],
      ["max-age=1, must-revalidate, stale-while-revalidate=99999999", "BYPASS"],
    ] as const) {
      let fails = false;
      const { ask, pass } = world(() =>
        fails
          ? new Response("no", { status: 503, headers: { "Cache-Control": "no-store" } })
          : new Response("x", { headers: { "Cache-Control": value } }),
      );
      await ask();
      fails = true;
      pass(10_000_000);
      expect([value, await ask()]).toEqual([value, expected]);
    }
  });

  it("keys by path, query and version, not by host", async () => {
    const { ask, deploy } = world(kept({ "Cache-Control": "max-age=9" }));
    await ask();
    expect(await ask({}, "https://b.example/p?w=1")).toBe("HIT");
    expect(await ask({}, "https://a.example/p?w=2")).toBe("MISS");
    deploy("2");
    expect(await ask()).toBe("MISS");
    deploy("1");
    expect(await ask()).toBe("HIT");
  });

  it("takes tags off the answer, and purges by them whatever their case", async () => {
    const { ask, cache } = world(
      kept({ "Cache-Control": "max-age=9", "Cache-Tag": "Source:/a.jpg,bad tag" }),
    );
    const answer = await cache.fetch(new Request("https://a.example/p?w=1"));
    expect(answer.headers.get("Cache-Tag")).toBeNull();
    await cache.purge({ tags: ["bad tag", "other"] });
    expect(await ask()).toBe("HIT");
    await cache.purge({ tags: ["source:/A.jpg"] });
    expect(await ask()).toBe("MISS");
    await cache.invalidate({ pathPrefixes: ["/p"] });
    expect(await ask()).toBe("EXPIRED");
  });

  it("refuses more than 25 purges at once, 5 a minute, and 100 operations", async () => {
    const { cache, pass } = world(kept({}));
    const purge = async () => (await cache.purge({ tags: ["a"] })).success;
    for (let i = 0; i < 25; i++) expect(await purge()).toBe(true);
    expect(await purge()).toBe(false);
    pass(12);
    expect([await purge(), await purge()]).toEqual([true, false]);
    pass(60);
    const tags = Array.from({ length: 101 }, (_, i) => `t${i}`);
    expect((await cache.purge({ tags })).success).toBe(false);
  });
});
