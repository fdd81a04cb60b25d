/** The goals for the other formats: PNG, AVIF, and what their modules weigh. */
import { cpuRatio, met, photosByName, type Verdict } from "./goals.ts";
import type { AvifRow, AvifSetting, ModuleFacts, PhotoFacts, Results, Row } from "./results.ts";
import { median } from "./statistics.ts";

/** More bytes than that at our score, and a setting does not reach our result. */
const SAME_BYTES = 1.01;

export function formatVerdicts(results: Results): Verdict[] {
  const png = rowsOf(results, "png", 800);
  return [
    atMost(png, "PNG of 2 MP → 800 px WebP, CPU time", 1),
    beside("the same, beside jSquash", png, 2),
    ...avifVerdicts(results),
    atMost(rowsOf(results, "avif", 400), "AVIF of 2 MP → 400 px WebP, CPU time", 1.3),
    avifMemory(results),
    ...moduleVerdicts(results),
    bundle(results),
  ];
}

/** To WebP, from the photos of 2 MP. */
function rowsOf(results: Results, source: string, size: number): Row[] {
  const of = photosByName(results);
  const isMeant = ({ kind, format, megapixels }: PhotoFacts) =>
    kind === "derived" && format === source && megapixels > 1.5 && megapixels < 2.5;
  return results.rows.filter(
    (row) => row.size === size && row.format === "webp" && isMeant(of(row)),
  );
}

function atMost(rows: readonly Row[], work: string, limit: number): Verdict {
  const ratios = rows.map((row) => cpuRatio(row)).filter(Number.isFinite);
  const worst = Math.max(...ratios);
  return {
    work,
    goal: `≤ ${limit.toFixed(1)} × sharp`,
    measured: ratios.length ? ratios.map((ratio) => `${ratio.toFixed(2)} ×`).join(", ") : "–",
    met: ratios.length ? met(worst, worst <= limit) : undefined,
  };
}

function beside(work: string, rows: readonly Row[], limit: number): Verdict {
  const times = rows.map((row) => 1 / cpuRatio(row, "jsquash")).filter(Number.isFinite);
  const least = Math.min(...times);
  return {
    work,
    goal: `≥ ${limit} × faster`,
    measured: times.length ? times.map((time) => `${time.toFixed(1)} ×`).join(", ") : "–",
    met: times.length ? met(least, least >= limit) : undefined,
  };
}

/** Ours ÷ theirs in CPU time, at their fastest setting that comes to our bytes at our score. */
interface Equal {
  readonly ratio: number;
  readonly setting: AvifSetting;
  /** False: none does, and this is the one that comes nearest. */
  readonly reaches: boolean;
}

export function equalOf(row: AvifRow, who: AvifSetting["who"]): Equal | undefined {
  const theirs = row.settings.filter((setting) => setting.who === who);
  const equal = theirs.filter(({ bytesRatio }) => bytesRatio <= SAME_BYTES);
  const reaches = equal.length > 0;
  const [setting] = reaches
    ? equal.sort((a, b) => a.timing.cpuMin - b.timing.cpuMin)
    : [...theirs].sort((a, b) => a.bytesRatio - b.bytesRatio);
  if (setting === undefined) return undefined;
  return { ratio: row.timing.cpuMin / setting.timing.cpuMin, setting, reaches };
}

function avifVerdicts({ avif }: Results): Verdict[] {
  const equal = (who: AvifSetting["who"]) => avif.flatMap((row) => equalOf(row, who) ?? []);
  const [bySharp, byJsquash] = [equal("sharp"), equal("jsquash")];
  const slowdown = median(bySharp.map(({ ratio }) => ratio));
  const speedup = median(byJsquash.map(({ ratio }) => 1 / ratio));
  const told = (list: readonly Equal[], word: string, of: (equal: Equal) => string) =>
    list
      .map((one) => {
        const nearest = one.reaches ? "" : ", none reaches it";
        return `${of(one)} × (${word} ${one.setting.setting}${nearest})`;
      })
      .join(", ") || "–";
  return [
    {
      work: "JPEG of 8 to 13 MP → 800 px AVIF at equal SSIMULACRA2 and bytes, CPU time, median",
      goal: "≤ 1.0 × sharp's fastest setting that reaches them",
      measured: told(bySharp, "effort", ({ ratio }) => ratio.toFixed(2)),
      met: met(slowdown, slowdown <= 1),
    },
    {
      work: "the same, beside jSquash's, median",
      goal: "≥ 3 × faster",
      measured: told(byJsquash, "speed", ({ ratio }) => (1 / ratio).toFixed(1)),
      met: met(speedup, speedup >= 3),
    },
  ];
}

function avifMemory({ avifMemory: memory }: Results): Verdict {
  const work = "WASM memory, AVIF of 1600 × 1200";
  const goal = "≤ 64 MB";
  if (typeof memory === "string") return { work, goal, measured: memory, met: undefined };
  const [given, used, planned] = [memory.given, memory.used, memory.planned].map((bytes) =>
    (bytes / 1e6).toFixed(1),
  );
  const measured = `${given} MB given, ${used} MB used, ${planned} MB planned with rasters and result`;
  return { work, goal, measured, met: memory.given <= 64e6 };
}

/** By folder of `wasm`. */
const MODULES = [
  ["engine", "module of the engine", 350],
  ["avif-encoder", "module of the AVIF encoder", 1536],
  ["avif-decoder", "module of the AVIF decoder", 500],
] as const;

function moduleVerdicts({ modules }: Results): Verdict[] {
  return MODULES.map(([folder, work, limit]) => {
    const found = modules.find(({ name }) => name.startsWith(`${folder}/`));
    return {
      work: `${work}, gzip`,
      goal: `≤ ${limit} KB`,
      measured: found ? `${kib(found.gzip)} KB (${kib(found.bytes)} KB unpacked)` : "none yet",
      met: found && found.gzip <= limit * 1024,
    };
  });
}

/** What the platform's paid plan takes, after gzip; the free one has too little CPU time for any transform. */
const PLATFORM_BYTES = 10_000_000;

function bundle({ bundle: files }: Results): Verdict {
  const work = "whole bundle, gzip";
  const goal = "well inside the platform's 10 MB";
  if (typeof files === "string") return { work, goal, measured: files, met: undefined };
  const sum = (of: (file: ModuleFacts) => number) =>
    files.reduce((total, file) => total + of(file), 0);
  const gzip = sum((file) => file.gzip);
  const measured = `${kib(gzip)} KB (${kib(sum(({ bytes }) => bytes))} KB unpacked)`;
  return { work, goal, measured, met: gzip <= PLATFORM_BYTES / 2 };
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}
