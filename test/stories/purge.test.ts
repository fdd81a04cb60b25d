import { describe, expect, it } from "vitest";
import { NOTHING } from "../../src/cache/purge-record.ts";
import { age, counts, get, given, seconds, stateOf, underRules } from "./given.ts";

describe("a purge", () => {
  const purge = (targets: object, mode: "soft" | "hard") =>
    given.world.purges.append({ ...NOTHING, ...targets }, mode);

  it("that is soft gives the old one once more, and asks the origin behind it", async () => {
    await get("/a.jpg?w=10");
    seconds(10);
    await purge({ sources: ["/a.jpg"] }, "soft");
    expect(age(await get("/a.jpg?w=10"))).toBe(10);
    expect(counts).toMatchObject({ head: 1, render: 1 });
    expect(age(await get("/a.jpg?w=10"))).toBe(0);
    expect(counts).toMatchObject({ head: 1, render: 1 });
  });

  it.each([
    ["source", { sources: ["/a.jpg"] }],
    ["prefix", { prefixes: ["/a"] }],
    ["tag", { tags: ["team"] }],
    ["preset", { presets: ["small"] }],
    ["format", { formats: ["jpeg"] }],
    ["everything", { everything: true }],
  ])("by %s that is hard makes it anew, also where the source is the same", async (_, targets) => {
    underRules({ name: "team", match: { path: "/a*" }, tags: ["team"] });
    await get("/a.jpg?preset=small");
    await get("/b.jpg?w=10&format=webp");
    await purge(targets, "hard");
    seconds(1);
    expect(age(await get("/a.jpg?preset=small"))).toBe(0);
    expect(counts.render).toBe(3);
    expect(stateOf(await get("/a.jpg?preset=small"))).toContain("Pictor;hit");
    const other = await get("/b.jpg?w=10&format=webp");
    expect(counts.render).toBe("everything" in targets ? 4 : 3);
    expect(age(other)).toBe("everything" in targets ? 0 : 1);
  });

  it("by a tag reaches what was stored before its rule had the tag", async () => {
    await get("/a.jpg?w=10");
    underRules({ name: "new", tags: ["new"] });
    expect((await get("/a.jpg?w=10")).headers.get("Cache-Tag")).toContain("new");
    await purge({ tags: ["new"] }, "hard");
    await get("/a.jpg?w=10");
    expect(counts.render).toBe(2);
  });

  it("that is soft lets nobody keep the old one for long", async () => {
    await get("/a.jpg?w=10");
    await purge({ sources: ["/a.jpg"] }, "soft");
    const { headers } = await get("/a.jpg?w=10");
    const windows = "stale-while-revalidate=0, stale-if-error=0";
    expect(headers.get("Cache-Control")).toBe(`public, max-age=60, ${windows}`);
    expect(headers.get("CDN-Cache-Control")).toBe(`public, max-age=60, ${windows}`);
    expect(headers.get("Cache-Status")).toBe("Pictor;hit;ttl=-1");
  });

  it("reaches what was stored by no edge, and answers that there is none", async () => {
    await get("/a.jpg?w=10");
    given.world.entries.clear();
    await purge({ sources: ["/a.jpg"] }, "hard");
    await get("/a.jpg?w=10");
    expect(counts.render).toBe(2);
    given.broken = true;
    await purge({ sources: ["/a.jpg"] }, "hard");
    expect((await get("/a.jpg?w=10")).status).toBe(502);
  });
});
