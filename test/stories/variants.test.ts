import { describe, expect, it } from "vitest";
import { BUILT_IN_RULE } from "../../src/policy/rules.ts";
import { counts, get, given, stateOf } from "./given.ts";

describe("the variant store", () => {
  it("answers after the edge has forgotten, without origin or engine", async () => {
    await get("/a.jpg?w=10");
    given.world.entries.clear();
    const answer = await get("/a.jpg?w=10");
    expect(answer.headers.get("Cache-Status")).toBe("Pictor-Store;hit, Pictor;fwd=uri-miss;stored");
    expect(counts).toMatchObject({ open: 1, render: 1 });
  });

  it("asks the origin again when the rule's time is over, and renders only what changed", async () => {
    await get("/a.jpg?w=10");
    given.world.entries.clear();
    given.now += BUILT_IN_RULE.edgeTtl * 1000;
    const same = await get("/a.jpg?w=10");
    expect(same.headers.get("Age")).toBe("0");
    expect(counts).toMatchObject({ open: 1, head: 1, render: 1, put: 2 });
    given.world.entries.clear();
    await get("/a.jpg?w=10");
    expect(counts).toMatchObject({ open: 1, head: 1, render: 1, put: 2 });
    given.now += BUILT_IN_RULE.edgeTtl * 1000;
    given.world.entries.clear();
    given.validator = { etag: '"v2"' };
    await get("/a.jpg?w=10");
    expect(counts).toMatchObject({ open: 2, head: 2, render: 2 });
  });

  it("answers what is stale while the origin fails, and not for ever", async () => {
    await get("/a.jpg?w=10");
    given.world.entries.clear();
    given.broken = true;
    given.now += BUILT_IN_RULE.edgeTtl * 1000;
    const stale = await get("/a.jpg?w=10");
    expect([stale.status, stale.headers.get("Age")]).toEqual([200, String(BUILT_IN_RULE.edgeTtl)]);
    expect(stale.headers.get("Cache-Status")).toBe("Pictor-Store;hit, Pictor;fwd=uri-miss");
    expect(given.world.entries.size).toBe(0);
    given.now += BUILT_IN_RULE.staleIfError * 1000;
    expect((await get("/a.jpg?w=10")).status).toBe(502);
  });

  it("is not believed when its stamp is damaged", async () => {
    await get("/a.jpg?w=10");
    given.world.entries.clear();
    for (const [key, variant] of given.world.stored)
      given.world.stored.set(key, { ...variant, stamp: { type: "image/jpeg" } });
    expect((await get("/a.jpg?w=10")).status).toBe(200);
    expect(counts.render).toBe(2);
  });
});

describe("a class that does not fit", () => {
  it("falls to the next, under the next one's own key and ETag, and the answer says so", async () => {
    const path = "/a.jpg?w=2400&fit=contain&format=auto";
    const answer = await get(path, { Accept: "image/avif,image/webp" });
    expect(answer.headers.get("Content-Type")).toBe("image/webp");
    expect(answer.headers.get("Pictor-Degraded")).toContain("avif");
    const webp = await get(path.replace("auto", "webp"));
    expect(webp.headers.get("ETag")).toBe(answer.headers.get("ETag"));
    expect(webp.headers.get("Pictor-Degraded")).toBeNull();
    const avif = await get(path.replace("auto", "avif"));
    expect(avif.status).toBe(413);
    expect(await avif.json()).toMatchObject({
      code: "output_too_large",
      fix: expect.stringMatching(/^width=\d+, or format=webp$/),
    });
  });
});

describe("an AVIF that takes long", () => {
  const path = "/a.jpg?w=1100&h=1100&fit=pad&format=auto";
  const accept = { Accept: "image/avif,image/webp" };

  it("is WebP for who asks first, and there for the next", async () => {
    const first = await get(path, accept);
    expect(first.headers.get("Content-Type")).toBe("image/webp");
    expect(first.headers.get("Pictor-Degraded")).toBe("avif, made later");
    expect(first.headers.get("Cache-Control")).toContain("max-age=60,");
    expect(first.headers.get("Cache-Tag")).toContain("degraded");
    const second = await get(path, { ...accept, "If-None-Match": first.headers.get("ETag")! });
    expect(second.status).toBe(200);
    expect(second.headers.get("Content-Type")).toBe("image/avif");
    expect(second.headers.get("Pictor-Degraded")).toBeNull();
    expect(stateOf(second)).toContain("Pictor;hit");
    expect(counts.render).toBe(2);
  });

  it("is waited for where it was asked for by name, or is small", async () => {
    const named = await get(path.replace("auto", "avif"));
    expect(named.headers.get("Content-Type")).toBe("image/avif");
    const small = await get("/a.jpg?w=20&format=auto", accept);
    expect(small.headers.get("Content-Type")).toBe("image/avif");
  });
});
