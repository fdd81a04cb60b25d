import sharp from "sharp";
import { beforeEach, describe, expect, it } from "vitest";
import type { PurgeRecord } from "../src/cache/purge.ts";
import { NOTHING } from "../src/cache/purge-record.ts";
import { readConfig } from "../src/config.ts";
import { PictorError } from "../src/errors.ts";
import { type GatewayTools, gateway } from "../src/gateway.ts";
import type { Plan } from "../src/image/job.ts";
import { peakBytes } from "../src/image/memory.ts";
import type { RuleDefinition } from "../src/policy/rules/definition.ts";
import { readRules } from "../src/policy/rules/read.ts";
import { BUILT_IN_RULE } from "../src/policy/rules.ts";
import type {
  Engine,
  Origin,
  PurgeLog,
  StoredVariant,
  Validator,
  VariantStore,
} from "../src/ports.ts";
import { createCacheApi } from "../src/stores/cache-api.ts";
import { createFlights } from "../src/stores/flights.ts";
import type { Landing } from "../src/stores/landing.ts";
import { type TransformerTools, transform } from "../src/transformer.ts";
import { NO_SIGHTS } from "./stand-ins/sights.ts";

/** The two stories with a world of plain objects that counts what is asked of it. */
const counts = { open: 0, head: 0, render: 0, put: 0 };
let world: ReturnType<typeof createWorld>;
let source: Uint8Array;
let validator: Validator;
let now: number;
let broken = false;
let missing: ReadonlySet<string> = new Set();
let lifetime: number | "no-store" | undefined;

beforeEach(async () => {
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] = 0;
  source = new Uint8Array(
    await sharp({ create: { width: 30, height: 20, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer(),
  );
  validator = { etag: '"v1"', lastModified: Date.UTC(2026, 0, 1) };
  now = Date.UTC(2026, 5, 1);
  broken = false;
  missing = new Set();
  lifetime = undefined;
  world = createWorld();
});

function createWorld() {
  const origin: Origin = {
    async open(name) {
      counts.open++;
      if (broken) throw new PictorError("origin_failed");
      if (missing.has(name)) throw new PictorError("not_found");
      return {
        ...(lifetime !== undefined && { lifetime }),
        body: new Blob([source as Uint8Array<ArrayBuffer>]).stream(),
        size: source.length,
        validator,
      };
    },
    async head() {
      counts.head++;
      if (broken) throw new PictorError("origin_failed");
      return { validator };
    },
  };
  const engine: Engine = {
    version: "fake-1",
    peakBytes,
    reads: () => true,
    hold: () => Promise.reject(new Error("nothing is looked at here")),
    async render(plan: Plan) {
      counts.render++;
      const bytes = new TextEncoder().encode(JSON.stringify(plan.output));
      const { width, height } = plan.output;
      return { bytes, facts: { width, height, counts: { decode: 1 }, times: {} } };
    },
  };
  const config = readConfig(
    { SIGNING: "off" },
    {
      mounts: { "/": { type: "r2", bucket: "X" }, "/blog/": { type: "r2", bucket: "Y" } },
      presets: { small: { w: 10 } as never },
    },
  );
  const stored = new Map<string, StoredVariant>();
  const variants: VariantStore = {
    get: async (key) => stored.get(key),
    head: async (key) => stored.get(key),
    async put(key, bytes, _, stamp, over) {
      if (stored.get(key)?.version !== over) return;
      counts.put++;
      stored.set(key, { bytes, size: bytes.length, stamp, version: String(counts.put) });
    },
  };
  const entries = new Map<string, Response>();
  const cache = {
    match: async (key: Request) => entries.get(key.url)?.clone(),
    put: async (key: Request, answer: Response) => void entries.set(key.url, answer),
  } as unknown as Cache;
  const records: PurgeRecord[] = [];
  const purges: PurgeLog = {
    records: async () => [...records],
    async append(targets, mode) {
      const record = { ...targets, id: `p${records.length}`, uploaded: now, mode };
      records.push(record);
      return record;
    },
  };
  /** Work behind the answer: `settled` waits for it. */
  const deferred: Promise<unknown>[] = [];
  const defer = (work: Promise<unknown>) => void deferred.push(work);
  const settled = async () => {
    while (deferred.length > 0) await deferred.pop();
  };
  const transformer: TransformerTools = {
    sourceRules: { mounts: ["/", "/blog/"], allowedHosts: config.allowedHosts, selfHosts: [] },
    originOf: (named) => ({ origin, name: named.kind === "mount" ? named.name : named.url }),
    variants,
    sights: NO_SIGHTS,
    purges,
    engine,
    responseKey: undefined,
    now: () => now,
    defer,
  };
  const tools: GatewayTools = {
    config,
    keys: new Map(),
    engineVersion: engine.version,
    deployed: 0,
    rules: [],
    purges,
    edge: createCacheApi({ cache, defer, flights: createFlights<Landing>({ now: () => now }) }),
    transformer: (request) => transform(request, transformer),
    now: () => now,
    defer,
  };
  return { tools, transformer, entries, stored, engine, purges, settled };
}

/** With all that happens behind the answer. */
async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await gateway(new Request(`https://img.example${path}`, { headers }), world.tools);
  await world.settled();
  return answer;
}

function underRules(...rules: RuleDefinition[]) {
  const context = { file: "test", mounts: ["/", "/blog/"], presets: ["small"] };
  Object.assign(world.tools, { rules: readRules(rules, context) });
}

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
    now += 86_400_000;
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
    expect(world.entries.size).toBe(1);
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
    expect(world.entries.size).toBe(2);
  });
});

describe("a client that knows the variant", () => {
  it("is answered 304 without a decode, also when no cache has it", async () => {
    const etag = (await get("/a.jpg?w=10")).headers.get("ETag")!;
    world = createWorld();
    const known = await get("/a.jpg?w=10", { "If-None-Match": etag });
    expect(known.status).toBe(304);
    expect(counts.render).toBe(1);
    expect(world.entries.size).toBe(0);
    expect(known.headers.get("ETag")).toBe(etag);
    expect(known.headers.get("Cache-Status")).toContain("fwd=uri-miss");
  });

  it("gets the new one when the source has changed", async () => {
    const etag = (await get("/a.jpg?w=10")).headers.get("ETag")!;
    world = createWorld();
    validator = { etag: '"v2"' };
    expect((await get("/a.jpg?w=10", { "If-None-Match": etag })).status).toBe(200);
    expect(counts.render).toBe(2);
  });
});

describe("the ETag", () => {
  const tagOf = async (path: string) => (await get(path)).headers.get("ETag");

  it("covers the source's validator, the transform, the format and the engine", async () => {
    const tags = [
      await tagOf("/a.jpg?w=10"),
      await tagOf("/a.jpg?w=11"),
      await tagOf("/a.jpg?w=10&format=webp"),
    ];
    validator = { etag: '"v2"' };
    world = createWorld();
    tags.push(await tagOf("/a.jpg?w=10"));
    world.tools = { ...world.tools, engineVersion: "fake-2" };
    world.transformer = { ...world.transformer, engine: { ...world.engine, version: "fake-2" } };
    world.tools = {
      ...world.tools,
      transformer: (request) => transform(request, world.transformer),
    };
    tags.push(await tagOf("/a.jpg?w=10"));
    expect(new Set(tags).size).toBe(tags.length);
  });
});

describe("the variant store", () => {
  it("answers after the edge has forgotten, without origin or engine", async () => {
    await get("/a.jpg?w=10");
    world.entries.clear();
    const answer = await get("/a.jpg?w=10");
    expect(answer.headers.get("Cache-Status")).toBe("Pictor-Store;hit, Pictor;fwd=uri-miss;stored");
    expect(counts).toMatchObject({ open: 1, render: 1 });
  });

  it("asks the origin again when the rule's time is over, and renders only what changed", async () => {
    await get("/a.jpg?w=10");
    world.entries.clear();
    now += BUILT_IN_RULE.edgeTtl * 1000;
    const same = await get("/a.jpg?w=10");
    expect(same.headers.get("Age")).toBe("0");
    expect(counts).toMatchObject({ open: 1, head: 1, render: 1, put: 2 });
    world.entries.clear();
    await get("/a.jpg?w=10");
    expect(counts).toMatchObject({ open: 1, head: 1, render: 1, put: 2 });
    now += BUILT_IN_RULE.edgeTtl * 1000;
    world.entries.clear();
    validator = { etag: '"v2"' };
    await get("/a.jpg?w=10");
    expect(counts).toMatchObject({ open: 2, head: 2, render: 2 });
  });

  it("answers what is stale while the origin fails, and not for ever", async () => {
    await get("/a.jpg?w=10");
    world.entries.clear();
    broken = true;
    now += BUILT_IN_RULE.edgeTtl * 1000;
    const stale = await get("/a.jpg?w=10");
    expect([stale.status, stale.headers.get("Age")]).toEqual([200, String(BUILT_IN_RULE.edgeTtl)]);
    expect(stale.headers.get("Cache-Status")).toBe("Pictor-Store;hit, Pictor;fwd=uri-miss");
    expect(world.entries.size).toBe(0);
    now += BUILT_IN_RULE.staleIfError * 1000;
    expect((await get("/a.jpg?w=10")).status).toBe(502);
  });

  it("is not believed when its stamp is damaged", async () => {
    await get("/a.jpg?w=10");
    world.entries.clear();
    for (const [key, variant] of world.stored)
      world.stored.set(key, { ...variant, stamp: { type: "image/jpeg" } });
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

describe("errors", () => {
  it("say with Vary and CORS what they depend on, as pictures do", async () => {
    const cors = { origins: ["https://a.example"] };
    world.tools = { ...world.tools, config: { ...world.tools.config, cors } };
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
    broken = false;
    world.transformer = {
      ...world.transformer,
      originOf: () => {
        throw new PictorError("not_found");
      },
    };
    world.tools = {
      ...world.tools,
      transformer: (request) => transform(request, world.transformer),
    };
    const exp = Math.floor(now / 1000) + 6;
    expect((await get(`/a.jpg?exp=${exp}`)).headers.get("Cache-Control")).toBe("public, max-age=6");
    expect((await get("/a.jpg")).headers.get("Cache-Control")).toBe("public, max-age=60");
  });
});

describe("mounts", () => {
  it("the longest matching one names the origin", async () => {
    const names: unknown[] = [];
    const { originOf } = world.transformer;
    world.transformer = {
      ...world.transformer,
      originOf: (named) => {
        names.push(named);
        return originOf(named);
      },
    };
    world.tools = {
      ...world.tools,
      transformer: (request) => transform(request, world.transformer),
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
  world.tools = { ...world.tools, transformer: () => Promise.reject(new Error("secret")) };
  const answer = await get("/a.jpg");
  expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([500, "no-store"]);
  expect(await answer.text()).not.toContain("secret");
  world = createWorld();
  const failing = {
    ...world.engine,
    render: () => Promise.reject(new PictorError("over_capacity")),
  };
  world.transformer = { ...world.transformer, engine: failing };
  world.tools = { ...world.tools, transformer: (request) => transform(request, world.transformer) };
  const busy = await get("/a.jpg");
  expect([busy.status, busy.headers.get("Retry-After")]).toEqual([503, "1"]);
  expect(world.entries.size).toBe(0);
});

const stateOf = (answer: Response) => answer.headers.get("Cache-Status");
const age = (answer: Response) => Number(answer.headers.get("Age"));
const seconds = (count: number) => {
  now += count * 1000;
};

describe("a stale entry at the edge", () => {
  it("is given at once, and made anew behind the answer", async () => {
    await get("/a.jpg?w=10");
    validator = { etag: '"v2"' };
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
    broken = true;
    seconds(BUILT_IN_RULE.edgeTtl + BUILT_IN_RULE.staleWhileRevalidate + 1);
    expect((await get("/a.jpg?w=10")).status).toBe(200);
    broken = false;
    seconds(60);
    expect(age(await get("/a.jpg?w=10"))).toBe(0);
    broken = true;
    seconds(BUILT_IN_RULE.edgeTtl + BUILT_IN_RULE.staleIfError + 1);
    expect((await get("/a.jpg?w=10")).status).toBe(502);
  });
});

describe("a purge", () => {
  const purge = (targets: object, mode: "soft" | "hard") =>
    world.purges.append({ ...NOTHING, ...targets }, mode);

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
    world.entries.clear();
    await purge({ sources: ["/a.jpg"] }, "hard");
    await get("/a.jpg?w=10");
    expect(counts.render).toBe(2);
    broken = true;
    await purge({ sources: ["/a.jpg"] }, "hard");
    expect((await get("/a.jpg?w=10")).status).toBe(502);
  });
});

describe("a failing origin", () => {
  it("is not asked again at once, while there is something of before to give", async () => {
    underRules({ name: "short", edgeTtl: 1, staleWhileRevalidate: 0, staleIfError: "1d" });
    await get("/a.jpg?w=10");
    broken = true;
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
    lifetime = 5_000;
    expect((await get("/a.jpg?w=10")).headers.get("CDN-Cache-Control")).toContain("max-age=100,");
    lifetime = "no-store";
    expect((await get("/b.jpg?w=10")).headers.get("CDN-Cache-Control")).toContain("max-age=10,");
    underRules({ name: "x", originCacheControl: "obey" });
    const never = await get("/c.jpg?w=10");
    expect(never.headers.get("Cache-Control")).toBe("no-store");
    expect(never.headers.get("CDN-Cache-Control")).toBe("no-store");
    expect([world.stored.size, world.entries.size]).toEqual([2, 2]);
  });
});

describe("a picture that cannot be had", () => {
  it("is stood in for, for a short time, and never under its own key", async () => {
    missing = new Set(["a.jpg"]);
    const shown = await get("/a.jpg?w=10&fallback=b.jpg");
    expect(shown.status).toBe(200);
    expect(shown.headers.get("Pictor-Fallback")).toBe("not_found");
    expect(shown.headers.get("Cache-Control")).toContain("max-age=60,");
    expect(shown.headers.get("Cache-Tag")).toBe("source:/b.jpg,source:/a.jpg,fallback");
    const etag = shown.headers.get("ETag")!;
    expect((await get("/a.jpg?w=10&fallback=b.jpg", { "If-None-Match": etag })).status).toBe(304);
    expect((await get("/a.jpg?w=10")).status).toBe(404);
    const dated = { "If-Modified-Since": new Date(now).toUTCString() };
    missing = new Set();
    expect(shown.headers.get("Last-Modified")).toBeNull();
    seconds(61);
    expect((await get("/a.jpg?w=10&fallback=b.jpg&v=9", dated)).status).not.toBe(500);
    const real = await get("/a.jpg?w=10&fallback=b.jpg", { "If-None-Match": etag });
    expect([real.status, real.headers.get("Pictor-Fallback")]).toEqual([200, null]);
    expect(real.headers.get("ETag")).not.toBe(etag);
  });

  it("keeps its problem where what stands in cannot be had either", async () => {
    missing = new Set(["a.jpg", "b.jpg"]);
    expect((await get("/a.jpg?w=10&fallback=b.jpg")).status).toBe(404);
    expect((await get("/a.jpg?w=10&fallback=https://evil.example/x.png")).status).toBe(403);
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
