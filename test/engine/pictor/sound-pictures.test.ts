/**
 * A sound picture, priced by its plan, is never refused: an instance has just the memory that was priced, so a price
 * that is too low shows as a failed job. `PICTOR_SOUND=all` goes through every case (minutes); else a few are drawn, the
 * same each time.
 */
import { expect, it } from "vitest";
import { JOB_BUDGET_BYTES, MAX_AVIF_OUTPUT_PIXELS } from "../../../src/image/budget.ts";
import type { Facts } from "../../../src/image/facts.ts";
import type { Output, Plan, Size } from "../../../src/image/job.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { noise } from "../pictures.ts";
import { planOf, streamOf } from "../plans.ts";
import { openEngine } from "./engines.ts";
import { CONTENTS, type Content, fileOf, KINDS, type Kind } from "./sound-sources.ts";

const ALL = process.env.PICTOR_SOUND === "all";
/** What is drawn of the sources, and of each one's results. */
const [SOURCES, RESULTS] = [24, 4];

const SIZES: readonly Size[] = [
  { width: 1, height: 1 },
  { width: 17, height: 9 },
  { width: 100, height: 75 },
  { width: 256, height: 256 },
  { width: 401, height: 301 },
  { width: 600, height: 450 },
  { width: 1000, height: 1000 },
  { width: 1600, height: 1200 },
];
const ORIENTATIONS = [1, 6];
const WIDTHS = [40, 100, 250, 300, 400, Number.POSITIVE_INFINITY];
const OUTPUTS: readonly Partial<Output>[] = [
  { format: "jpeg", alpha: false },
  { format: "webp" },
  { format: "webp", chroma: "444" },
  { format: "webp", lossless: true },
  { format: "png", lossless: true },
  { format: "avif", quality: 60 },
  { format: "avif", lossless: true, chroma: "444" },
  { format: "raster" },
];

interface Source {
  readonly kind: Kind;
  readonly content: Content;
  readonly size: Size;
  readonly orientation: number;
}

const sources: readonly Source[] = KINDS.flatMap((kind) =>
  CONTENTS.flatMap((content) =>
    SIZES.flatMap((size) =>
      ORIENTATIONS.map((orientation) => ({ kind, content, size, orientation })),
    ),
  ),
);

const results = WIDTHS.flatMap((width) => OUTPUTS.map((output) => ({ width, output })));

const random = noise(2026);
const any = <Item>(items: readonly Item[], count: number): readonly Item[] => {
  if (ALL) return items;
  // Two bytes, as there are more sources than values of one.
  return Array.from({ length: count }, () => {
    const at = random() * 256 + random();
    return items[at % items.length] as Item;
  });
};

function shownWidth({ width, height, orientation }: Facts): number {
  return orientation >= 5 ? height : width;
}

/** Those that the limits refuse from the header. */
function isWithinLimits({ peakBytes, output }: Plan): boolean {
  const pixels = output.width * output.height;
  return (
    peakBytes <= JOB_BUDGET_BYTES && (output.format !== "avif" || pixels <= MAX_AVIF_OUTPUT_PIXELS)
  );
}

const { engine } = openEngine();

async function refusals(source: Source): Promise<string[]> {
  const { kind, content, size, orientation } = source;
  const file = await fileOf(kind, size, content, orientation);
  const found = probe(file, true);
  if (found.kind !== "facts") throw new Error(`${kind.name} has no header`);
  const { facts } = found;
  const refused: string[] = [];
  for (const { width, output } of any(results, RESULTS)) {
    if (Number.isFinite(width) && width >= shownWidth(facts)) continue;
    const to = Math.min(width, shownWidth(facts));
    const plan = planOf(facts, { to, output }, file.length);
    if (!isWithinLimits(plan)) continue;
    const name = `${kind.name}, ${content}, ${size.width}×${size.height}, ${orientation} → ${JSON.stringify(output)} of ${to}`;
    await engine.render(plan, streamOf(file)).catch((error: Error) => {
      refused.push(`${name}: ${error.message}`);
    });
  }
  return refused;
}

it("a sound picture, priced by its plan, is never refused", { timeout: 7_200_000 }, async () => {
  const refused: string[] = [];
  for (const source of any(sources, SOURCES)) refused.push(...(await refusals(source)));
  if (ALL) console.log(refused.join("\n"));
  expect(refused).toEqual([]);
});
