import { describe, expect, it } from "vitest";
import { BUILT_IN_RULE } from "../../src/policy/rules.ts";
import { age, counts, get, given, seconds, stateOf, underRules } from "./given.ts";

describe("a stale entry at the edge", () => {
  it("is given at once, and made anew behind the answer", async () => {
    await get("/a.jpg?w=10");
    given.validator = { etag: '"v2"' };
    seconds(BUILT_IN_RULE.edgeTtl + 5);
    const first = await get("/a.jpg?w=10");
    expect(age(first)).toBe(BUILT_IN_RULE.edgeTtl + 5);
    expect(stateOf(first)).toBe("Pictor;hit;ttl=-5");
    expect(counts).toMatchObject({ open: 2, head: 1, render: 2 });
    const second = await get("/a.jpg?w=10");
    expect([age(second), second.headers.get("ETag")]).not.toEqual([0, first.headers.get("ETag")]);
    expect(age(second)).toBe(0);
  });

  it("that is past that window is given only while the origin fails, and not for ever", async () => {
    await get("/a.jpg?w=10");
    given.broken = true;
    seconds(BUILT_IN_RULE.edgeTtl + BUILT_IN_RULE.staleWhileRevalidate + 1);
    expect((await get("/a.jpg?w=10")).status).toBe(200);
    given.broken = false;
    seconds(60);
    expect(age(await get("/a.jpg?w=10"))).toBe(0);
    given.broken = true;
    seconds(BUILT_IN_RULE.edgeTtl + BUILT_IN_RULE.staleIfError + 1);
    expect((await get("/a.jpg?w=10")).status).toBe(502);
  });
});

describe("a failing origin", () => {
  it("is not asked again at once, while there is something of before to give", async () => {
    underRules({ name: "short", edgeTtl: 1, staleWhileRevalidate: 0, staleIfError: "1d" });
    await get("/a.jpg?w=10");
    given.broken = true;
    seconds(10);
    for (let i = 0; i < 10; i++) {
      const answer = await get("/a.jpg?w=10");
      expect([answer.status, age(answer)]).toEqual([200, 10]);
      expect(answer.headers.get("Cache-Control")).toContain("max-age=70,");
    }
    expect(counts.head).toBe(1);
    seconds(6);
    await get("/a.jpg?w=10");
    expect(counts.head).toBe(2);
  });
});
