import { describe, expect, it } from "vitest";
import { age, counts, get, given, seconds, underRules } from "./given.ts";

describe("rules", () => {
  it("that change work on what is stored already", async () => {
    const first = await get("/a.jpg?w=10");
    expect(first.headers.get("Cache-Control")).toContain("max-age=3600,");
    underRules({ name: "short", browserTtl: 30, edgeTtl: "1m", staleWhileRevalidate: 0 });
    seconds(61);
    const second = await get("/a.jpg?w=10");
    expect(second.headers.get("Cache-Control")).toContain("max-age=30,");
    expect(age(second)).toBe(0);
    expect(counts).toMatchObject({ head: 1, render: 1 });
  });

  it("say how long a problem lives, and for whom caches tell answers apart", async () => {
    underRules({ name: "a", match: { path: "/a*" }, negativeTtl: { "4xx": "5m" }, vary: ["DPR"] });
    const refused = await get("/a.jpg?w=2400&fit=contain&format=avif");
    expect(refused.status).toBe(413);
    expect(refused.headers.get("Cache-Control")).toBe("public, max-age=300");
    expect(refused.headers.get("Vary")).toBe("DPR");
    seconds(299);
    await get("/a.jpg?w=2400&fit=contain&format=avif");
    expect(counts.open).toBe(1);
    seconds(2);
    await get("/a.jpg?w=2400&fit=contain&format=avif");
    expect(counts.open).toBe(2);
  });

  it("add their tags, and keep to a ladder of widths", async () => {
    underRules({ name: "x", tags: ["team"], widths: { ladder: [20, 40], mode: "snap" } });
    const answer = await get("/a.jpg?w=15");
    expect(answer.headers.get("Cache-Tag")).toBe("source:/a.jpg,team");
    await get("/a.jpg?w=20");
    expect(counts.render).toBe(1);
    underRules({ name: "x", widths: { ladder: [20, 40], mode: "refuse" } });
    expect((await get("/a.jpg?w=15")).status).toBe(400);
  });

  it("let the origin say how long, within their bounds", async () => {
    underRules({ name: "x", originCacheControl: { min: 10, max: 100 } });
    given.lifetime = 5_000;
    expect((await get("/a.jpg?w=10")).headers.get("CDN-Cache-Control")).toContain("max-age=100,");
    given.lifetime = "no-store";
    expect((await get("/b.jpg?w=10")).headers.get("CDN-Cache-Control")).toContain("max-age=10,");
    underRules({ name: "x", originCacheControl: "obey" });
    const never = await get("/c.jpg?w=10");
    expect(never.headers.get("Cache-Control")).toBe("no-store");
    expect(never.headers.get("CDN-Cache-Control")).toBe("no-store");
    expect([given.world.stored.size, given.world.entries.size]).toEqual([2, 2]);
  });
});
