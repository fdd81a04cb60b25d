/** The tables of the other formats, of the peers, and of AVIF at equal quality. */
import { LABELS, type Name } from "../contenders/contender.ts";
import { cpuRatio, photosByName } from "../goals.ts";
import { equalOf } from "../goals-formats.ts";
import type { AvifRow, AvifSetting, Results, Row } from "../results.ts";
import { NAMES } from "../task.ts";
import { type Column, fixed, kb, mb, ms, table } from "./table.ts";

const right = "right" as const;
const SOURCES = ["jpeg", "png", "webp", "avif", "gif", "jxl"] as const;
const PEERS = ["jsquash", "photon", "wio", "ipx"] as const;

/** A heading and two tables for each format of the source. */
export function formatTables(results: Results): string[] {
  const of = photosByName(results);
  return SOURCES.flatMap((source) => {
    const rows = results.rows.filter((row) => of(row).format === source && isComparison(row));
    if (rows.length === 0) return [];
    return [`### From ${sourceName(source)}`, timeTable(rows), resultTable(rows)];
  });
}

export function sourceName(format: string): string {
  return format === "webp" ? NAMES.webp : format.toUpperCase();
}

/** JPEGs are compared with all peers on a few rows. */
function isComparison({ timings, refusals }: Row): boolean {
  return (timings.photon ?? refusals.photon) !== undefined;
}

const PICTURE: readonly Column<Row>[] = [
  { head: "picture", of: ({ photo }) => photo },
  { head: "to", of: (row) => `${row.size} ${NAMES[row.format]}` },
];

function timeTable(rows: readonly Row[]): string {
  const time = (who: Name) => (row: Row) =>
    row.timings[who] ? ms(row.timings[who].cpuMin) : (row.refusals[who] ?? "–");
  const ratio = (who: Name) => (row: Row) =>
    row.timings.sharp && row.timings[who]
      ? fixed(cpuRatio(row, "sharp", who), 2)
      : row.timings[who]
        ? `${time(who)(row)} ms`
        : (row.refusals[who] ?? "–");
  return table(rows, [
    ...PICTURE,
    { head: "ours, ms", align: right, of: time("ours") },
    { head: "sharp, ms", align: right, of: time("sharp") },
    { head: "ours ÷ sharp", align: right, of: ratio("ours") },
    ...PEERS.map((who) => ({ head: `${LABELS[who]} ÷ sharp`, align: right, of: ratio(who) })),
  ]);
}

function resultTable(rows: readonly Row[]): string {
  const result =
    (who: Name) =>
    ({ outcomes, refusals }: Row) => {
      const outcome = outcomes[who];
      if (outcome === undefined) return refusals[who] ?? "–";
      return `${kb(outcome.bytes)} (${fixed(outcome.ssimulacra2, 1)})`;
    };
  const ourMemory = ({ memory: { ours } }: Row) =>
    ours ? `${mb(ours.given)} (${mb(ours.used)})` : "";
  return table(rows, [
    ...PICTURE,
    ...(["ours", "sharp", ...PEERS] as const).map((who) => ({
      head: `${LABELS[who]}${who === "ours" ? ", KB (score)" : ""}`,
      align: right,
      of: result(who),
    })),
    { head: "MB ours, given (used)", align: right, of: ourMemory },
    ...(["jsquash", "photon", "wio"] as const).map((who) => ({
      head: LABELS[who],
      align: right,
      of: ({ memory }: Row) => mb(memory[who]),
    })),
  ]);
}

interface AvifLine {
  readonly row: AvifRow;
  /** Absent for ours. */
  readonly setting?: AvifSetting;
}

export function avifTable(rows: readonly AvifRow[]): string {
  const lines = rows.flatMap((row): AvifLine[] => [
    { row },
    ...row.settings.map((setting) => ({ row, setting })),
  ]);
  return table(lines, [
    { head: "photo", of: ({ row, setting }) => (setting ? "" : row.photo) },
    { head: "by", of: ({ row, setting }) => (setting ? settingName(row, setting) : "**ours**") },
    {
      head: "quality",
      align: right,
      of: ({ row, setting }) => String((setting?.matched ?? row.target).quality),
    },
    {
      head: "SSIMULACRA2",
      align: right,
      of: ({ row, setting }) => fixed((setting?.matched ?? row.target).score, 1),
    },
    {
      head: "KB at our score",
      align: right,
      of: ({ row, setting }) => kb(row.target.bytes * (setting?.bytesRatio ?? 1)),
    },
    { head: "÷ ours", align: right, of: ({ setting }) => fixed(setting?.bytesRatio ?? 1, 3) },
    {
      head: "CPU, ms",
      align: right,
      of: ({ row, setting }) => ms((setting ?? row).timing.cpuMin),
    },
    {
      head: "÷ ours",
      align: right,
      of: ({ row, setting }) => fixed((setting ?? row).timing.cpuMin / row.timing.cpuMin, 2),
    },
  ]);
}

/** In bold what counts for the goal. */
function settingName(row: AvifRow, setting: AvifSetting): string {
  const { who, setting: n } = setting;
  const name = who === "sharp" ? `sharp, effort ${n}` : `jSquash, speed ${n}`;
  return equalOf(row, who)?.setting === setting ? `**${name}**` : name;
}

export function moduleTable({ modules, bundle }: Results): string {
  const files = typeof bundle === "string" ? [] : bundle;
  const lines = [
    ...modules.map((file) => ({ ...file, where: "`wasm`" })),
    ...files.map((file) => ({ ...file, where: "bundle" })),
  ];
  return table(lines, [
    { head: "file", of: ({ name }) => name },
    { head: "of", of: ({ where }) => where },
    { head: "KB", align: right, of: ({ bytes }) => (bytes / 1024).toFixed(0) },
    { head: "KB, gzip", align: right, of: ({ gzip }) => (gzip / 1024).toFixed(0) },
  ]);
}
