/** A source that is held: looked at, then rendered, with leases for what it takes meanwhile. */
import sharp from "sharp";
import { expect, it } from "vitest";
import type { AdmissionBudgets } from "../../src/engine/admission.ts";
import { hold } from "../../src/engine/hold.ts";
import { createBudget } from "../../src/engine/permits.ts";
import { lookPlan } from "../../src/image/look-plan.ts";
import { resolve } from "../../src/params/resolve.ts";
import { openEngine } from "./pictor/engines.ts";
import { gradient, inSharp } from "./pictures.ts";
import { factsOf, planOf, streamOf } from "./plans.ts";

const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
const BYTES = 64 * 2 ** 20;
const budgets = (): AdmissionBudgets => ({
  jobs: createBudget({ bytes: BYTES, queueLength: 4, waitMs: 1000, timers }),
  sources: createBudget({ bytes: BYTES, queueLength: 0, waitMs: 0, timers }),
  maxSourceBytes: 2 ** 20,
});

const source = gradient(300, 200);

async function jpeg() {
  const file = new Uint8Array(
    await inSharp(source)
      .removeAlpha()
      .withExif({})
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer(),
  );
  const facts = factsOf({
    format: "jpeg",
    width: 300,
    height: 200,
    orientation: 6,
    sampling: "420",
    colour: "ycbcr",
  });
  return { file, facts };
}

it("shows what `crop` keeps, upright, no larger than was asked for", async () => {
  const { engine } = openEngine();
  const { file, facts } = await jpeg();
  const { crop } = resolve({ crop: { unit: "px", x: 20, y: 50, width: 100, height: 200 } });
  const plan = lookPlan({ ...resolve({}), crop: crop! }, 80, facts, file.length, engine.peakBytes);
  const held = await hold(engine, budgets(), streamOf(file));
  const { width, height, data } = await held.look(plan);
  expect([width, height]).toEqual([40, 80]);
  const expected = await sharp(file)
    .rotate()
    .extract({ left: 20, top: 50, width: 100, height: 200 })
    .resize(40, 80)
    .ensureAlpha()
    .raw()
    .toBuffer();
  const most = data.reduce((all, value, i) => Math.max(all, Math.abs(value - expected[i]!)), 0);
  expect(most).toBeLessThanOrEqual(8);
  held.release();
});

it("renders the same bytes after a look as without one, and gives all leases back", async () => {
  const { engine } = openEngine();
  const { file, facts } = await jpeg();
  const plan = planOf(facts, { to: 90, output: { format: "webp" } }, file.length);
  const limits = budgets();
  const held = await hold(engine, limits, streamOf(file));
  await held.look(lookPlan(resolve({}), 64, facts, file.length, engine.peakBytes));
  const { bytes } = await held.render(plan);
  const alone = await engine.render(plan, streamOf(file));
  expect(Buffer.compare(Buffer.from(bytes), Buffer.from(alone.bytes))).toBe(0);
  expect(limits.sources.tryLease(BYTES)).toBeUndefined();
  held.release();
  held.release();
  expect(limits.sources.tryLease(BYTES)).toBeDefined();
  expect(limits.jobs.tryLease(BYTES)).toBeDefined();
});

it("refuses a source that is too long to be held, and holds nothing of it", async () => {
  const { engine } = openEngine();
  const limits = budgets();
  const long = streamOf(new Uint8Array(2 ** 20 + 1));
  await expect(hold(engine, limits, long)).rejects.toMatchObject({ code: "source_too_large" });
  expect(limits.sources.tryLease(BYTES)).toBeDefined();
});
