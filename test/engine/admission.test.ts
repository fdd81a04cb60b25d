import { describe, expect, it } from "vitest";
import { admitted } from "../../src/engine/admission.ts";
import { type Budget, createBudget } from "../../src/engine/permits.ts";
import { PictorError } from "../../src/errors.ts";
import type { Plan } from "../../src/image/job.ts";
import type { Renderer } from "../../src/ports.ts";

const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
const budget = (bytes: number, queueLength = 4): Budget =>
  createBudget({ bytes, queueLength, waitMs: 1000, timers });
const plan = (peakBytes: number) => ({ peakBytes }) as Plan;

/** An engine that holds its job until it is told to go on, and reads what it is given. */
function slowEngine() {
  const started: number[] = [];
  let finish: () => void = () => undefined;
  const engine: Renderer = {
    version: "slow-1",
    peakBytes: (priced) => (priced as Plan).peakBytes,
    reads: () => true,
    look: () => Promise.reject(new Error("nothing is looked at here")),
    async render(_, source) {
      const bytes = new Uint8Array(await new Response(source).arrayBuffer());
      started.push(bytes.length);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { bytes, facts: { width: 1, height: 1, counts: {}, times: {} } };
    },
  };
  return { engine, started, finish: () => finish() };
}

function chunks(...sizes: number[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const size of sizes) controller.enqueue(new Uint8Array(size));
      controller.close();
    },
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("an admitted engine", () => {
  it("holds no job permit while it waits for bytes", async () => {
    const [jobs, sources] = [budget(100), budget(100)];
    const slow = slowEngine();
    const engine = admitted(slow.engine, { jobs, sources, maxSourceBytes: 50 });
    let send: ReadableStreamDefaultController<Uint8Array> | undefined;
    const trickle = new ReadableStream<Uint8Array>({
      start(controller) {
        send = controller;
      },
    });
    const late = engine.render(plan(100), trickle);
    send?.enqueue(new Uint8Array(10));
    await settled();
    expect([jobs.used, sources.used]).toEqual([0, 10]);
    const quick = engine.render(plan(100), chunks(5));
    await settled();
    expect(slow.started).toEqual([5]);
    expect([jobs.used, sources.used]).toEqual([100, 15]);
    slow.finish();
    await quick;
    send?.close();
    await settled();
    expect(slow.started).toEqual([5, 10]);
    slow.finish();
    await late;
    expect([jobs.used, sources.used]).toEqual([0, 0]);
  });

  it("refuses sources that are too long, or too many at once, and holds nothing after", async () => {
    const [jobs, sources] = [budget(100), budget(60)];
    const { engine: inner } = slowEngine();
    const engine = admitted(inner, { jobs, sources, maxSourceBytes: 50 });
    const long = await engine.render(plan(1), chunks(30, 30)).catch((error) => error);
    expect(long).toBeInstanceOf(PictorError);
    expect(long.code).toBe("source_too_large");
    const held = sources.tryLease(40);
    const crowded = await engine.render(plan(1), chunks(30)).catch((error) => error);
    expect(crowded).toMatchObject({ code: "over_capacity", info: { retryAfter: 1 } });
    held?.();
    expect([jobs.used, sources.used]).toEqual([0, 0]);
  });

  it("cancels a source that it refuses", async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(20)),
      cancel() {
        cancelled = true;
      },
    });
    const engine = admitted(slowEngine().engine, {
      jobs: budget(9),
      sources: budget(999),
      maxSourceBytes: 50,
    });
    await expect(engine.render(plan(1), endless)).rejects.toBeInstanceOf(PictorError);
    expect(cancelled).toBe(true);
  });

  it("answers 503 when more jobs come than may wait", async () => {
    const [jobs, sources] = [budget(10, 1), budget(1000)];
    const slow = slowEngine();
    const engine = admitted(slow.engine, { jobs, sources, maxSourceBytes: 50 });
    const first = engine.render(plan(10), chunks(1));
    await settled();
    const second = engine.render(plan(10), chunks(2));
    await settled();
    await expect(engine.render(plan(10), chunks(3))).rejects.toMatchObject({
      code: "over_capacity",
    });
    slow.finish();
    await first;
    await settled();
    slow.finish();
    await second;
    expect([jobs.used, sources.used]).toEqual([0, 0]);
  });
});
