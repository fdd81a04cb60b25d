import { describe, expect, it } from "vitest";
import { createBudget } from "../../../src/engine/permits.ts";
import {
  admittedStreams,
  type StreamBudgets,
  type StreamingRenderer,
} from "../../../src/engine/pictor/admission.ts";
import { PictorError } from "../../../src/errors.ts";
import type { Plan } from "../../../src/image/job.ts";

const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
const budget = (bytes: number, waitMs = 1000) =>
  createBudget({ bytes, queueLength: 4, waitMs, timers });
const budgets = (of: Partial<StreamBudgets> = {}) => ({
  jobs: budget(100),
  sources: budget(100),
  streams: budget(60),
  maxStreamBytes: 60,
  maxSourceBytes: 50,
  aheadBytes: 20,
  ...of,
});
const plan = (peakBytes: number) => ({ peakBytes }) as Plan;
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Reads its source to the end, and notes how many bytes it got. */
function readingEngine(streams = true) {
  const done: number[] = [];
  const engine: StreamingRenderer = {
    version: "reading-1",
    peakBytes: (priced) => (priced as Plan).peakBytes,
    reads: () => true,
    look: () => Promise.reject(new Error("nothing is looked at here")),
    streams: () => streams,
    async render(_, source) {
      const bytes = new Uint8Array(await new Response(source).arrayBuffer());
      done.push(bytes.length);
      return { bytes, facts: { width: 1, height: 1, counts: {}, times: {} } };
    },
  };
  return { engine, done };
}

/** A source that sends when it is told to. */
function trickle() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const sent = { cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    start(c) {
      controller = c;
    },
    cancel() {
      sent.cancelled = true;
    },
  });
  const send = (bytes: number) => controller?.enqueue(new Uint8Array(bytes).fill(bytes));
  const fail = (error: unknown) => controller?.error(error);
  return { stream, send, fail, close: () => controller?.close(), sent };
}

describe("admission of a source that streams", () => {
  it("holds no memory for a job before its first bytes are there", async () => {
    const all = budgets();
    const { engine, done } = readingEngine();
    const { stream, send, close } = trickle();
    const job = admittedStreams(engine, all).render(plan(50), stream);
    send(10);
    await settled();
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([0, 0, 10]);
    close();
    await job;
    expect(done).toEqual([10]);
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([0, 0, 0]);
  });

  it("takes a short source for whole, which never counts against those that stream", async () => {
    const all = budgets({ streams: budget(60, 1) });
    const held = await all.streams.lease(60);
    const { engine, done } = readingEngine();
    const { stream, send, close } = trickle();
    send(10);
    close();
    await admittedStreams(engine, all).render(plan(50), stream);
    expect(done).toEqual([10]);
    held();
  });

  it("streams a long source, with memory for the job and without holding what was passed on", async () => {
    const all = budgets();
    const { engine, done } = readingEngine();
    const { stream, send, close } = trickle();
    const job = admittedStreams(engine, all).render(plan(50), stream);
    for (let i = 0; i < 3; i++) send(10);
    await settled();
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([50, 50, 0]);
    for (let i = 0; i < 100; i++) send(10);
    close();
    const { bytes } = await job;
    expect(done).toEqual([1030]);
    expect(bytes.every((byte) => byte === 10)).toBe(true);
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([0, 0, 0]);
  });

  it("lets slow sources hold a part of the memory only, and jobs that have theirs pass", async () => {
    const all = budgets();
    const { engine, done } = readingEngine();
    const admittedEngine = admittedStreams(engine, all);
    const slow = [trickle(), trickle()];
    const jobs = slow.map(({ stream }) => admittedEngine.render(plan(40), stream));
    for (const { send } of slow) send(30);
    await settled();
    expect([all.jobs.used, all.streams.waiting]).toEqual([40, 1]);
    const quick = trickle();
    quick.send(5);
    quick.close();
    await admittedEngine.render(plan(60), quick.stream);
    expect(done).toEqual([5]);
    for (const { close } of slow) close();
    await Promise.all(jobs);
    expect(done).toEqual([5, 30, 30]);
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([0, 0, 0]);
  });

  it("lets a job that needs more than that part stream alone", async () => {
    const all = budgets();
    const { engine, done } = readingEngine();
    const { stream, send, close } = trickle();
    send(30);
    close();
    await admittedStreams(engine, all).render(plan(90), stream);
    expect(done).toEqual([30]);
  });

  it("streams at once when there is no room to read ahead", async () => {
    const all = budgets({ sources: budget(12) });
    const { engine, done } = readingEngine();
    const { stream, send, close } = trickle();
    const job = admittedStreams(engine, all).render(plan(50), stream);
    send(8);
    send(8);
    await settled();
    expect(all.streams.used).toBe(50);
    close();
    await job;
    expect(done).toEqual([16]);
  });

  it("cancels the source of a job that finds no room, and holds nothing after", async () => {
    const all = budgets({ jobs: budget(100, 5) });
    const held = await all.jobs.lease(80);
    const { stream, send, sent } = trickle();
    send(30);
    const { engine } = readingEngine();
    const late = admittedStreams(engine, all).render(plan(50), stream);
    await expect(late).rejects.toMatchObject({ code: "over_capacity" });
    expect(sent.cancelled).toBe(true);
    held();
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([0, 0, 0]);
  });

  it.each([5, 30])("passes on what breaks a source after %i bytes", async (bytes) => {
    const all = budgets();
    const { engine } = readingEngine();
    const { stream, send, fail } = trickle();
    const job = admittedStreams(engine, all).render(plan(50), stream);
    send(bytes);
    await settled();
    fail(new PictorError("origin_failed"));
    await expect(job).rejects.toMatchObject({ code: "origin_failed" });
    expect([all.jobs.used, all.streams.used, all.sources.used]).toEqual([0, 0, 0]);
  });

  it("collects what does not stream, and refuses it when it is too long", async () => {
    const { engine, done } = readingEngine(false);
    const { stream, send, close } = trickle();
    send(30);
    close();
    await admittedStreams(engine, budgets()).render(plan(50), stream);
    expect(done).toEqual([30]);
    const long = trickle();
    long.send(60);
    const refused = admittedStreams(engine, budgets()).render(plan(50), long.stream);
    await expect(refused).rejects.toMatchObject({ code: "source_too_large" });
  });
});
