import fc from "fast-check";
import { parseList, serializeList, Token } from "structured-headers";
import { describe, expect, it } from "vitest";
import { type CacheStatus, cacheStatus, type Forward } from "../../src/http/cache-status.ts";

const FORWARDS: Forward[] = [
  "bypass",
  "method",
  "uri-miss",
  "vary-miss",
  "miss",
  "request",
  "stale",
  "partial",
];

describe("cacheStatus", () => {
  it.each<[CacheStatus[], string]>([
    [[{ cache: "Pictor", result: "hit", ttl: 376 }], "Pictor;hit;ttl=376"],
    [[{ cache: "Pictor", result: "hit", ttl: -412 }], "Pictor;hit;ttl=-412"],
    [[{ cache: "Pictor", result: "uri-miss", stored: true }], "Pictor;fwd=uri-miss;stored"],
    [[{ cache: "Pictor", result: "uri-miss", collapsed: true }], "Pictor;fwd=uri-miss;collapsed"],
    [[{ cache: "Pictor", result: "stale", forwardStatus: 304 }], "Pictor;fwd=stale;fwd-status=304"],
    [
      [{ cache: "Pictor", result: "bypass", detail: "explain" }],
      "Pictor;fwd=bypass;detail=explain",
    ],
    [[{ cache: "Pictor", result: "request", stored: false }], "Pictor;fwd=request"],
    [
      [{ cache: "an edge", result: "hit", detail: 'a "b"\\' }],
      '"an edge";hit;detail="a \\"b\\"\\\\"',
    ],
    [
      [
        { cache: "Pictor-Store", result: "hit" },
        { cache: "Pictor", result: "uri-miss", stored: true, key: "/a.jpg?w=1" },
      ],
      'Pictor-Store;hit, Pictor;fwd=uri-miss;stored;key="/a.jpg?w=1"',
    ],
    [[], ""],
  ])("prints %j", (caches, expected) => {
    expect(cacheStatus(caches)).toBe(expected);
  });

  it("does not say of a hit what only a forward can be", () => {
    const status: CacheStatus = {
      cache: "Pictor",
      result: "hit",
      stored: true,
      collapsed: true,
      forwardStatus: 200,
    };
    expect(cacheStatus([status])).toBe("Pictor;hit");
  });

  it("cannot be made to carry another header", () => {
    const detail = 'x\r\nSet-Cookie: a=b\u0000é😀"';
    const text = cacheStatus([{ cache: "Pictor", result: "hit", detail }]);
    expect(text).toBe('Pictor;hit;detail="x??Set-Cookie: a=b???\\""');
    expect(() => new Headers({ "Cache-Status": text })).not.toThrow();
  });

  it("keeps numbers within what an Integer can be", () => {
    const ttl = (value: number) => cacheStatus([{ cache: "P", result: "hit", ttl: value }]);
    expect(ttl(Number.POSITIVE_INFINITY)).toBe("P;hit;ttl=999999999999999");
    expect(ttl(-1e300)).toBe("P;hit;ttl=-999999999999999");
    expect(ttl(Number.NaN)).toBe("P;hit;ttl=0");
    expect(ttl(-0.5)).toBe("P;hit;ttl=0");
    expect(ttl(12.9)).toBe("P;hit;ttl=12");
  });

  it("is read and printed alike by another implementation", () => {
    const text = fc.string({ unit: "grapheme-ascii" });
    const status: fc.Arbitrary<CacheStatus> = fc.record(
      {
        cache: text,
        result: fc.constantFrom<CacheStatus["result"]>("hit", ...FORWARDS),
        ttl: fc.integer(),
        stored: fc.boolean(),
        collapsed: fc.boolean(),
        forwardStatus: fc.integer({ min: 100, max: 599 }),
        key: text,
        detail: text,
      },
      { requiredKeys: ["cache", "result"] },
    );
    fc.assert(
      fc.property(fc.array(status, { maxLength: 4 }), (caches) => {
        const header = cacheStatus(caches);
        const parsed = parseList(header);
        expect(serializeList(parsed)).toBe(header);
        expect(parsed).toHaveLength(caches.length);
        caches.forEach((sent, i) => {
          const [name, params] = parsed[i] as [unknown, Map<string, unknown>];
          expect(String(name)).toBe(sent.cache);
          expect(params.get("hit")).toBe(sent.result === "hit" ? true : undefined);
          expect(params.get("fwd")).toEqual(
            sent.result === "hit" ? undefined : new Token(sent.result),
          );
          expect(params.get("ttl")).toBe(sent.ttl);
          expect(params.get("key")).toBe(sent.key);
          expect(params.has("detail") ? String(params.get("detail")) : undefined).toBe(sent.detail);
        });
      }),
    );
  });
});
