import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createInstance, type EngineInstance } from "../../../src/engine/pictor/instance.ts";
import type { Pool } from "../../../src/engine/pictor/pool.ts";
import { instanceBytes } from "../../../src/image/memory-pictor.ts";
import { type Opened, runTrials } from "../../soundness/trials.ts";
import { inSharp, noisePicture } from "../pictures.ts";
import { openEngine } from "./engines.ts";
import { module } from "./module.ts";

const PICTURES = new URL("../../fixtures/pictures/", import.meta.url);
const files = readdirSync(PICTURES).map(
  (name) => new Uint8Array(readFileSync(new URL(name, PICTURES))),
);
const secret = new Uint8Array(
  await inSharp(noisePicture(40, 30)).removeAlpha().jpeg({ quality: 95 }).toBuffer(),
);

it("after a secret picture, 300 damaged files end as they do alone", async () => {
  const report = await runTrials({ open: openEngine, files, secret, seed: 1, count: 300 });
  expect(report).toMatchObject({ leaks: [], mistakes: [] });
  // The largest instances are not kept.
  expect(report.reused).toBeGreaterThan(280);
  expect(Object.keys(report.endings)).toContain("ok");
  expect(Object.keys(report.endings).length).toBeGreaterThan(2);
});

/** Answers with memory as it finds it, above the module's own data. */
function openTalkative(pool: Pool): Opened {
  const { engine } = openEngine();
  const memory = (instance: EngineInstance) =>
    new Uint8Array(instance.memory.buffer.slice(-1_000, -900));
  return {
    pool,
    engine: {
      ...engine,
      async render(plan, source) {
        const { facts } = await engine.render(plan, source);
        const bytes = await pool.run(instanceBytes(plan, 1), async (one) => memory(one));
        return { bytes, facts };
      },
    },
  };
}

/** Hands instances on as they are. */
function carelessPool(): Pool {
  const kept = new Map<number, EngineInstance>();
  const counts = { made: 0, reused: 0, discarded: 0, dropped: 0, busyBytes: 0, idleBytes: 0 };
  return {
    counts,
    async run(bytes, job) {
      const instance = kept.get(bytes) ?? createInstance(module, bytes);
      kept.set(bytes, instance);
      return job(instance);
    },
    clear: () => kept.clear(),
  };
}

it("would notice what is left of a secret", async () => {
  const options = { files, secret, seed: 1, count: 40 };
  const careless = () => openTalkative(carelessPool());
  const careful = () => openTalkative(openEngine().pool);
  expect((await runTrials({ ...options, open: careless })).leaks.length).toBeGreaterThan(5);
  expect((await runTrials({ ...options, open: careful })).leaks).toEqual([]);
});
