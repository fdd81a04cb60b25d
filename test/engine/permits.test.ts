import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBudget } from "../../src/engine/permits.ts";

const timers = {
  set: (callback: () => void, ms: number) => setTimeout(callback, ms),
  clear: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
};
const budgetOf = (bytes = 100, queueLength = 2, waitMs = 1500) =>
  createBudget({ bytes, queueLength, waitMs, timers });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("createBudget", () => {
  it("grants what fits at once and counts it", async () => {
    const budget = budgetOf();
    const one = await budget.lease(60);
    const two = await budget.lease(40);
    expect(budget.used).toBe(100);
    one();
    two();
    expect(budget.used).toBe(0);
  });

  it("releases once, however often it is told", async () => {
    const budget = budgetOf();
    const release = await budget.lease(60);
    await budget.lease(40);
    release();
    release();
    expect(budget.used).toBe(40);
  });

  it("refuses at once what can never fit", async () => {
    const budget = budgetOf();
    await expect(budget.lease(101)).rejects.toMatchObject({ code: "picture_too_large" });
    expect(budget.used).toBe(0);
  });

  it("serves first come first, and does not let a small job overtake a big one", async () => {
    const budget = budgetOf();
    const order: string[] = [];
    const noted = (name: string) => (release: () => void) => {
      order.push(name);
      return release;
    };
    const first = await budget.lease(80);
    const big = budget.lease(90).then(noted("big"));
    const small = budget.lease(10).then(noted("small"));
    expect(budget.tryLease(5)).toBeUndefined();
    expect(budget.waiting).toBe(2);
    first();
    (await big)();
    (await small)();
    expect(order).toEqual(["big", "small"]);
    expect(budget.used).toBe(0);
  });

  it("answers 503 with Retry-After when the queue is full", async () => {
    const budget = budgetOf(100, 1);
    const held = await budget.lease(100);
    const waiting = budget.lease(1);
    await expect(budget.lease(1)).rejects.toMatchObject({
      code: "over_capacity",
      status: 503,
      info: { retryAfter: 2 },
    });
    held();
    (await waiting)();
    expect(budget.used).toBe(0);
  });

  it("gives up after waitMs, loses no permit, and lets the next one in if it fits", async () => {
    const budget = budgetOf();
    const held = await budget.lease(50);
    const big = budget.lease(60);
    const refused = expect(big).rejects.toMatchObject({ code: "over_capacity" });
    await vi.advanceTimersByTimeAsync(1000);
    const small = budget.lease(20);
    await vi.advanceTimersByTimeAsync(600);
    await refused;
    const release = await small;
    expect(budget.used).toBe(70);
    release();
    held();
    expect(budget.used).toBe(0);
    expect(budget.waiting).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is at rest after a thousand random leases, refusals and timeouts", async () => {
    const budget = budgetOf(100, 3, 50);
    let state = 1;
    const next = (n: number) => {
      state = (state * 1664525 + 1013904223) >>> 0;
      return (state >>> 8) % n;
    };
    const jobs: Promise<void>[] = [];
    for (let i = 0; i < 1000; i++) {
      jobs.push(
        budget.lease(next(120)).then(
          (release) => void setTimeout(release, next(40)),
          () => undefined,
        ),
      );
      expect(budget.used).toBeLessThanOrEqual(100);
      await vi.advanceTimersByTimeAsync(next(20));
    }
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(jobs);
    expect(budget.used).toBe(0);
    expect(budget.waiting).toBe(0);
  });

  it("tryLease never waits", async () => {
    const budget = budgetOf();
    const release = budget.tryLease(100);
    expect(budget.tryLease(1)).toBeUndefined();
    release?.();
    expect(budget.tryLease(1)).toBeTypeOf("function");
  });
});
