import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { LOOK_EVERY_MS } from "../../src/live/document.ts";
import { createLiveRules } from "../../src/live/rules.ts";
import { describeLive } from "../../src/live/state.ts";
import { ruleFor } from "../../src/policy/rules/match.ts";
import { fakeKv } from "./fake-kv.ts";

const KEY = "rules.json";
const COPY = "rules.json.last-good";
const NAME = "kv:CONFIG/rules.json";
const config = readConfig(
  { RULES_DOCUMENT: NAME },
  {
    mounts: { "/": { type: "r2", bucket: "X" } },
    rules: [{ name: "configured", edgeTtl: "1h" }],
  },
);
const documentOf = (version: string, edgeTtl: string | number) =>
  JSON.stringify({ version, rules: [{ name: `of-${version}`, edgeTtl }] });

let kv: ReturnType<typeof fakeKv>;
let errors: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  kv = fakeKv();
  errors = [];
});
afterEach(() => vi.useRealTimers());

/** One isolate, asked as requests ask it. */
function isolate() {
  const live = createLiveRules(config, {
    env: { CONFIG: kv.namespace },
    now: Date.now,
    onError: (error, what) => errors.push(`${what}: ${(error as Error).message}`),
  });
  const deferred: Promise<unknown>[] = [];
  const defer = (work: Promise<unknown>) => void deferred.push(work);
  return {
    live,
    /** The edge TTL that a request comes under; `ms` is what it waited. */
    async request() {
      const began = Date.now();
      const asked = live.current(defer);
      let done = false;
      void asked.then(() => {
        done = true;
      });
      await vi.advanceTimersByTimeAsync(0);
      while (!done) await vi.advanceTimersByTimeAsync(50);
      const { name, edgeTtl } = ruleFor(await asked, {
        path: "/a",
        mount: "/",
        format: "own",
        status: 200,
      });
      return { name, edgeTtl, ms: Date.now() - began };
    },
    /** Everything that goes on behind answers. */
    async settle() {
      await vi.advanceTimersByTimeAsync(11_000);
      await Promise.all(deferred);
    },
    health: () => describeLive(live.state()) as Record<string, unknown>,
  };
}

/** Time passes, and one request looks behind its answer. */
async function lookAgain(one: ReturnType<typeof isolate>) {
  await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS);
  await one.request();
  await vi.advanceTimersByTimeAsync(100);
}

describe("a live document", () => {
  it("is in force from the first request of an isolate", async () => {
    kv.values.set(KEY, documentOf("1", "5m"));
    const one = isolate();
    expect(await one.request()).toEqual({ name: "of-1", edgeTtl: 300, ms: 0 });
    expect(one.health()).toEqual({
      source: NAME,
      version: "1",
      loadedAt: "2026-11-22T00:00:00.000Z",
    });
  });

  it("changes one TTL within 30 s and a request, and no request waits for that", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    kv.values.set(KEY, documentOf("2", 200));
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS - 1);
    expect((await one.request()).edgeTtl).toBe(100);
    await vi.advanceTimersByTimeAsync(1);
    kv.slow(300);
    expect(await one.request()).toMatchObject({ edgeTtl: 100, ms: 0 });
    await vi.advanceTimersByTimeAsync(300);
    expect(await one.request()).toMatchObject({ name: "of-2", edgeTtl: 200, ms: 0 });
  });

  it("is looked at once in 30 s, however many requests there are", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await Promise.all(Array.from({ length: 20 }, () => one.live.current(() => {})));
    for (let at = 0; at < 29; at++) {
      await one.request();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(kv.reads.filter((key) => key === KEY)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(Array.from({ length: 20 }, () => one.live.current(() => {})));
    expect(kv.reads.filter((key) => key === KEY)).toHaveLength(2);
  });

  it("is looked at before the answer when the isolate slept for a minute", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    kv.values.set(KEY, documentOf("2", 200));
    await vi.advanceTimersByTimeAsync(600_000);
    kv.slow(300);
    expect(await one.request()).toMatchObject({ edgeTtl: 200, ms: 300 });
  });

  it("is not there: the rules of pictor.config.ts, also after it was taken away", async () => {
    const one = isolate();
    expect(await one.request()).toMatchObject({ name: "configured", edgeTtl: 3600 });
    expect(one.health()).toMatchObject({ source: "pictor.config.ts" });
    kv.values.set(KEY, documentOf("1", 100));
    await lookAgain(one);
    expect((await one.request()).edgeTtl).toBe(100);
    kv.values.delete(KEY);
    await lookAgain(one);
    expect(await one.request()).toMatchObject({ name: "configured" });
    expect(errors).toEqual([]);
  });
});

const BROKEN = [
  [
    "broken JSON",
    '{"version": "2", "rules": [}',
    { place: NAME, message: expect.stringContaining("line 1, column 28") },
  ],
  [
    "a mistake in a rule",
    '{"version": "2", "rules": [{"name": "a"}, {"name": "b", "edgeTtl": "soon"}]}',
    {
      version: "2",
      place: `${NAME}: rules[1].edgeTtl`,
      message: expect.stringContaining('received "soon"'),
    },
  ],
  [
    "a megabyte",
    " ".repeat(1_048_576),
    { place: NAME, message: expect.stringContaining("at most 262144 bytes") },
  ],
  [
    "no UTF-8",
    new Uint8Array([0x7b, 0xff, 0xfe]),
    { place: NAME, message: "expected UTF-8, received other bytes" },
  ],
  ["nothing", "", { place: NAME, message: expect.stringContaining("line 1, column 1") }],
] as const;

describe.each(BROKEN)("a document with %s", (_, broken, refused) => {
  it("changes nothing in an isolate that has a good one, and is told with its place", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    kv.values.set(KEY, broken);
    await lookAgain(one);
    expect((await one.request()).edgeTtl).toBe(100);
    expect(one.health()).toMatchObject({ source: NAME, version: "1", refused });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("what was in force stays");
    await lookAgain(one);
    expect(errors).toHaveLength(1);
  });

  it("gives way to the last good one in isolates that start meanwhile", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const old = isolate();
    await old.request();
    await old.settle();
    kv.values.set(KEY, broken);
    const young = isolate();
    expect(await young.request()).toMatchObject({ name: "of-1", edgeTtl: 100 });
    expect(young.health()).toMatchObject({ source: `${NAME}.last-good`, version: "1", refused });
    expect(kv.values.get(COPY)).toBe(documentOf("1", 100));
  });

  it("leaves the configuration's rules where there never was a good one", async () => {
    kv.values.set(KEY, broken);
    const one = isolate();
    expect(await one.request()).toMatchObject({ name: "configured" });
    expect(one.health()).toMatchObject({ source: "pictor.config.ts", refused });
    expect(kv.writes).toEqual([]);
  });

  it("is forgotten with the next good one", async () => {
    kv.values.set(KEY, broken);
    const one = isolate();
    await one.request();
    kv.values.set(KEY, documentOf("3", 300));
    await lookAgain(one);
    expect((await one.request()).edgeTtl).toBe(300);
    expect(one.health()).not.toHaveProperty("refused");
    expect(kv.values.get(COPY)).toBe(documentOf("3", 300));
  });
});

describe("the copy of the last good document", () => {
  it("is written once, not by every isolate", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    for (let at = 0; at < 5; at++) {
      const one = isolate();
      await one.request();
      await one.settle();
    }
    expect(kv.writes).toEqual([COPY]);
  });

  it("is tried again when the write failed, and nothing else suffers from it", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    kv.failing.writes = true;
    const one = isolate();
    expect((await one.request()).edgeTtl).toBe(100);
    await one.settle();
    expect(errors[0]).toContain("copy: ");
    kv.failing.writes = false;
    await lookAgain(one);
    expect(kv.values.get(COPY)).toBe(documentOf("1", 100));
  });

  it("is not used when it is broken itself", async () => {
    kv.values.set(KEY, "{");
    kv.values.set(COPY, '{"version":"1","rules":[{"name":"x","match":{"preset":"gone"}}]}');
    expect(await isolate().request()).toMatchObject({ name: "configured" });
  });

  it("goes with a document that was taken away, so that a broken one does not bring it back", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    await one.settle();
    kv.values.delete(KEY);
    await lookAgain(one);
    kv.values.set(KEY, "{");
    await lookAgain(one);
    expect(await one.request()).toMatchObject({ name: "configured" });
    expect(await isolate().request()).toMatchObject({ name: "configured" });
    expect(kv.values.has(COPY)).toBe(false);
  });
});

describe("a store that fails", () => {
  it("leaves what is in force, and says so", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    kv.failing.reads = true;
    for (let at = 0; at < 5; at++) await lookAgain(one);
    expect((await one.request()).edgeTtl).toBe(100);
    expect(one.health()).toMatchObject({
      source: NAME,
      unreachable: `${NAME}: the store is down`,
    });
    expect(errors).toHaveLength(1);
    kv.failing.reads = false;
    await lookAgain(one);
    expect(one.health()).not.toHaveProperty("unreachable");
  });

  it("leaves the configuration's rules to an isolate that starts meanwhile", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    kv.failing.reads = true;
    const one = isolate();
    expect(await one.request()).toMatchObject({ name: "configured", ms: 0 });
    kv.failing.reads = false;
    await lookAgain(one);
    expect((await one.request()).edgeTtl).toBe(100);
  });

  it("gives way to the copy where that alone can be read", async () => {
    kv.values.set(KEY, documentOf("2", 200));
    kv.values.set(COPY, documentOf("1", 100));
    kv.hangOn(KEY);
    const one = isolate();
    await one.request();
    await one.settle();
    expect(await one.request()).toMatchObject({ name: "of-1" });
  });

  it("that hangs holds up the first 2 s of an isolate, and nobody afterwards", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    kv.hangOn(KEY);
    kv.hangOn(COPY);
    const one = isolate();
    const first = await one.request();
    expect(first).toMatchObject({ name: "configured" });
    expect(first.ms).toBeGreaterThanOrEqual(2000);
    expect(first.ms).toBeLessThan(2100);
    expect((await one.request()).ms).toBe(0);
    await one.settle();
    expect(one.health()).toMatchObject({ unreachable: `${NAME}: no answer within 5000 ms` });
    kv.hangOn();
    await lookAgain(one);
    expect((await one.request()).edgeTtl).toBe(100);
  });

  it("that answers after the first 2 s is heard all the same", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    kv.slow(3000);
    const one = isolate();
    expect(await one.request()).toMatchObject({ name: "configured" });
    await vi.advanceTimersByTimeAsync(1500);
    expect(await one.request()).toMatchObject({ edgeTtl: 100, ms: 0 });
  });

  it("holds up a request after a sleep for half a second at most", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    await vi.advanceTimersByTimeAsync(600_000);
    kv.hangOn(KEY);
    const { ms, edgeTtl } = await one.request();
    expect(edgeTtl).toBe(100);
    expect(ms).toBeGreaterThanOrEqual(500);
    expect(ms).toBeLessThan(600);
  });

  it("whose look was lost with its request is looked at again", async () => {
    kv.values.set(KEY, documentOf("1", 100));
    const one = isolate();
    await one.request();
    kv.lose();
    await lookAgain(one);
    kv.values.set(KEY, documentOf("2", 200));
    await vi.advanceTimersByTimeAsync(LOOK_EVERY_MS);
    await one.request();
    await vi.advanceTimersByTimeAsync(100);
    expect((await one.request()).edgeTtl).toBe(200);
  });
});

describe("without a document", () => {
  it("the rules of pictor.config.ts count, and their version tells deployments apart", async () => {
    const build = (edgeTtl: number) => {
      const { mounts } = config;
      const some = readConfig({}, { mounts, rules: [{ name: "a", edgeTtl }] });
      const live = createLiveRules(some, { env: {}, now: Date.now, onError: () => {} });
      return describeLive(live.state()) as { source: string; version: string };
    };
    expect(build(1).source).toBe("pictor.config.ts");
    expect(build(1).version).toMatch(/^[0-9a-f]{8}$/);
    expect(build(1).version).toBe(build(1).version);
    expect(build(1).version).not.toBe(build(2).version);
  });
});
