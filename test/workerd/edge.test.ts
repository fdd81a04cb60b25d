import { describe, expect, it } from "vitest";
import { ORDER, type Order, printOrder } from "../../src/cache/order.ts";
import { BUILT_IN_RULE } from "../../src/policy/rules.ts";
import type { EdgeView } from "../../src/ports.ts";
import { edgeCacheContract } from "../contracts/edge-cache.ts";
import { cacheApiWorld, createClock, workersCacheWorld } from "../contracts/edge-worlds.ts";
import { held } from "../stand-ins/held.ts";

const defaultCache = (caches as unknown as { default: Cache }).default;

edgeCacheContract("the Cache API", async () =>
  cacheApiWorld(defaultCache, createClock(), { many: 300, timeoutMs: 1_000, putTimeoutMs: 2_000 }),
);
edgeCacheContract("Workers Cache", async () => workersCacheWorld(createClock(), 300));

const lasting = { headers: { "Cache-Control": "max-age=60" } };
const fill = async () => new Response("picture", lasting);
const view: EdgeView = { judge: () => "fresh", keep: 60 };
/** For what needs no clock of its own to happen. */
const UNHURRIED = { timeout: 30_000 };
let serial = 0;
const request = (patience: Order["patience"] = "any") => {
  const order = printOrder({ rule: BUILT_IN_RULE, generation: "", purged: "", patience });
  return new Request(`https://edge.example.com/failing/${serial++}`, {
    headers: { [ORDER]: order },
  });
};
const state = (answer: Response) => answer.headers.get("Pictor-Edge") ?? "hit";

describe("the Cache API when it fails", () => {
  const never = () => new Promise<never>(() => {});
  const rejected = () => Promise.reject(new Error("Network connection lost."));
  const thrown = () => {
    throw new TypeError("bad");
  };
  const open = (cache: object, options = {}) =>
    cacheApiWorld(cache as Cache, createClock(), options);

  it.each([
    ["rejects", rejected],
    ["throws", thrown],
    ["hangs", never],
  ])("counts a match that %s as a miss", async (_how, match) => {
    const { cache, errors } = open({ match, put: async () => {} });
    const answer = await cache.fetch(request(), fill, view);
    expect([state(answer), await answer.text()]).toEqual(["stored", "picture"]);
    expect(errors).toEqual(["match"]);
  });

  it.each([
    ["rejects", rejected],
    ["throws", thrown],
    ["hangs", never],
  ])("answers all the same when put %s, and lets go of it", async (_how, put) => {
    const { cache, errors, settle, underway } = open({ match: async () => undefined, put });
    const answer = await cache.fetch(request(), fill, view);
    expect(await answer.text()).toBe("picture");
    await settle();
    expect([errors, underway()]).toEqual([["put"], 0]);
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
    const match = held<Response>();
    const { cache } = open({ match: () => match.promise, put: async () => {} }, { timeoutMs: 20 });
    expect(state(await cache.fetch(request(), fill, view))).toBe("stored");
    expect(cancelled).toBe(false);
    match.resolve(late);
    await expect.poll(() => cancelled, UNHURRIED).toBe(true);
  });

  it.each([
    ["says it", { "Content-Length": "7" }],
    ["does not say it", {}],
  ])("neither stores nor shares an answer that is too large and %s", async (_how, size) => {
    for (const maxBytes of [6, 7]) {
      let puts = 0;
      const put = async () => puts++;
      const { cache, settle } = open({ match: async () => undefined, put }, { maxBytes });
      const headers: Record<string, string> = { ...lasting.headers, ...size };
      const sized = async () => new Response("picture", { headers });
      const answer = await cache.fetch(request(), sized, view);
      expect(await answer.text()).toBe("picture");
      await settle();
      expect([state(answer), puts]).toEqual(maxBytes === 6 ? ["miss", 0] : ["stored", 1]);
    }
  });

  it("does not pass on an answer that is shorter than it says", async () => {
    const { cache } = open(defaultCache);
    const headers = { ...lasting.headers, "Content-Length": "70" };
    const torn = async () => new Response(new Response("picture").body, { headers });
    await expect(cache.fetch(request(), torn, view)).rejects.toThrow("7 of 70 bytes");
  });

  it("gives an expired entry when the fill takes too long, and keeps what comes of it", async () => {
    const world = open(defaultCache, { patienceMs: 20, timeoutMs: 1_000, putTimeoutMs: 2_000 });
    const asked = request();
    const again = () => new Request(asked);
    await (await world.cache.fetch(again(), fill, view)).text();
    await world.settle();
    const slow = held<Response>();
    const expired: EdgeView = { judge: () => "expired", keep: 60 };
    const answer = await world.cache.fetch(again(), () => slow.promise, expired);
    expect([state(answer), await answer.text()]).toEqual(["stale", "picture"]);
    slow.resolve(new Response("new", lasting));
    await world.settle();
    expect(await (await world.cache.fetch(again(), fill, view)).text()).toBe("new");
  });

  it("refreshes what is stale without hurry", async () => {
    const world = open(defaultCache, { timeoutMs: 1_000, putTimeoutMs: 2_000 });
    const asked = request("quick");
    await (await world.cache.fetch(new Request(asked), fill, view)).text();
    await world.settle();
    const patiences: string[] = [];
    const noted = async ({ headers }: Request) => {
      patiences.push((JSON.parse(headers.get(ORDER) ?? "") as Order).patience);
      return new Response("deferred", { status: 503 });
    };
    const stale: EdgeView = { judge: () => "stale", keep: 60 };
    await (await world.cache.fetch(new Request(asked), noted, stale)).text();
    await world.settle();
    expect(patiences).toEqual(["any"]);
  });

  it("does not ask again at once what has just failed, while it has something to give", async () => {
    const clock = createClock();
    const world = cacheApiWorld(defaultCache, clock, { timeoutMs: 1_000, putTimeoutMs: 2_000 });
    const asked = request();
    await (await world.cache.fetch(new Request(asked), fill, view)).text();
    await world.settle();
    let fills = 0;
    const failing = async () => {
      fills++;
      return new Response("no", { status: 503 });
    };
    for (const freshness of ["stale", "expired", "stale", "expired"] as const) {
      const answer = await world.cache.fetch(new Request(asked), failing, {
        judge: () => freshness,
        keep: 60,
      });
      expect([state(answer), await answer.text()]).toEqual(["stale", "picture"]);
      await world.settle();
    }
    expect(fills).toBe(1);
    clock.pass(6);
    await world.cache.fetch(new Request(asked), failing, { judge: () => "stale", keep: 60 });
    await world.settle();
    expect(fills).toBe(2);
  });

  it("asks on a miss whether the client knows the answer, and keeps that from all others", async () => {
    const world = open(defaultCache, { timeoutMs: 1_000, putTimeoutMs: 2_000 });
    const asked = request();
    let fills = 0;
    const counted = async () => {
      fills++;
      return fill();
    };
    const knowing: EdgeView = { ...view, known: async () => new Response(null, lasting) };
    const answers = await Promise.all([
      world.cache.fetch(new Request(asked), counted, knowing),
      world.cache.fetch(new Request(asked), counted, view),
    ]);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(["", "picture"]);
    await world.settle();
    const hit = await world.cache.fetch(new Request(asked), counted, knowing);
    expect([state(hit), await hit.text(), fills]).toEqual(["hit", "picture", 1]);
  });
});
