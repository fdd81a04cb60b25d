import { describe, expect, it } from "vitest";
import { createFlights } from "../../src/stores/flights.ts";

function world(patienceMs = 1_000) {
  let time = 0;
  const flights = createFlights<string>({ now: () => time, patienceMs, restMs: 50 });
  return { flights, pass: (ms: number) => (time += ms) };
}
const never = new Promise<never>(() => {});
const done = () => undefined;

describe("flights", () => {
  it("are found while they are under way, by all who ask for the same", async () => {
    const { flights } = world();
    let land = (_: string) => {};
    const over = flights.start("a", new Promise((resolve) => (land = resolve)), done);
    const waiting = [flights.find("a"), flights.find("a")].map((flight) => flight?.wait());
    expect(flights.find("b")).toBeUndefined();
    land("one");
    expect(await Promise.all(waiting)).toEqual(["one", "one"]);
    await over;
    expect([flights.find("a"), flights.size]).toEqual([undefined, 0]);
  });

  it("are found for as long as what comes after them takes", async () => {
    const { flights } = world();
    let stored = () => {};
    const rest = new Promise<void>((resolve) => (stored = resolve));
    const over = flights.start("a", Promise.resolve("one"), () => rest);
    await Promise.resolve();
    expect(await flights.find("a")?.wait()).toBe("one");
    stored();
    await over;
    expect(flights.find("a")).toBeUndefined();
  });

  it("are not found again by those who waited, when nothing comes after them", async () => {
    const { flights } = world();
    void flights.start("a", Promise.resolve("failed"), done);
    await flights.find("a")?.wait();
    expect(flights.find("a")).toBeUndefined();
  });

  it("are given up when they take too long, and another one takes the place", async () => {
    const { flights, pass } = world(20);
    void flights.start("a", never, done);
    expect(await flights.find("a")?.wait()).toBeUndefined();
    pass(20);
    expect(flights.find("a")).toBeUndefined();
    const over = flights.start("a", Promise.resolve("two"), done);
    expect(await flights.find("a")?.wait()).toBe("two");
    await over;
    expect(flights.size).toBe(0);
  });

  it("do not end the one that took their place", async () => {
    const { flights, pass } = world();
    let land = (_: string) => {};
    const late = flights.start("a", new Promise((resolve) => (land = resolve)), done);
    pass(2_000);
    void flights.start("a", never, done);
    land("late");
    await late;
    expect(flights.find("a")).toBeDefined();
  });

  it("leave nothing behind, also when they never land", async () => {
    const { flights, pass } = world();
    for (let i = 0; i < 10_000; i++) void flights.start(`${i}`, never, done);
    expect(flights.size).toBe(10_000);
    pass(1_000);
    await flights.start("last", Promise.resolve("one"), done);
    expect(flights.size).toBe(0);
  });

  it("remember a failure for a while", () => {
    const { flights, pass } = world();
    for (let i = 0; i < 5_000; i++) flights.noteFailure(`${i}`);
    expect([flights.failedLately("4999"), flights.failedLately("0")]).toEqual([true, false]);
    pass(50);
    expect(flights.failedLately("4999")).toBe(false);
  });
});
