import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PurgeRecord } from "../src/cache/purge.ts";
import { parseAllowedHosts } from "../src/policy/sources.ts";
import { readTokens } from "../src/policy/tokens.ts";
import { type PurgeTools, purgeRoute } from "../src/purge-route.ts";
import type { R2PurgeLog } from "../src/stores/purges.ts";

const MAIN = "correct-horse-battery";
const CMS = "cms-secret-0123456789";
const AUTH = { Authorization: `Bearer ${MAIN}` };

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, "error").mockImplementation((...text) => void logged.push(text.join(" ")));
});
afterEach(() => vi.restoreAllMocks());

function open(more: Partial<PurgeTools> = {}) {
  const written = new Map<string, PurgeRecord>();
  const purged: PurgeRecord[] = [];
  const world = { now: 1_000_000, hidden: false, down: false };
  const log: R2PurgeLog = {
    records: async () => (world.hidden ? [] : [...written.values()]),
    find: async (id) => {
      if (world.down) throw new Error("R2 is away");
      return written.get(id);
    },
    append: async (targets, mode, { id = `record-${written.size + 1}`, by = "" } = {}) => {
      if (world.down) throw new Error("R2 is away");
      const record = written.get(id) ?? { ...targets, mode, by, id, uploaded: world.now };
      written.set(id, record);
      return record;
    },
  };
  const tools: PurgeTools = {
    tokens: readTokens({ PURGE_TOKEN: MAIN, PURGE_TOKENS: `cms:${CMS}:prefix:/blog/` }),
    log,
    sources: { mounts: ["/"], allowedHosts: parseAllowedHosts(""), selfHosts: [] },
    presets: ["card"],
    bound: 5,
    browserTtl: 3600,
    now: () => world.now,
    onPurge: (record) => purged.push(record),
    ...more,
  };
  const ask = (path: string, init: RequestInit) =>
    purgeRoute(new Request(`https://img.example.com${path}`, init), tools);
  const post = (body: unknown, headers: Record<string, string> = AUTH) =>
    ask("/_/purge", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers,
    });
  return Object.assign(world, { ask, post, written, purged });
}

const codeOf = async (response: Response) => {
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code];
};

describe("POST /_/purge", () => {
  it("writes a record, and says what it is and how soon it holds", async () => {
    const { post, purged } = open();
    const answer = await post({ sources: ["https://img.example.com/a b.jpg?w=1"], mode: "soft" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      id: "record-1",
      uploaded: 1_000_000,
      mode: "soft",
      by: "PURGE_TOKEN",
      targets: { sources: ["/a%20b.jpg"] },
      bound: {
        edge: 5,
        browser:
          "not reached: a browser may use what it has for as long as its rule says, at most 3600 s",
      },
    });
    expect(answer.headers.get("Location")).toBe("/_/purge/record-1");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual(
      [],
    );
    expect(purged.map(({ id, by }) => [id, by])).toEqual([["record-1", "PURGE_TOKEN"]]);
  });

  it("takes no purge without a token, with a wrong one, or beyond its scope", async () => {
    const { post, written } = open();
    const missing = await post({ everything: true }, {});
    expect(missing.headers.get("WWW-Authenticate")).toBe('Bearer realm="pictor"');
    expect(await codeOf(missing)).toEqual([401, "token_missing"]);
    const cms = { Authorization: `Bearer ${CMS}` };
    expect(
      await codeOf(await post({ everything: true }, { Authorization: "Bearer nonsense" })),
    ).toEqual([403, "token_wrong"]);
    expect(await codeOf(await post({ everything: true }, cms))).toEqual([403, "token_wrong"]);
    expect(await codeOf(await post({ sources: ["blog/a.jpg", "a.jpg"] }, cms))).toEqual([
      403,
      "token_wrong",
    ]);
    expect(written.size).toBe(0);
    expect((await post({ sources: ["blog/a.jpg"] }, cms)).status).toBe(200);
    expect([...written.values()][0]?.by).toBe("cms");
  });

  it("is off without tokens, and says so", async () => {
    const answer = await open({ tokens: [] }).post({ everything: true });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("neither PURGE_TOKEN nor PURGE_TOKENS is set");
  });

  it("needs the bucket that records lie in", async () => {
    expect(await codeOf(await open({ log: undefined }).post({ everything: true }))).toEqual([
      503,
      "not_configured",
    ]);
  });

  it.each<[string, BodyInit]>([
    ["nothing", ""],
    ["no JSON", "sources=a.jpg"],
    ["an empty object", "{}"],
    ["more than 64 KiB", `{"everything":true}${" ".repeat(65_536)}`],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
  ])("refuses %s", async (_, body) => {
    const { ask, written } = open();
    const answer = await ask("/_/purge", { method: "POST", body, headers: AUTH });
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await codeOf(answer)).toEqual([400, "bad_body"]);
    expect(written.size).toBe(0);
  });

  it("says when a purge was not confirmed", async () => {
    const world = open();
    world.down = true;
    const answer = await world.post({ everything: true });
    expect(answer.headers.get("Retry-After")).toBe("1");
    expect(await codeOf(answer)).toEqual([503, "store_failed"]);
    expect(logged).toEqual(["purge: Error: R2 is away"]);
  });

  it("writes one record for one Idempotency-Key of one token", async () => {
    const { post, written } = open();
    const idOf = async (headers: Record<string, string>, body: object = { tags: ["t"] }) =>
      ((await (await post(body, headers)).json()) as { id?: string }).id;
    const keyed = { ...AUTH, "Idempotency-Key": "publish-17" };
    const first = await idOf(keyed);
    expect(await idOf(keyed)).toBe(first);
    expect(written.size).toBe(1);
    expect(await idOf({ ...keyed, "Idempotency-Key": "publish-18" })).not.toBe(first);
    const cms = { Authorization: `Bearer ${CMS}`, "Idempotency-Key": "publish-17" };
    expect(await idOf(cms, { sources: ["blog/a.jpg"] })).not.toBe(first);
  });

  it("refuses a key that stands for another purge, or cannot be one", async () => {
    const { post } = open();
    const keyed = (key: string) => ({ ...AUTH, "Idempotency-Key": key });
    await post({ tags: ["t"] }, keyed("k"));
    expect(await codeOf(await post({ tags: ["u"] }, keyed("k")))).toEqual([400, "bad_body"]);
    expect(await codeOf(await post({ tags: ["t"], mode: "soft" }, keyed("k")))).toEqual([
      400,
      "bad_body",
    ]);
    expect(await codeOf(await post({ tags: ["t"] }, keyed("two words")))).toEqual([
      400,
      "bad_body",
    ]);
  });

  it("answers 202 while Workers Cache's own purge waits", async () => {
    const platform = {
      purge: async () => "waiting" as const,
      stateOf: async () => "done" as const,
    };
    const { post, ask } = open({ platform });
    const answer = await post({ everything: true });
    expect([
      answer.status,
      ((await answer.json()) as { workersCache: string }).workersCache,
    ]).toEqual([202, "waiting"]);
    const status = await ask("/_/purge/record-1", { headers: AUTH });
    expect(await status.json()).toMatchObject({ workersCache: "done", inForce: true });
  });

  it.each([
    ["GET", "/_/purge", "POST"],
    ["OPTIONS", "/_/purge", "POST"],
    ["DELETE", "/_/purge/record-1", "GET, HEAD"],
  ])("answers no %s of %s", async (method, path, allow) => {
    const answer = await open().ask(path, { method, headers: { Origin: "https://evil.example" } });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, allow]);
    expect(answer.headers.has("Access-Control-Allow-Origin")).toBe(false);
  });
});

describe("GET /_/purge/<id>", () => {
  it("tells whether the record is in force here, and everywhere", async () => {
    const world = open();
    await world.post({ tags: ["t"] });
    const look = async () =>
      (await (await world.ask("/_/purge/record-1", { headers: AUTH })).json()) as object;
    expect(await look()).toMatchObject({
      id: "record-1",
      targets: { tags: ["t"] },
      inForce: true,
      everywhere: false,
    });
    world.hidden = true;
    expect(await look()).toMatchObject({ inForce: false, everywhere: false });
    world.hidden = false;
    world.now += 6_000;
    expect(await look()).toMatchObject({ inForce: true, everywhere: true });
  });

  it("knows no other record, and tells nothing without a token", async () => {
    const world = open();
    expect(await codeOf(await world.ask("/_/purge/record-9", { headers: AUTH }))).toEqual([
      404,
      "not_found",
    ]);
    expect(await codeOf(await world.ask("/_/purge/", { headers: AUTH }))).toEqual([
      404,
      "not_found",
    ]);
    expect(await codeOf(await world.ask("/_/purge/record-1", {}))).toEqual([401, "token_missing"]);
    world.down = true;
    expect(await codeOf(await world.ask("/_/purge/record-9", { headers: AUTH }))).toEqual([
      503,
      "store_failed",
    ]);
  });

  it("has no body for HEAD", async () => {
    const world = open();
    await world.post({ tags: ["t"] });
    const answer = await world.ask("/_/purge/record-1", { method: "HEAD", headers: AUTH });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});
