import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PurgeRecord, type PurgeSubject, purgeVerdict } from "../../src/cache/purge.ts";
import { compaction } from "../../src/cache/purge-compact.ts";
import {
  MAX_RECORD_BYTES,
  NOTHING,
  oldestFirst,
  printDraft,
  readRecord,
} from "../../src/cache/purge-record.ts";

const LIMITS = { now: 1_000_000, keepMs: 500_000, maxRecords: 60, maxBytes: 100_000 };

function compacted(records: readonly PurgeRecord[], limits = LIMITS): readonly PurgeRecord[] {
  const { add, remove } = compaction(records, limits);
  const added = add.map((draft, at) => readRecord(`folded-${at}`, 2_000_000, printDraft(draft))!);
  return oldestFirst([...records.filter(({ id }) => !remove.includes(id)), ...added]);
}

const aRecord = fc.record({
  uploaded: fc.integer({ min: 400_000, max: 999_000 }),
  mode: fc.constantFrom("soft" as const, "hard" as const),
  sources: fc.array(fc.constantFrom("/a.jpg", "/b/c.jpg", "/b/d.jpg"), { maxLength: 2 }),
  tags: fc.array(fc.constantFrom("x", "y"), { maxLength: 1 }),
  prefixes: fc.array(fc.constantFrom("/b/"), { maxLength: 1 }),
  presets: fc.array(fc.constantFrom("card"), { maxLength: 1 }),
  formats: fc.array(fc.constantFrom("avif"), { maxLength: 1 }),
  everything: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
});

const manyRecords = fc
  .array(aRecord, { minLength: 1, maxLength: 150 })
  .map((list) => oldestFirst(list.map((record, at) => ({ ...record, id: `record-${at}` }))));

const aSubject: fc.Arbitrary<PurgeSubject> = fc.record({
  source: fc.constantFrom("/a.jpg", "/b/c.jpg", "/z.jpg"),
  tags: fc.subarray(["x", "y", "source:/b/d.jpg"]),
  format: fc.constantFrom("avif", "webp"),
  preset: fc.constantFrom("card", undefined),
});

const STRENGTH = { none: 0, soft: 1, hard: 2 };

describe("compaction", () => {
  it.each([
    ["whole", 100_000],
    ["coarse", 1_000],
  ])("never purges less than before: %s", (_, maxBytes) => {
    const limits = { ...LIMITS, maxBytes };
    const time = fc.integer({ min: LIMITS.now - LIMITS.keepMs, max: LIMITS.now });
    fc.assert(
      fc.property(manyRecords, aSubject, time, (records, subject, filled) => {
        const generation = `${filled}:some-fill`;
        const before = purgeVerdict(records, subject, generation);
        const now = purgeVerdict(compacted(records, limits), subject, generation);
        expect(STRENGTH[now]).toBeGreaterThanOrEqual(STRENGTH[before]);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it("never touches the newest, so that no generation goes back", () => {
    fc.assert(
      fc.property(manyRecords, (records) => {
        const live = records.filter(({ uploaded }) => uploaded >= LIMITS.now - LIMITS.keepMs);
        fc.pre(live.length > 0);
        const newest = compacted(records).at(-1)?.uploaded;
        expect(newest).toBe(live.at(-1)?.uploaded);
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  const source = (at: number, name = `/picture-${at}.jpg`): PurgeRecord => ({
    ...NOTHING,
    id: `record-${at}`,
    uploaded: 600_000 + at,
    mode: "hard",
    sources: [name],
  });
  const listOf = <T>(count: number, make: (at: number) => T) =>
    Array.from({ length: count }, (_, at) => make(at));

  it("leaves few records alone, and deletes what nothing stored can be older than", () => {
    const old = { ...source(0), id: "old-record", uploaded: 499_999 };
    expect(compaction([old, ...listOf(60, source)], LIMITS)).toEqual({
      add: [],
      remove: ["old-record"],
    });
  });

  it("deletes a bounded number at once", () => {
    const old = listOf(5_000, (at) => ({ ...source(at), uploaded: at }));
    expect(compaction(old, LIMITS).remove).toHaveLength(400);
  });

  it("puts the targets of many into few, as of the newest of them", () => {
    const { add, remove } = compaction(listOf(100, source), LIMITS);
    expect(remove).toHaveLength(50);
    expect(add).toHaveLength(1);
    expect(add[0]).toMatchObject({ mode: "hard", everything: false, asOf: 600_049 });
    expect(add[0]?.sources).toEqual(listOf(50, (at) => `/picture-${at}.jpg`));
  });

  it("says once what is purged again and again", () => {
    const { add } = compaction(
      listOf(100, (at) => source(at, "/same.jpg")),
      LIMITS,
    );
    expect(add).toEqual([]);
  });

  it("keeps each within what R2 takes", () => {
    const long = listOf(300, (at) => source(at, `/${"x".repeat(300)}${at}.jpg`));
    const { add } = compaction(long, { ...LIMITS, maxRecords: 200 });
    expect(add.length).toBeGreaterThan(5);
    for (const draft of add) expect(printDraft(draft).length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
  });

  it("purges everything up to a time when even that is too much", () => {
    const long = listOf(120, (at) => source(at, `/${"x".repeat(300)}${at}.jpg`));
    const { add } = compaction(long, { ...LIMITS, maxBytes: 20_000 });
    expect(add).toEqual([{ ...NOTHING, everything: true, mode: "hard", asOf: 600_069 }]);
  });
});
