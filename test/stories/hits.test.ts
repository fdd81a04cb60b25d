import { describe, expect, it } from "vitest";
import { transform } from "../../src/transformer.ts";
import { counts, createWorld, get, given } from "./given.ts";

describe("a hit", () => {
  it("touches neither origin, engine nor store", async () => {
    await get("/a.jpg?w=10");
    expect(counts).toEqual({ open: 1, head: 0, render: 1, put: 1 });
    const hit = await get("/a.jpg?width=10&fit=max&q=80");
    expect(hit.status).toBe(200);
    expect(counts).toEqual({ open: 1, head: 0, render: 1, put: 1 });
  });

  it("says its age, and browsers keep it as long as any other answer", async () => {
    await get("/a.jpg?w=10");
    given.now += 86_400_000;
    const hit = await get("/a.jpg?w=10");
    expect(hit.headers.get("Age")).toBe("86400");
    expect(hit.headers.get("Cache-Control")).toContain(`max-age=${86_400 + 3600},`);
  });
});

describe("one meaning is one entry", () => {
  it.each([
    ["/a.jpg?w=20&h=10&fit=cover", "/a.jpg?fit=cover&w=10&dpr=2&h=5"],
    ["/a.jpg?preset=small", "/a.jpg?w=10"],
    ["/a%20b.jpg?w=10", "/a%20b.jpg?w=10&utm_campaign=x"],
    ["/a.jpg?w=10&format=png&q=10", "/a.jpg?w=10&format=png&q=90&progressive=false"],
    ["/a.jpg?w=10&format=webp&lossless=true&q=3", "/a.jpg?w=10&format=webp&lossless=1"],
    ["/%61.jpg?w=10", "/a.jpg?w=10"],
    ["/a.jpg?w=10&download=x.jpg", "/a.jpg?w=10"],
  ])("%s and %s", async (one, other) => {
    await get(one);
    expect((await get(other)).headers.get("Cache-Status")).toContain("hit");
    expect(given.world.entries.size).toBe(1);
  });

  it.each([
    ["/a.jpg?w=10", "/a.jpg?w=11"],
    ["/a.jpg?w=10", "/a.jpg?w=10&v=2"],
    ["/a.jpg?w=10", "/b.jpg?w=10"],
    ["/a/b.jpg?w=10", "/a%2Fb.jpg?w=10&v=1"],
    ["/a.jpg?w=10&format=webp", "/a.jpg?w=10&format=avif"],
  ])("but not %s and %s", async (one, other) => {
    await get(one);
    expect((await get(other)).headers.get("Cache-Status")).not.toContain("hit");
    expect(given.world.entries.size).toBe(2);
  });
});

describe("a client that knows the variant", () => {
  it("is answered 304 without a decode, also when no cache has it", async () => {
    const etag = (await get("/a.jpg?w=10")).headers.get("ETag")!;
    given.world = createWorld();
    const known = await get("/a.jpg?w=10", { "If-None-Match": etag });
    expect(known.status).toBe(304);
    expect(counts.render).toBe(1);
    expect(given.world.entries.size).toBe(0);
    expect(known.headers.get("ETag")).toBe(etag);
    expect(known.headers.get("Cache-Status")).toContain("fwd=uri-miss");
  });

  it("gets the new one when the source has changed", async () => {
    const etag = (await get("/a.jpg?w=10")).headers.get("ETag")!;
    given.world = createWorld();
    given.validator = { etag: '"v2"' };
    expect((await get("/a.jpg?w=10", { "If-None-Match": etag })).status).toBe(200);
    expect(counts.render).toBe(2);
  });
});

describe("the ETag", () => {
  const tagOf = async (path: string) => (await get(path)).headers.get("ETag");

  it("covers the source's given.validator, the transform, the format and the engine", async () => {
    const tags = [
      await tagOf("/a.jpg?w=10"),
      await tagOf("/a.jpg?w=11"),
      await tagOf("/a.jpg?w=10&format=webp"),
    ];
    given.validator = { etag: '"v2"' };
    given.world = createWorld();
    tags.push(await tagOf("/a.jpg?w=10"));
    given.world.tools = { ...given.world.tools, engineVersion: "fake-2" };
    given.world.transformer = {
      ...given.world.transformer,
      engine: { ...given.world.engine, version: "fake-2" },
    };
    given.world.tools = {
      ...given.world.tools,
      transformer: (request) => transform(request, given.world.transformer),
    };
    tags.push(await tagOf("/a.jpg?w=10"));
    expect(new Set(tags).size).toBe(tags.length);
  });
});
