import { describe, expect, it } from "vitest";
import { type SweepOptions, sweep } from "../../src/stores/sweep.ts";
import { sweepContract } from "../contracts/sweep.ts";
import { createFakeBucket, type FakeBucketOptions } from "./fake-bucket.ts";

sweepContract("the fake", async () => createFakeBucket().bucket);

const CURRENT = "2.e";
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22);
const keyOf = (n: number, version = CURRENT) => `${version}/${n.toString(16).padStart(64, "0")}`;

/** A bucket with `count` variants of 10 bytes, one written each minute, the last one just now. */
async function filled(count: number, options: FakeBucketOptions = {}) {
  let now = 0;
  const fake = createFakeBucket({ ...options, now: () => now });
  // By a way around the faults and the waiting: thousands of puts.
  const { bucket, entries } = createFakeBucket();
  await bucket.put("x", new Uint8Array(10));
  for (let i = 0; i < count; i++) {
    // Keys are hashes: their order is not that of time.
    const key = keyOf((i * 7919) % 100_003);
    fake.entries.set(key, { ...entries.get("x")!, key, uploaded: NOW - (count - 1 - i) * MINUTE });
  }
  now = NOW;
  const run = (more: Partial<SweepOptions> = {}) =>
    sweep({
      bucket: fake.bucket,
      limits: {},
      current: CURRENT,
      purges: [],
      now: () => now,
      timeoutMs: 5_000,
      ...more,
    });
  const variants = () => [...fake.entries.keys()].filter((key) => !key.startsWith("~"));
  const ages = () =>
    variants()
      .map((key) => (NOW - fake.entries.get(key)!.uploaded) / MINUTE)
      .sort((a, b) => a - b);
  return { ...fake, run, variants, ages };
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("a bucket of many pages", () => {
  it("is swept in one run when the budget allows", async () => {
    const { run, ages } = await filled(3500);
    const limits = { maxAge: 60 * 1000 };
    expect(await run({ limits })).toMatchObject({
      listed: 3500,
      dropped: { age: 2499 },
      ended: "pass",
    });
    expect(ages()).toEqual(upTo(1001));
  });

  it("is swept in as many runs as it takes, with the same result", async () => {
    const { run, ages } = await filled(3500);
    const limits = { maxAge: 60 * 1000 };
    const reports = [];
    do reports.push(await run({ limits, budget: { pages: 1 } }));
    while (reports.at(-1)!.ended === "budget" && reports.length < 10);
    expect(reports.map(({ listed }) => listed)).toEqual([1000, 1000, 1000, 500]);
    expect(ages()).toEqual(upTo(1001));
  });

  it("is trimmed to its size, the oldest first, over many runs", async () => {
    const { run, ages } = await filled(3500);
    const limits = { maxBytes: 12_345 };
    for (let i = 0; i < 8; i++) await run({ limits, budget: { pages: 1 } });
    // Exact to one span of the census, which is 2^17 ms (some two minutes) here.
    const kept = ages();
    expect(kept).toEqual(upTo(kept.length));
    expect(kept.length).toBeLessThanOrEqual(1234);
    expect(kept.length).toBeGreaterThanOrEqual(1231);
  });

  it("forgets what it found for another size", async () => {
    const { run, ages } = await filled(1500);
    await run({ limits: { maxBytes: 100 }, budget: { pages: 2 } });
    expect(ages().length).toBe(1500);
    await run({ limits: { maxBytes: 1_000_000 } });
    expect(ages().length).toBe(1500);
  });

  it("ends a run when its time is over", async () => {
    const { run } = await filled(3500);
    let time = NOW;
    const now = () => {
      time += 10_000;
      return time;
    };
    const report = await run({ now, budget: { ms: 30_000 } });
    expect([report.ended, report.listed > 0, report.listed < 3500]).toEqual(["budget", true, true]);
  });

  it("is gone on with after the last page that was saved when a run is cut short", async () => {
    let lists = 0;
    const { run } = await filled(700, {
      page: 10,
      fault: (what, key) => (what === "list" && key === "" && ++lists === 61 ? "hang" : undefined),
    });
    void run({ timeoutMs: 600_000 });
    while (lists < 61) await new Promise((resolve) => setTimeout(resolve, 5));
    const report = await run();
    expect([report.listed, report.ended]).toEqual([200, "pass"]);
  });
});

describe("two sweeps at once", () => {
  it("drop what one would have dropped, and the next run finds a sound pass", async () => {
    for (const budget of [{ pages: 1 }, { pages: 2 }, {}]) {
      const { run, ages, entries } = await filled(3500);
      const limits = { maxAge: 60 * 1000, maxBytes: 9_000 };
      await Promise.all([run({ limits, budget }), run({ limits, budget }), run({ limits })]);
      for (let i = 0; i < 8; i++) await run({ limits, budget });
      const kept = ages();
      expect(kept).toEqual(upTo(kept.length));
      expect(kept.length).toBeLessThanOrEqual(900);
      expect(kept.length).toBeGreaterThanOrEqual(890);
      expect(entries.has("~sweep/pass")).toBe(true);
    }
  });

  it("never delete what was written after they looked, but for the moment between list and delete", async () => {
    // Each variant is written anew right after a sweep has shown it, as a fill would.
    const { run, entries, variants, bucket } = await filled(2500);
    const list = bucket.list.bind(bucket);
    const seen: string[] = [];
    const refilled = 500;
    bucket.list = async (options?: R2ListOptions) => {
      // Just before the page is shown: part of it has become new.
      for (const key of variants().filter((name) => name > (options?.startAfter ?? ""))) {
        if (seen.length >= refilled) break;
        if (seen.includes(key)) continue;
        seen.push(key);
        entries.set(key, { ...entries.get(key)!, uploaded: NOW + 1 });
      }
      return list(options);
    };
    await run({ limits: { maxAge: 1 } });
    expect(seen.length).toBe(refilled);
    for (const key of seen) expect(entries.has(key), key).toBe(true);
  });
});

describe("a sweep while R2 fails", () => {
  it.each(["error", "hang", "lost"] as const)(
    "(%s) ends, never throws, and is made up for",
    async (fault) => {
      for (const broken of ["get", "put", "list", "delete"] as const) {
        let down = true;
        const { run, ages } = await filled(2500, {
          fault: (what) => (down && what === broken ? fault : undefined),
        });
        const errors: string[] = [];
        const limits = { maxAge: 60 * 100 };
        const report = await run({
          limits,
          timeoutMs: fault === "hang" ? 300 : 5_000,
          onError: (_error, what) => errors.push(what),
        });
        expect(new Set(errors), broken).toEqual(new Set([broken]));
        // Without writes it does its work, and cannot say how far it has come.
        expect(report.ended, broken).toBe(broken === "put" ? "pass" : "failure");
        down = false;
        expect((await run({ limits })).ended, broken).toBe("pass");
        expect(ages(), broken).toEqual(upTo(101));
      }
    },
  );

  it("begins anew when its pass cannot be read", async () => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      '{"after":1}',
      '{"after":"~","census":{}}',
      "9".repeat(2e6),
    ]) {
      const { run, bucket, ages } = await filled(50);
      await bucket.put("~sweep/pass", text);
      expect(await run({ limits: { maxAge: 60 * 10 } })).toMatchObject({
        listed: 50,
        ended: "pass",
      });
      expect(ages()).toEqual(upTo(11));
      // And writes a sound one over it.
      expect((await run()).listed).toBe(11);
    }
  });
});

it("one run over a small bucket costs six calls", async () => {
  const { run, calls } = await filled(100);
  calls.length = 0;
  await run({ limits: { maxAge: 60 } });
  expect(calls).toEqual(["put", "get", "list", "list", "delete", "put"]);
});
