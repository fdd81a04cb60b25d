/** The goals that were set for the engine, and what came of them. Ratios are ours ÷ theirs, by least CPU time. */
import type { Name } from "./contenders/contender.ts";
import { formatVerdicts } from "./goals-formats.ts";
import type { Hits, PhotoFacts, RateRow, Results, Row } from "./results.ts";
import { median } from "./statistics.ts";
import { NAMES } from "./task.ts";

export interface Verdict {
  readonly work: string;
  readonly goal: string;
  readonly measured: string;
  /** Undefined when it was not measured. */
  readonly met: boolean | undefined;
}

/** Least CPU time of `who` ÷ that of `theirs`. NaN unless both were timed. */
export function cpuRatio({ timings }: Row, theirs: Name = "sharp", who: Name = "ours"): number {
  const [mine, other] = [timings[who], timings[theirs]];
  return mine && other ? mine.cpuMin / other.cpuMin : Number.NaN;
}

export function verdicts(results: Results): Verdict[] {
  const of = photosByName(results);
  const rows = jpegRows(results);
  const baseline = rows.filter((row) => !of(row).progressive);
  const at800 = baseline.filter(({ size }) => size === 800);
  const progressive = rows.filter((row) => of(row).progressive && row.size === 800);
  return [
    ...FORMATS.map(([format, limit]) => speed(at800, format, limit)),
    worst(at800),
    psnr(at800),
    rate(results),
    jsquash(at800),
    ...FORMATS.map(([format]) => progressiveSpeed(progressive, format)),
    memoryOf12(baseline, of),
    memoryOf100(rows, of),
    request(results),
    hitsVerdict(results.hits),
    ...formatVerdicts(results),
  ];
}

/** From JPEG to JPEG and WebP, where both ours and sharp did it. */
export function jpegRows(results: Results): Row[] {
  const of = photosByName(results);
  return results.rows.filter((row) => {
    const isMeant = of(row).format === "jpeg" && (row.format === "jpeg" || row.format === "webp");
    return isMeant && row.outcomes.ours !== undefined && row.outcomes.sharp !== undefined;
  });
}

const FORMATS = [
  ["jpeg", 0.75],
  ["webp", 0.85],
] as const;

export function photosByName({ photos }: Results): (row: { photo: string }) => PhotoFacts {
  const byName = new Map(photos.map((photo) => [photo.name, photo]));
  return ({ photo }) => byName.get(photo)!;
}

function speed(rows: readonly Row[], format: Row["format"], limit: number): Verdict {
  const ratio = median(rows.filter((row) => row.format === format).map((row) => cpuRatio(row)));
  return {
    work: `baseline JPEG → 800 px ${NAMES[format]}, CPU time, median`,
    goal: `≤ ${limit} × sharp`,
    measured: Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : "–",
    met: met(ratio, ratio <= limit),
  };
}

function worst(rows: readonly Row[]): Verdict {
  const row = [...rows].sort((a, b) => cpuRatio(b) - cpuRatio(a))[0];
  const ratio = row ? cpuRatio(row) : Number.NaN;
  return {
    work: "the same, the worst row",
    goal: "≤ 1.2 × sharp",
    measured: row ? `${ratio.toFixed(2)} × (${row.photo}, ${NAMES[row.format]})` : "–",
    met: met(ratio, ratio <= 1.2),
  };
}

function psnr(rows: readonly Row[]): Verdict {
  const gains = rows.map(({ outcomes }) => outcomes.ours!.psnr - outcomes.sharp!.psnr);
  const below = gains.filter((gain) => gain < -0.005).length;
  const gain = median(gains);
  return {
    work: "the same, PSNR against the full-decode reference",
    goal: "≥ sharp's",
    measured:
      gains.length === 0
        ? "–"
        : `${signed(gain)} dB in the median; lower in ${below} of ${gains.length} rows (by at most ${Math.max(0, -Math.min(...gains)).toFixed(2)} dB)`,
    met: met(gain, gain >= 0),
  };
}

function rate({ rates, photos }: Results): Verdict {
  const baseline = new Set(photos.filter((photo) => !photo.progressive).map((photo) => photo.name));
  const ratios = rates
    .filter((row) => baseline.has(row.photo) && isAligned(row))
    .flatMap(({ ratio }) => finite(ratio));
  const ratio = median(ratios);
  return {
    work: "the same, bytes at equal SSIMULACRA2, median",
    goal: "≤ 1.03 × sharp's",
    measured: ratios.length
      ? `${ratio.toFixed(3)} × (worst ${Math.max(...ratios).toFixed(3)} ×, ${ratios.length} curves)`
      : "–",
    met: met(ratio, ratio <= 1.03),
  };
}

/**
 * Where one result is shifted by a part of a pixel against the reference (see the page), scores lie far apart at the
 * same quality, and their ratio in bytes says nothing of the coding.
 */
export function isAligned({ ours, sharp }: RateRow): boolean {
  return ours.every(({ score }, i) => Math.abs(score - sharp[i]!.score) <= 3);
}

function jsquash(rows: readonly Row[]): Verdict {
  const times = rows.flatMap((row) => finite(1 / cpuRatio(row, "jsquash")));
  const faster = median(times);
  return {
    work: "the same, beside jSquash, median",
    goal: "≥ 5 × faster",
    measured: times.length
      ? `${faster.toFixed(1)} × (${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)})`
      : "–",
    met: met(faster, faster >= 5),
  };
}

function progressiveSpeed(rows: readonly Row[], format: Row["format"]): Verdict {
  const ratios = rows.filter((row) => row.format === format).map((row) => cpuRatio(row));
  const ratio = median(ratios);
  return {
    work: `progressive JPEG → 800 px ${NAMES[format]}, CPU time, median`,
    goal: "≤ 1.0 × sharp",
    measured: ratios.length
      ? `${ratio.toFixed(2)} × (worst ${Math.max(...ratios).toFixed(2)} ×)`
      : "–",
    met: met(ratio, ratio <= 1),
  };
}

type FactsOf = (row: Row) => PhotoFacts;

function memoryOf12(rows: readonly Row[], of: FactsOf): Verdict {
  const usual = rows.filter((row) => {
    const { megapixels } = of(row);
    const isUsual = megapixels > 11 && megapixels < 13;
    return row.size === 800 && row.format === "webp" && isUsual;
  });
  return memory(usual, "WASM memory, 12 MP baseline → 800 px WebP", 12);
}

function memoryOf100(rows: readonly Row[], of: FactsOf): Verdict {
  const large = rows.filter((row) => {
    const { megapixels, progressive } = of(row);
    return row.size === 1600 && megapixels > 95 && !progressive;
  });
  return memory(large, "WASM memory, 100 MP baseline → 1600 px", 32);
}

function memory(rows: readonly Row[], work: string, limit: number): Verdict {
  const given = Math.max(...rows.map((row) => row.memory.ours!.given)) / 1e6;
  const used = Math.max(...rows.map((row) => row.memory.ours!.used)) / 1e6;
  return {
    work,
    goal: `≤ ${limit} MB`,
    measured: rows.length ? `${given.toFixed(1)} MB given, ${used.toFixed(1)} MB used` : "–",
    met: rows.length ? given <= limit : undefined,
  };
}

function request({ workerd }: Results): Verdict {
  const work = "whole request through workerd, warm, CPU time, median";
  const goal = "≤ 1.15 × the engine alone in Node";
  if (typeof workerd === "string") return { work, goal, measured: workerd, met: undefined };
  const ratios = workerd.rows.map(({ alone, request }) => request.cpuMin / alone.cpuMin);
  const ratio = median(ratios);
  const measured = `${ratio.toFixed(2)} × (worst ${Math.max(...ratios).toFixed(2)} ×)`;
  return { work, goal, measured, met: met(ratio, ratio <= 1.15) };
}

/** By round, as what the machine did besides hit both sides of a round alike. */
export function hitsVerdict(hits: Hits | string): Verdict {
  const work = "hit through the Gateway, signature checked, requests/s, median";
  const goal = "≥ 80 % of a bare Worker's";
  if (typeof hits === "string") return { work, goal, measured: hits, met: undefined };
  const { rounds } = hits;
  const ratio = median(
    rounds.map(({ ours, bare, again }) => (2 * ours.rate) / (bare.rate + again.rate)),
  );
  const cpu = (of: "ours" | "bare") => median(rounds.map((round) => round[of].cpu)).toFixed(0);
  const measured = `${(ratio * 100).toFixed(0)} % (${cpu("ours")} µs of workerd's CPU beside ${cpu("bare")})`;
  return { work, goal, measured, met: met(ratio, ratio >= 0.8) };
}

export function met(value: number, holds: boolean): boolean | undefined {
  return Number.isFinite(value) ? holds : undefined;
}

/** JSON keeps no NaN: it comes back as null. */
function finite(value: number | null): number[] {
  return value !== null && Number.isFinite(value) ? [value] : [];
}

function signed(value: number): string {
  return `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`;
}
