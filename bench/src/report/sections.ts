/** The tables of `docs/benchmarks.md`. */
import type { Name } from "../contenders/contender.ts";
import { cpuRatio, jpegRows, photosByName, type Verdict } from "../goals.ts";
import type { PhotoFacts, RateRow, RequestRow, Results, Row } from "../results.ts";
import { median } from "../statistics.ts";
import { FORMATS, NAMES } from "../task.ts";
import { type Column, fixed, kb, mb, ms, table } from "./table.ts";

const right = "right" as const;

export function goalTable(verdicts: readonly Verdict[]): string {
  return table(verdicts, [
    { head: "work", of: ({ work }) => work },
    { head: "goal", of: ({ goal }) => goal },
    { head: "measured", of: ({ measured }) => measured },
    {
      head: "",
      of: ({ met }) => (met === undefined ? "not measured" : met ? "met" : "**missed**"),
    },
  ]);
}

/** Medians of the ratios, by kind of source, size and format. */
export function summaryTable(results: Results): string {
  const of = photosByName(results);
  const rows = jpegRows(results);
  const groups: readonly (readonly [string, (photo: PhotoFacts) => boolean])[] = [
    ["photos, baseline", (photo) => photo.kind === "photo" && !photo.progressive],
    ["illustrations, baseline", (photo) => photo.kind === "drawn" && !photo.progressive],
    ["derivatives, baseline", (photo) => photo.kind === "derived" && !photo.progressive],
    ["progressive, all", (photo) => photo.progressive],
  ];
  const cells = groups.flatMap(([label, belongs]) =>
    FORMATS.map((format) => ({
      label,
      format,
      rows: rows.filter((row) => row.format === format && belongs(of(row))),
    })),
  );
  const ratioAt =
    (size: number) =>
    ({ rows: mine }: (typeof cells)[number]) => {
      const ratios = mine.filter((row) => row.size === size).map((row) => cpuRatio(row));
      if (ratios.length === 0) return "–";
      const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
      return `${median(ratios).toFixed(2)} (${range}, n=${ratios.length})`;
    };
  return table(cells, [
    { head: "source", of: ({ label }) => label },
    { head: "to", of: ({ format }) => NAMES[format] },
    { head: "320 px", of: ratioAt(320) },
    { head: "800 px", of: ratioAt(800) },
    { head: "1600 px", of: ratioAt(1600) },
  ]);
}

export function photoTable({ photos }: Results): string {
  return table(photos, [
    { head: "picture", of: ({ name }) => name },
    { head: "px", align: right, of: ({ width, height }) => `${width} × ${height}` },
    { head: "MP", align: right, of: ({ megapixels }) => megapixels.toFixed(1) },
    { head: "KB", align: right, of: ({ bytes }) => (bytes / 1000).toFixed(0) },
    {
      head: "coding",
      of: codingOf,
    },
    { head: "orientation", align: right, of: ({ orientation }) => String(orientation) },
    { head: "profile", of: ({ profile }) => profile ?? "–" },
    { head: "kind", of: ({ kind, made }) => kindOf(kind, made) },
  ]);
}

function codingOf({ format, progressive, sampling, alpha }: PhotoFacts): string {
  const chroma = /^\d{3}$/.test(sampling) ? [...sampling].join(":") : sampling;
  if (format === "jpeg") return `${progressive ? "progressive" : "baseline"}, ${chroma}`;
  return `${format.toUpperCase()}, ${chroma}${alpha ? " with alpha" : ""}`;
}

function kindOf(kind: PhotoFacts["kind"], made: string | undefined): string {
  if (kind === "derived") return `derived: ${made ?? ""}`;
  return kind === "drawn" ? "illustration" : "photo";
}

/** From JPEG to JPEG and WebP. */
export function speedTable(results: Results): string {
  const timed = (who: Name, what: "cpuMin" | "cpuMedian"): Column<Row>["of"] => {
    return ({ timings }) => ms(timings[who]?.[what]);
  };
  return table(jpegRows(results), [
    { head: "picture", of: ({ photo }) => photo },
    { head: "to", of: (row) => `${row.size} ${NAMES[row.format]}` },
    { head: "ours min", align: right, of: timed("ours", "cpuMin") },
    { head: "median", align: right, of: timed("ours", "cpuMedian") },
    { head: "wall", align: right, of: ({ timings }) => ms(timings.ours?.wallMedian) },
    { head: "sharp min", align: right, of: timed("sharp", "cpuMin") },
    { head: "median", align: right, of: timed("sharp", "cpuMedian") },
    { head: "wall", align: right, of: ({ timings }) => ms(timings.sharp?.wallMedian) },
    { head: "ours ÷ sharp", align: right, of: (row) => fixed(cpuRatio(row), 2) },
    { head: "jSquash min", align: right, of: timed("jsquash", "cpuMin") },
    { head: "n", align: right, of: ({ timings }) => String(timings.ours?.rounds ?? "") },
  ]);
}

/** The same rows. */
export function qualityTable(results: Results): string {
  const scored = (who: Name, what: "psnr" | "ssimulacra2", digits: number): Column<Row>["of"] => {
    return ({ outcomes }) => fixed(outcomes[who]?.[what] ?? null, digits);
  };
  return table(jpegRows(results), [
    { head: "picture", of: ({ photo }) => photo },
    { head: "to", of: (row) => `${row.size} ${NAMES[row.format]}` },
    { head: "KB ours", align: right, of: ({ outcomes }) => kb(outcomes.ours!.bytes) },
    { head: "sharp", align: right, of: ({ outcomes }) => kb(outcomes.sharp!.bytes) },
    { head: "PSNR ours", align: right, of: scored("ours", "psnr", 2) },
    { head: "sharp", align: right, of: scored("sharp", "psnr", 2) },
    { head: "SSIMULACRA2 ours", align: right, of: scored("ours", "ssimulacra2", 1) },
    { head: "sharp", align: right, of: scored("sharp", "ssimulacra2", 1) },
    { head: "MB given", align: right, of: ({ memory }) => mb(memory.ours?.given) },
    { head: "used", align: right, of: ({ memory }) => mb(memory.ours?.used) },
    { head: "jSquash", align: right, of: ({ memory }) => mb(memory.jsquash) },
  ]);
}

export function rateTable(rates: readonly RateRow[]): string {
  const spread = (curve: RateRow["ours"]) =>
    curve.map(({ bytes, score }) => `${kb(bytes)} (${score.toFixed(1)})`).join(", ");
  return table(rates, [
    { head: "photo", of: ({ photo }) => photo },
    { head: "to", of: ({ format }) => NAMES[format] },
    { head: "ours, KB (score) at q 60, 70, 80, 90", of: ({ ours }) => spread(ours) },
    { head: "sharp", of: ({ sharp }) => spread(sharp) },
    { head: "ratio", align: right, of: ({ ratio }) => fixed(ratio, 3) },
  ]);
}

export function requestTable(rows: readonly RequestRow[]): string {
  return table(rows, [
    { head: "photo", of: ({ photo }) => photo },
    { head: "to", of: ({ format }) => `800 ${NAMES[format]}` },
    { head: "engine in Node, CPU min", align: right, of: ({ alone }) => ms(alone.cpuMin) },
    { head: "median", align: right, of: ({ alone }) => ms(alone.cpuMedian) },
    { head: "request, CPU min", align: right, of: ({ request }) => ms(request.cpuMin) },
    { head: "median", align: right, of: ({ request }) => ms(request.cpuMedian) },
    { head: "wall", align: right, of: ({ request }) => ms(request.wallMedian) },
    { head: "from local R2, CPU min", align: right, of: ({ fromR2 }) => ms(fromR2.cpuMin) },
    {
      head: "ratio",
      align: right,
      of: ({ alone, request }) => (request.cpuMin / alone.cpuMin).toFixed(2),
    },
  ]);
}
