import { describe, expect, it } from "vitest";
import { ORDER, type Order, printOrder } from "../../src/cache/order.ts";
import { BUILT_IN_RULE } from "../../src/policy/rules.ts";
import { behindWorkersCache, keyedRequest } from "../../src/stores/workers-cache-key.ts";

const BASE: Order = { rule: BUILT_IN_RULE, generation: "", purged: "", patience: "any" };
const URL = "https://transformer.pictor.invalid/1.e/webp/a.jpg?h=1&w=10";

async function keyed(order: Partial<Order> = {}, refused?: Headers, url = URL): Promise<string> {
  const headers = { [ORDER]: printOrder({ ...BASE, ...order }), Cookie: "a=b", Accept: "image/*" };
  return (await keyedRequest(new Request(url, { headers }), refused)).url;
}
const ruled = (rule: Partial<Order["rule"]>) => keyed({ rule: { ...BUILT_IN_RULE, ...rule } });

describe("the key in Workers Cache", () => {
  it("is another one whenever what concerns storing is", async () => {
    const keys = await Promise.all([
      keyed(),
      ruled({ edgeTtl: 1 }),
      ruled({ staleWhileRevalidate: 1 }),
      ruled({ staleIfError: 1 }),
      ruled({ negativeTtl: { "404": 1 } }),
      ruled({ origin: { obey: true, min: 0, max: 1 } }),
      ruled({ tags: ["a"] }),
      ruled({ sign: true }),
      keyed({ purged: "1:a" }),
      keyed({}, new Headers({ "pictor-filled": "1" })),
      keyed({}, new Headers({ "pictor-filled": "1", "pictor-generation": "1:a" })),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is the same whatever else differs", async () => {
    const keys = await Promise.all([
      keyed(),
      ruled({ ...BUILT_IN_RULE, browserTtl: 1, name: "x" } as Partial<Order["rule"]>),
      ruled({ negativeTtl: { "5xx": 0, "4xx": 10, "404": 60 } }),
      keyed({ generation: "1:a" }),
      keyed({ patience: "quick" }),
    ]);
    expect(new Set(keys).size).toBe(1);
  });

  it("leaves the query sorted, and nothing of a client on the request", async () => {
    expect(await keyed()).toMatch(/\?h=1&w=10&~=[\w-]{16}$/);
    expect(await keyed({}, undefined, URL.split("?")[0]!)).toMatch(/a\.jpg\?~=[\w-]{16}$/);
    const headers = { [ORDER]: printOrder(BASE), Cookie: "a=b", "If-None-Match": '"a"' };
    const request = await keyedRequest(new Request(URL, { headers }));
    expect([...request.headers.keys()]).toEqual([ORDER]);
  });

  it("is taken off before the Transformer sees the URL", async () => {
    for (const url of [URL, URL.split("?")[0]!, `${URL}&~x=1`]) {
      const seen = await behindWorkersCache(async (r) => new Response(r.url))(
        new Request(await keyed({}, undefined, url)),
      );
      expect(await seen.text()).toBe(url);
    }
  });
});

describe("what the Transformer answers behind Workers Cache", () => {
  const answered = async (init: ResponseInit) => {
    const answer = await behindWorkersCache(async () => new Response("x", init))(new Request(URL));
    const { headers } = answer;
    return [headers.get("Cache-Control"), headers.get("CDN-Cache-Control")];
  };

  it.each([
    ["nothing said", {}],
    ["a server error", { status: 502, headers: { "Cache-Control": "max-age=60" } }],
    ["a cookie", { headers: { "Cache-Control": "max-age=60", "Set-Cookie": "a=b" } }],
    ["a variance", { headers: { "Cache-Control": "max-age=60", Vary: "Accept" } }],
    [
      "a lifetime for others",
      { status: 503, headers: { "Cache-Control": "no-store", "CDN-Cache-Control": "max-age=60" } },
    ],
  ] as [string, ResponseInit][])("is never to be kept: %s", async (_name, init) => {
    expect(await answered(init)).toEqual(["no-store", null]);
  });

  it("always says for how long it may be given while errors last", async () => {
    const bare = { headers: { "Cache-Control": "public, max-age=60" } };
    expect(await answered(bare)).toEqual([
      "public, max-age=60",
      "public, max-age=60, stale-if-error=0",
    ]);
    const full = "public, max-age=60, stale-while-revalidate=1, stale-if-error=9";
    expect(await answered({ headers: { "Cache-Control": full } })).toEqual([full, full]);
  });
});
