import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCHEMA, variantKey } from "../../src/cache/key.ts";
import {
  type Census,
  counted,
  cutoffOf,
  EMPTY_CENSUS,
  planSweep,
  purgedBefore,
  type SweepPolicy,
  versionOf,
} from "../../src/cache/lifecycle.ts";
import type { PurgeRecord } from "../../src/cache/purge.ts";

const NOW = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const keyOf = (version: string, n = 0) => `${version}/${n.toString(16).padStart(64, "0")}`;
const written = (age: number, version = "2.e") => ({
  key: keyOf(version),
  size: 10,
  uploaded: NOW - age,
});
const policy = (more: Partial<SweepPolicy> = {}): SweepPolicy => ({
  limits: {},
  current: "2.e",
  lastRun: new Map(),
  ...more,
});
const reasonFor = (object: ReturnType<typeof written>, more: Partial<SweepPolicy>) =>
  planSweep([object], policy(more), NOW).drop[0]?.reason;

describe("what a sweep drops", () => {
  it("is nothing without limits", () => {
    expect(reasonFor(written(1000 * DAY), {})).toBeUndefined();
    expect(reasonFor(written(1000 * DAY, "1.e"), {})).toBeUndefined();
  });

  it("is what was written longer ago than maxAge", () => {
    const limits = { maxAge: 3600 };
    expect(reasonFor(written(HOUR), { limits })).toBeUndefined();
    expect(reasonFor(written(HOUR + 1), { limits })).toBe("age");
    expect(reasonFor(written(-DAY), { limits })).toBeUndefined();
  });

  it("is what another version left, long after that version ran and wrote", () => {
    const limits = { keepVersions: 86_400 };
    const ran = (age: number) => ({ limits, lastRun: new Map([["1.e", NOW - age]]) });
    expect(reasonFor(written(9 * DAY, "1.e"), ran(2 * DAY))).toBe("version");
    expect(reasonFor(written(9 * DAY, "1.e"), ran(DAY))).toBeUndefined();
    expect(reasonFor(written(HOUR, "1.e"), ran(2 * DAY))).toBeUndefined();
    expect(reasonFor(written(9 * DAY, "2.e"), ran(2 * DAY))).toBeUndefined();
  });

  it("is nothing of a version of which it is not known when it ran: that time begins now", () => {
    const object = written(9 * DAY, "1.e");
    const plan = planSweep([object], policy({ limits: { keepVersions: 86_400 } }), NOW);
    expect([plan.drop, plan.found]).toEqual([[], ["1.e"]]);
  });

  it("is what was written before everything was purged for good", () => {
    expect(reasonFor(written(HOUR), { purgedBefore: NOW - HOUR })).toBeUndefined();
    expect(reasonFor(written(HOUR + 1), { purgedBefore: NOW - HOUR })).toBe("purged");
  });

  it("is never what is not a variant", () => {
    const keys = [
      "~purge/1",
      "~config/rules.json",
      "~sweep/pass",
      `~${keyOf("2.e")}`,
      "readme.txt",
      `${keyOf("2.e")}/x`,
      `a/${keyOf("2.e")}`,
      `2.e/${"A".repeat(64)}`,
      keyOf("2.e").slice(1),
      `2/${"0".repeat(64)}`,
      "",
    ];
    const strict = policy({
      limits: { maxAge: 0, keepVersions: 0 },
      purgedBefore: NOW,
      roomSince: NOW,
    });
    const objects = keys.map((key) => ({ key, size: 1, uploaded: 0 }));
    expect(planSweep(objects, strict, NOW)).toEqual({ drop: [], keep: [], found: [] });
  });

  it("knows the keys that variants have", async () => {
    const key = await variantKey("https://x.invalid/", "pictor-1.jsquash-1");
    expect(versionOf(key)).toBe(`${SCHEMA}.pictor-1.jsquash-1`);
  });

  it("is, with what is kept, each variant once", () => {
    const object = fc.record({
      key: fc.nat(3).map((n) => keyOf(`${n}.e`, n)),
      size: fc.nat(1000),
      uploaded: fc.integer({ min: NOW - 30 * DAY, max: NOW + DAY }),
    });
    const options = { limits: { maxAge: 86_400, keepVersions: 3600 }, roomSince: NOW - HOUR };
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        const { drop, keep } = planSweep(objects, policy(options), NOW);
        const all = [...drop.map(({ reason: _, ...rest }) => rest), ...keep];
        const sorted = (list: readonly object[]) => list.map((o) => JSON.stringify(o)).sort();
        expect(sorted(all)).toEqual(sorted(objects));
      }),
    );
  });
});

describe("what has been purged for good", () => {
  const record = (more: Partial<PurgeRecord>): PurgeRecord => ({
    id: "a",
    uploaded: 5,
    mode: "hard",
    sources: [],
    tags: [],
    prefixes: [],
    presets: [],
    formats: [],
    everything: true,
    ...more,
  });

  it("is told by the newest hard purge of everything, and by no other", () => {
    expect(purgedBefore([])).toBeUndefined();
    expect(purgedBefore([record({ mode: "soft" })])).toBeUndefined();
    expect(purgedBefore([record({ everything: false, prefixes: ["/"] })])).toBeUndefined();
    expect(purgedBefore([record({}), record({ uploaded: 9 }), record({ uploaded: 7 })])).toBe(9);
  });
});

describe("the room in the store", () => {
  const sized = (uploaded: number, size: number) => ({ key: "", uploaded, size });
  const census = (objects: ReturnType<typeof sized>[]): Census =>
    objects.reduce((sum, object) => counted(sum, [object]), EMPTY_CENSUS);

  it("is for the newest first", () => {
    const three = census([sized(3, 10), sized(1, 10), sized(2, 10)]);
    expect([three.objects, three.bytes]).toEqual([3, 30]);
    const kept = (maxBytes: number) => {
      const since = cutoffOf(three, maxBytes) ?? 0;
      return [1, 2, 3].filter((uploaded) => uploaded >= since);
    };
    expect([30, 29, 20, 19, 10, 9].map(kept)).toEqual([[1, 2, 3], [2, 3], [2, 3], [3], [3], []]);
  });

  it("is never overdrawn, and wastes one span at most, however many objects there are", () => {
    const object = fc.record({
      uploaded: fc.integer({ min: NOW - 90 * DAY, max: NOW }),
      size: fc.nat(100_000),
    });
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 6000, size: "max" }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, share) => {
          const objects = list.map(({ uploaded, size }) => sized(uploaded, size));
          const all = counted(EMPTY_CENSUS, objects);
          const maxBytes = Math.floor(all.bytes * share);
          const since = cutoffOf(all, maxBytes) ?? 0;
          const bytesSince = (time: number) =>
            objects.reduce((sum, { uploaded, size }) => sum + (uploaded >= time ? size : 0), 0);
          expect(bytesSince(since)).toBeLessThanOrEqual(maxBytes);
          if (since > 0) expect(bytesSince(since - all.span)).toBeGreaterThan(maxBytes);
          expect(all.bytesIn.size).toBeLessThanOrEqual(2048);
          expect(all.span).toBeLessThanOrEqual(2 ** 22);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is the same, counted page by page or at once", () => {
    const objects = Array.from({ length: 5000 }, (_, i) => sized((i * 7919) % 100_003, i % 50));
    const paged = [0, 1000, 2000, 3000, 4000].reduce(
      (sum, at) => counted(sum, objects.slice(at, at + 1000)),
      EMPTY_CENSUS,
    );
    const total = ({ bytesIn, ...rest }: Census) => ({
      ...rest,
      bytesIn: [...bytesIn].sort(([a], [b]) => a - b),
    });
    expect(total(paged)).toEqual(total(counted(EMPTY_CENSUS, objects)));
  });
});
