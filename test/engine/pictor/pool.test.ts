import { describe, expect, it } from "vitest";
import { createBudget } from "../../../src/engine/permits.ts";
import type { EngineInstance } from "../../../src/engine/pictor/instance.ts";
import { createPool, type PoolOptions } from "../../../src/engine/pictor/pool.ts";
import { FAKE, fakeModule } from "./fake-engine.ts";

const MIB = 2 ** 20;
const open = (options: Partial<PoolOptions> = {}) =>
  createPool({ module: fakeModule, maxIdleBytes: 24 * MIB, ...options });

const job =
  (...source: number[]) =>
  async (instance: EngineInstance) => {
    instance.start(new Uint8Array(8));
    instance.feed(Uint8Array.from(source), true);
    return instance.output();
  };

const isAsNew = (instance: EngineInstance) =>
  new Uint8Array(instance.memory.buffer).subarray(1 << 16).every((byte) => byte === 0);

describe("a pool", () => {
  it("uses an instance again for a job of the same class, and no other", async () => {
    const pool = open();
    for (let i = 0; i < 5; i++) await pool.run(MIB, job(i));
    await pool.run(2 * MIB, job(1));
    expect(pool.counts).toMatchObject({ made: 2, reused: 4, discarded: 0, dropped: 0 });
    expect(pool.counts).toMatchObject({ idleBytes: 3 * MIB, busyBytes: 0 });
  });

  it("shows a job nothing of the one before", async () => {
    const pool = open();
    await pool.run(MIB, job(FAKE.stain, 1, 2, 3));
    await pool.run(MIB, async (instance) => expect(isAsNew(instance)).toBe(true));
    expect(pool.counts.reused).toBe(1);
  });

  it.each([
    ["trapped", FAKE.trap],
    ["failed", FAKE.fail],
    ["ran out of stack", FAKE.exhaustStack],
  ])("throws an instance away that %s, at the cost of that one job", async (_, first) => {
    const pool = open();
    await pool.run(MIB, job(1));
    await expect(pool.run(MIB, job(first, 1))).rejects.toThrow();
    expect(pool.counts).toMatchObject({ made: 1, reused: 1, discarded: 1, idleBytes: 0 });
    expect(await pool.run(MIB, job(4, 5))).toEqual(Uint8Array.of(4, 5));
    expect(pool.counts).toMatchObject({ made: 2, busyBytes: 0, idleBytes: MIB });
  });

  it("keeps an instance whose job failed for a reason outside of it", async () => {
    const pool = open();
    const broken = pool.run(MIB, async (instance) => {
      instance.start(new Uint8Array(8));
      instance.feed(Uint8Array.of(1, 2, 3), false);
      throw new Error("the origin broke off");
    });
    await expect(broken).rejects.toThrow("the origin broke off");
    expect(await pool.run(MIB, job(8))).toEqual(Uint8Array.of(8));
    expect(pool.counts).toMatchObject({ made: 1, reused: 1 });
  });

  it("makes an instance for each of several jobs at once, and keeps one", async () => {
    const pool = open();
    let finish: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const jobs = [1, 2, 3].map(() => pool.run(MIB, () => gate));
    expect(pool.counts.busyBytes).toBe(3 * MIB);
    finish();
    await Promise.all(jobs);
    expect(pool.counts).toMatchObject({ made: 3, dropped: 2, busyBytes: 0, idleBytes: MIB });
  });

  it("keeps no more bytes than it may, and the newest", async () => {
    const pool = open({ maxIdleBytes: 6 * MIB });
    for (const size of [1, 2, 4, 3]) await pool.run(size * MIB, job(1));
    expect(pool.counts.idleBytes).toBeLessThanOrEqual(6 * MIB);
    await pool.run(3 * MIB, job(1));
    expect(pool.counts.reused).toBe(1);
    await pool.run(8 * MIB, job(1));
    expect(pool.counts.idleBytes).toBe(3 * MIB);
  });

  it("keeps nothing that the jobs' budget has no room for, and gives room up to jobs", async () => {
    const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
    const jobs = createBudget({ bytes: 4 * MIB, queueLength: 2, waitMs: 10, timers });
    const pool = open({ holdIdle: (bytes) => jobs.tryLease(bytes) });
    await pool.run(MIB, job(1));
    expect(jobs.used).toBe(MIB);
    await pool.run(MIB, async () => expect(jobs.used).toBe(0));
    pool.clear();
    expect([jobs.used, pool.counts.idleBytes]).toEqual([0, 0]);
    const release = await jobs.lease(4 * MIB);
    await pool.run(MIB, job(1));
    expect(pool.counts.idleBytes).toBe(0);
    release();
  });
});
