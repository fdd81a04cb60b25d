/**
 * Every operation, alone and together, on every kind of source, to every kind of result: what a plan was accepted for is
 * made in the memory that it announced, to the page, and the announcement is not far above what was taken. Some trials
 * are drawn, the same each time; `PICTOR_SWEEP=<n>` draws n for each kind of source, `PICTOR_SWEEP_SEED=<n>` draws others.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { PictorError } from "../../../src/errors.ts";
import type { Plan, Size } from "../../../src/image/job.ts";
import { type Random, randomOf } from "../../soundness/random.ts";
import { CONTENTS } from "../pictor/sound-sources.ts";
import { createMeter } from "./meter.ts";
import { SOURCES, type SourceKind } from "./sources.ts";
import { tried, type Wanted } from "./trial.ts";
import { drawnWishes, EACH, type Pairs } from "./wishes.ts";

const WIDE = Number(process.env.PICTOR_SWEEP ?? 0);
const SEED = Number(process.env.PICTOR_SWEEP_SEED ?? 2026);
const DRAWN = WIDE > 0 ? WIDE : 1;
/** Files that are made of each kind of source: most of the time goes there. */
const FILES = WIDE > 0 ? Math.ceil(WIDE / 8) : 1;

const SIZES: readonly Size[] = [
  { width: 1, height: 1 },
  { width: 17, height: 9 },
  { width: 100, height: 75 },
  { width: 256, height: 256 },
  { width: 401, height: 301 },
  { width: 640, height: 480 },
  // Where it matters most: the larger, the less do constants count.
  { width: 1000, height: 1000 },
  { width: 150, height: 3000 },
];
const LARGEST = WIDE > 0 ? SIZES.length : 4;

const STILL: readonly Wanted[] = ["jpeg", "webp", "png", "avif", "gif", "own", "miniature"];
/** libjxl takes a second of every run. */
const SELDOM: Wanted = "jxl";

const nameOf = (wishes: Pairs) => wishes.map((pair) => pair.join("=")).join("&");
const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[of.length >> 1] ?? 1;

/** A job of pages alone says little: the least that any takes is half a MiB. */
const LEAST_BYTES = 2 ** 19;

const ratios = { still: [] as number[], moving: [] as number[] };
const refusals = new Map<string, number>();
let done = 0;
const meter = createMeter({ tight: true });

function judged(plan: Plan, held: number, used: number): string[] {
  const isMoving = plan.frames?.show === "all";
  if (used > LEAST_BYTES) ratios[isMoving ? "moving" : "still"].push(plan.peakBytes / used);
  return held > plan.peakBytes ? [`held ${held} of ${plan.peakBytes} announced bytes`] : [];
}

async function faults(
  file: Uint8Array,
  wishes: Pairs,
  wanted: Wanted,
  overlay: Uint8Array,
): Promise<string[]> {
  const { refused, works, failed } = await tried(meter, { file, wishes, wanted, overlay });
  if (refused) refusals.set(refused.code, (refusals.get(refused.code) ?? 0) + 1);
  else done++;
  const wrong = works.flatMap(({ plan, taken }) => judged(plan, taken.held, taken.used));
  if (failed !== undefined) wrong.push(told(failed));
  return wrong;
}

function told(error: unknown): string {
  const { code = "", message, cause } = error as PictorError;
  return `${code} ${message}${cause ? ` (${told(cause)})` : ""}`;
}

interface Made {
  readonly name: string;
  readonly file: Uint8Array;
}

async function madeOf(kind: SourceKind, random: Random): Promise<Made> {
  const size = SIZES[random.below(LARGEST)]!;
  const content = random.of(CONTENTS);
  const name = `${kind.name}, ${content}, ${size.width}×${size.height}`;
  return { name, file: await kind.make(size, content) };
}

const OVERLAYS = ["PNG rgba, soft alpha", "SVG", "GIF, moving", "JPEG CMYK", "AVIF, soft alpha"];

const overlays: Made[] = [];
beforeAll(async () => {
  const random = randomOf(SEED);
  for (const kind of SOURCES)
    if (OVERLAYS.includes(kind.name)) overlays.push(await madeOf(kind, random));
});

describe("the memory of a job", () => {
  it.each(SOURCES.map((kind, i) => [kind.name, kind, i] as const))(
    "is what its plan announced: %s",
    { timeout: 3_600_000 },
    async (_, kind, i) => {
      const random = randomOf(SEED * 1000 + i);
      const wrong: string[] = [];
      const files: Made[] = [];
      for (let k = 0; k < FILES; k++) files.push(await madeOf(kind, random));
      // Each operation has its turn alone, over all kinds of sources.
      const alone = EACH.filter((_one, k) => k % SOURCES.length === i);
      const together = Array.from({ length: DRAWN }, () => drawnWishes(random));
      for (const wishes of [...alone, ...together]) {
        const source = random.of(files);
        const wanted = random.oneIn(40) ? SELDOM : random.of(STILL);
        const overlay = random.of(overlays);
        const found = await faults(source.file, wishes, wanted, overlay.file);
        const what = `${source.name} → ${wanted}, ${nameOf(wishes)} (a: ${overlay.name})`;
        wrong.push(...found.map((fault) => `${what}: ${fault}`));
      }
      if (WIDE > 0 && wrong.length > 0) console.log(wrong.join("\n"));
      expect(wrong).toEqual([]);
    },
  );

  it("is not announced far above what it takes", () => {
    const [still, moving] = [median(ratios.still), median(ratios.moving)];
    console.log(
      `${done} jobs; announced, of what was taken (median): ${still.toFixed(2)} of ${ratios.still.length} stills,` +
        ` ${moving.toFixed(2)} of ${ratios.moving.length} animations; refused: ${JSON.stringify([...refusals])}`,
    );
    expect(done).toBeGreaterThan((DRAWN * SOURCES.length + EACH.length) * 0.7);
    expect(still).toBeLessThanOrEqual(1.6);
  });
});
