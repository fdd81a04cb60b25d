import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { transform } from "../../src/transformer.ts";
import { createWorld, get, given, seconds } from "./given.ts";

describe("errors", () => {
  it("say with Vary and CORS what they depend on, as pictures do", async () => {
    const cors = { origins: ["https://a.example"] };
    given.world.tools = { ...given.world.tools, config: { ...given.world.tools.config, cors } };
    const origin = { Origin: "https://a.example" };
    for (const path of ["/a.jpg?w=0", "/a.jpg?w=10&explain=1", "/_"]) {
      const answer = await get(path, origin);
      expect([path, answer.headers.get("Vary")]).toEqual([path, "Origin"]);
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://a.example");
    }
    const beyond = await get("/a.jpg?w=10&format=auto", { ...origin, Range: "bytes=9999-" });
    expect([beyond.status, beyond.headers.get("Vary")]).toEqual([416, "Accept, Origin"]);
    expect((await get("/a.jpg?w=0")).headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("that a request header alone caused are nobody else's", async () => {
    expect((await get("/a.jpg", { "CDN-Loop": "pictor" })).headers.get("Cache-Control")).toBe(
      "no-store",
    );
    const beyond = await get("/a.jpg", { Range: "bytes=9999-" });
    expect(beyond.headers.get("Cache-Control")).toBe("no-store");
    expect(beyond.headers.get("Content-Range")).toMatch(/^bytes \*\/\d+$/);
  });

  it("do not outlive the URL's expiry", async () => {
    given.broken = false;
    given.world.transformer = {
      ...given.world.transformer,
      originOf: () => {
        throw new PictorError("not_found");
      },
    };
    given.world.tools = {
      ...given.world.tools,
      transformer: (request) => transform(request, given.world.transformer),
    };
    const exp = Math.floor(given.now / 1000) + 6;
    expect((await get(`/a.jpg?exp=${exp}`)).headers.get("Cache-Control")).toBe("public, max-age=6");
    expect((await get("/a.jpg")).headers.get("Cache-Control")).toBe("public, max-age=60");
  });
});

describe("mounts", () => {
  it("the longest matching one names the origin", async () => {
    const names: unknown[] = [];
    const { originOf } = given.world.transformer;
    given.world.transformer = {
      ...given.world.transformer,
      originOf: (named) => {
        names.push(named);
        return originOf(named);
      },
    };
    given.world.tools = {
      ...given.world.tools,
      transformer: (request) => transform(request, given.world.transformer),
    };
    await get("/blog/a/b.jpg");
    await get("/blogs/a.jpg");
    expect(names).toEqual([
      { kind: "mount", mount: "/blog/", name: "a/b.jpg" },
      { kind: "mount", mount: "/", name: "blogs/a.jpg" },
    ]);
  });
});

it("what goes wrong inside is a 500 that says nothing, and is not cached", async () => {
  given.world.tools = {
    ...given.world.tools,
    transformer: () => Promise.reject(new Error("secret")),
  };
  const answer = await get("/a.jpg");
  expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([500, "no-store"]);
  expect(await answer.text()).not.toContain("secret");
  given.world = createWorld();
  const refuse = () => Promise.reject(new PictorError("over_capacity"));
  const failing = { ...given.world.engine, render: refuse, hold: refuse };
  given.world.transformer = { ...given.world.transformer, engine: failing };
  given.world.tools = {
    ...given.world.tools,
    transformer: (request) => transform(request, given.world.transformer),
  };
  const busy = await get("/a.jpg");
  expect([busy.status, busy.headers.get("Retry-After")]).toEqual([503, "1"]);
  const drawn = await get("/a.jpg?w=10&h=10&fit=cover&gravity=auto&debug=gravity");
  expect([drawn.status, drawn.headers.get("Retry-After")]).toEqual([503, "1"]);
  expect(given.world.entries.size).toBe(0);
});

describe("a picture that cannot be had", () => {
  it("is stood in for, for a short time, and never under its own key", async () => {
    given.missing = new Set(["a.jpg"]);
    const shown = await get("/a.jpg?w=10&fallback=b.jpg");
    expect(shown.status).toBe(200);
    expect(shown.headers.get("Pictor-Fallback")).toBe("not_found");
    expect(shown.headers.get("Cache-Control")).toContain("max-age=60,");
    expect(shown.headers.get("Cache-Tag")).toBe("source:/b.jpg,source:/a.jpg,fallback");
    const etag = shown.headers.get("ETag")!;
    expect((await get("/a.jpg?w=10&fallback=b.jpg", { "If-None-Match": etag })).status).toBe(304);
    expect((await get("/a.jpg?w=10")).status).toBe(404);
    const dated = { "If-Modified-Since": new Date(given.now).toUTCString() };
    given.missing = new Set();
    expect(shown.headers.get("Last-Modified")).toBeNull();
    seconds(61);
    expect((await get("/a.jpg?w=10&fallback=b.jpg&v=9", dated)).status).not.toBe(500);
    const real = await get("/a.jpg?w=10&fallback=b.jpg", { "If-None-Match": etag });
    expect([real.status, real.headers.get("Pictor-Fallback")]).toEqual([200, null]);
    expect(real.headers.get("ETag")).not.toBe(etag);
  });

  it("keeps its problem where what stands in cannot be had either", async () => {
    given.missing = new Set(["a.jpg", "b.jpg"]);
    expect((await get("/a.jpg?w=10&fallback=b.jpg")).status).toBe(404);
    expect((await get("/a.jpg?w=10&fallback=https://evil.example/x.png")).status).toBe(403);
  });
});
