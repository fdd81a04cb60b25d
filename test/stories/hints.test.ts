import { describe, expect, it } from "vitest";
import { gateway } from "../../src/gateway.ts";
import { get, given, underRules } from "./given.ts";

describe("what is left to the client", () => {
  const PHONE = { "Sec-CH-Width": "600", "Sec-CH-DPR": "2" };
  /** Sizes of the pictures that were rendered, in the order in which they were stored. */
  const rendered = () => [...given.world.stored.values()].map(({ stamp }) => stamp.size);

  it("is settled before the key: one rung is one entry, and the same as its number", async () => {
    const url = "/a.jpg?w=auto&fit=contain";
    const first = await get(url, PHONE);
    expect(first.headers.get("Accept-CH")).toContain("Sec-CH-Width");
    for (const same of ["599", "481", "640"]) {
      const answer = await get(url, { "Sec-CH-Width": same });
      expect(answer.headers.get("ETag")).toBe(first.headers.get("ETag"));
      expect(answer.headers.get("Cache-Status")).toContain("hit");
    }
    const plain = await get("/a.jpg?w=640&fit=contain");
    expect(plain.headers.get("Cache-Status")).toContain("hit");
    expect([plain.headers.get("Vary"), plain.headers.get("Accept-CH")]).toEqual([null, null]);
    await get(url, { "Viewport-Width": "300" });
    await get(url);
    expect(rendered()).toEqual(["640x427", "320x213", "960x640"]);
  });

  it.each([
    ["w=auto", PHONE, "Sec-CH-Width"],
    ["w=auto&dpr=1", PHONE, "Sec-CH-DPR, Sec-CH-Width"],
    ["w=20&dpr=auto", PHONE, "Sec-CH-DPR"],
    ["w=20&dpr=auto", {}, "DPR, Sec-CH-DPR"],
    ["w=20&dpr=auto&format=auto", PHONE, "Accept, Sec-CH-DPR"],
    ["w=20&format=auto", PHONE, "Accept"],
    ["w=20", { ...PHONE, "Save-Data": "on" }, null],
    ["p=small", PHONE, null],
    ["w=auto", { DPR: "2" }, "Sec-CH-Viewport-Width, Sec-CH-Width, Viewport-Width, Width"],
  ])("%s for %j has Vary: %s, on every answer", async (query, headers, vary) => {
    const url = `/a.jpg?${query}`;
    const first = await get(url, headers);
    const etag = first.headers.get("ETag")!;
    const known = await get(url, { ...headers, "If-None-Match": etag });
    const head = await gateway(
      new Request(`https://img.example${url}`, { method: "HEAD", headers }),
      given.world.tools,
    );
    given.missing = new Set(["b.jpg"]);
    const lost = await get(url.replace("a.jpg", "b.jpg"), headers);
    const unmet = await get(url, { ...headers, "If-Match": '"other"' });
    const answers = [first, known, head, lost, unmet];
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 200, 404, 412]);
    expect(answers.map((answer) => answer.headers.get("Vary"))).toEqual(answers.map(() => vary));
  });

  it("takes the ladder of the rule that counts, and is never refused by it", async () => {
    underRules({ name: "a", widths: { ladder: [10, 20, 25], mode: "refuse" } });
    expect((await get("/a.jpg?w=11")).status).toBe(400);
    await get("/a.jpg?w=auto", { Width: "11" });
    await get("/a.jpg?w=10&dpr=auto", { DPR: "3" });
    await get("/a.jpg?w=auto", { Width: "1" });
    expect(rendered()).toEqual(["20x13", "25x17", "10x7"]);
  });

  it("is lowered for who saves data, where a rule says so", async () => {
    underRules({ name: "a", match: { path: "/a.jpg" }, saveData: true });
    const saving = { DPR: "2", "Save-Data": "on" };
    const qualityOf = async (url: string, headers: Record<string, string>) =>
      ((await (await get(url, headers)).json()) as { quality: number }).quality;
    expect(await qualityOf("/a.jpg?w=10&dpr=auto&format=webp", saving)).toBe(70);
    expect(await qualityOf("/a.jpg?w=10&format=webp&q=90", saving)).toBe(90);
    expect(await qualityOf("/b.jpg?w=10&dpr=auto&format=webp", saving)).toBe(80);
    expect(rendered()).toEqual(["10x7", "10x7", "20x13"]);
    const varies = async (url: string) => (await get(url, saving)).headers.get("Vary");
    expect(await varies("/a.jpg?w=10&format=webp")).toBe("Save-Data");
    expect(await varies("/a.jpg?w=10&format=webp&q=90")).toBeNull();
    expect(await varies("/b.jpg?w=10&format=webp")).toBeNull();
  });

  it("is explained", async () => {
    const answer = await get("/a.jpg?w=auto&explain=1", PHONE);
    expect(await answer.json()).toMatchObject({
      transform: { width: "640" },
      negotiation: { hints: { "Sec-CH-Width": "600" } },
      cacheKey: expect.stringContaining("width=640"),
    });
  });
});
