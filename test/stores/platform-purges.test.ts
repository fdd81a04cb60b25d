import { describe, expect, it } from "vitest";
import type { PurgeRecord } from "../../src/cache/purge.ts";
import { NOTHING } from "../../src/cache/purge-record.ts";
import {
  createPlatformPurges,
  createPlatformPurgesState,
  type PlatformPurge,
} from "../../src/stores/platform-purges.ts";

const record = (id: string, rest: Partial<PurgeRecord>): PurgeRecord => ({
  ...NOTHING,
  mode: "hard",
  uploaded: 1,
  ...rest,
  id,
});

function open(answer: () => Promise<{ success: boolean }> = async () => ({ success: true })) {
  const calls: PlatformPurge[] = [];
  const world = { now: 1_000_000, answer, errors: 0 };
  const purges = createPlatformPurges({
    purge: (what) => {
      calls.push(what);
      return world.answer();
    },
    state: createPlatformPurgesState(),
    now: () => world.now,
    onError: () => void world.errors++,
    timeoutMs: 20,
  });
  return Object.assign(world, { purges, calls });
}

describe("Workers Cache's own purge", () => {
  it("is asked for sources by their tags, for tags, and for everything", async () => {
    const { purges, calls } = open();
    expect(await purges.purge(record("a", { sources: ["/a.jpg"], tags: ["city"] }))).toBe("done");
    expect(await purges.purge(record("b", { everything: true }))).toBe("done");
    expect(calls).toEqual([{ tags: ["source:/a.jpg", "city"] }, { purgeEverything: true }]);
  });

  it.each<[string, Partial<PurgeRecord>]>([
    ["folders", { prefixes: ["/a/"] }],
    ["presets and formats", { presets: ["card"], formats: ["avif"] }],
    ["anything soft", { mode: "soft", tags: ["city"] }],
  ])("is not asked for %s", async (_, targets) => {
    const { purges, calls } = open();
    expect(await purges.purge(record("a", targets))).toBe("none");
    expect(calls).toEqual([]);
  });

  it("is called 5 times a minute; the rest waits, and goes together", async () => {
    const world = open();
    const { purges, calls } = world;
    const states = [];
    for (let at = 0; at < 8; at++)
      states.push(await purges.purge(record(`r${at}`, { tags: [`t${at}`] })));
    expect(states).toEqual([
      "done",
      "done",
      "done",
      "done",
      "done",
      "waiting",
      "waiting",
      "waiting",
    ]);
    expect(await purges.stateOf("r7")).toBe("waiting");
    world.now += 60_001;
    expect(await purges.stateOf("r7")).toBe("done");
    expect(calls).toHaveLength(6);
    expect(calls.at(-1)).toEqual({ tags: ["t5", "t6", "t7"] });
  });

  it("takes at most 100 tags a call", async () => {
    const world = open(async () => ({ success: false }));
    const tags = (from: number) => Array.from({ length: 60 }, (_, at) => `t${from + at}`);
    await world.purges.purge(record("a", { tags: tags(0) }));
    await world.purges.purge(record("b", { tags: tags(60) }));
    world.answer = async () => ({ success: true });
    world.now += 60_000;
    expect(await world.purges.stateOf("b")).toBe("done");
    expect(world.calls.slice(1).map((call) => call.tags?.length)).toEqual([60, 60]);
  });

  it.each<[string, () => Promise<{ success: boolean }>]>([
    ["refuses", async () => ({ success: false })],
    ["fails", () => Promise.reject(new Error("429"))],
    [
      "throws",
      () => {
        throw new TypeError("no such method");
      },
    ],
    ["hangs", () => new Promise(() => {})],
  ])("waits a minute when the platform %s", async (_, answer) => {
    const world = open(answer);
    expect(await world.purges.purge(record("a", { tags: ["t"] }))).toBe("waiting");
    expect(await world.purges.stateOf("a")).toBe("waiting");
    expect(world.calls).toHaveLength(1);
    world.answer = async () => ({ success: true });
    world.now += 60_000;
    expect(await world.purges.stateOf("a")).toBe("done");
  });

  it("does not know what another isolate did", async () => {
    expect(await open().purges.stateOf("elsewhere")).toBe("unknown");
  });
});
