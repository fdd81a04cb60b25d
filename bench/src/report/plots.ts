/** The plots of `docs/benchmarks.md`, as SVG text by file name. */
import { cpuRatio, jpegRows, photosByName } from "../goals.ts";
import type { RateRow, Results } from "../results.ts";
import { median } from "../statistics.ts";
import { NAMES } from "../task.ts";
import { avifPlot, formatsPlot } from "./plots-formats.ts";
import {
  bar,
  COLOURS,
  dot,
  FAINT,
  INK,
  legend,
  line,
  linear,
  logarithmic,
  path,
  picture,
  text,
} from "./svg.ts";

export function plots(results: Results): Record<string, string> {
  return {
    "bench-cpu-by-photo.svg": cpuByPhoto(results),
    "bench-cpu-by-size.svg": cpuBySize(results),
    "bench-memory.svg": memory(results),
    "bench-rate.svg": rates(results),
    "bench-formats.svg": formatsPlot(results),
    "bench-avif.svg": avifPlot(results),
  };
}

const WIDTH = 760;

/** Ours ÷ sharp, one line a photo. */
function cpuByPhoto(results: Results): string {
  const rows = jpegRows(results).filter(({ size }) => size === 800);
  const ratioOf = (photo: string) =>
    median(rows.filter((row) => row.photo === photo).map((row) => cpuRatio(row)));
  const names = [...new Set(rows.map(({ photo }) => photo))].sort(
    (a, b) => ratioOf(a) - ratioOf(b),
  );
  const of = photosByName(results);
  const [top, step] = [70, 20];
  const bottom = top + names.length * step;
  const most = Math.max(1.3, ...rows.map((row) => cpuRatio(row))) + 0.05;
  const x = linear([0.2, most], [270, WIDTH - 24]);
  const shapes = legend(270, 50, [
    { label: "JPEG", colour: COLOURS.ours },
    { label: "WebP", colour: COLOURS.jsquash },
  ]);
  for (let tick = 0.2; tick <= most; tick += 0.2) {
    shapes.push(line(x(tick), top - 6, x(tick), bottom));
    shapes.push(text(x(tick), bottom + 16, tick.toFixed(1), { anchor: "middle" }));
  }
  shapes.push(line(x(1), top - 6, x(1), bottom, INK));
  shapes.push(
    text((270 + WIDTH) / 2, bottom + 36, "CPU time, ours ÷ sharp (1 = as fast; less is faster)", {
      anchor: "middle",
    }),
  );
  names.forEach((name, i) => {
    const y = top + (i + 0.5) * step;
    const { progressive, megapixels } = of({ photo: name });
    const label = /MP/.test(name) ? name : `${name}, ${megapixels.toFixed(1)} MP`;
    shapes.push(
      text(262, y + 4, progressive && !/prog/.test(name) ? `${label}, prog.` : label, {
        anchor: "end",
        size: 11,
      }),
    );
    for (const row of rows.filter(({ photo }) => photo === name)) {
      const colour = row.format === "jpeg" ? COLOURS.ours : COLOURS.jsquash;
      const ratio = cpuRatio(row);
      shapes.push(dot(x(ratio), y, colour, `${name}, ${row.format}: ${ratio.toFixed(2)}`));
    }
  });
  return picture(WIDTH, bottom + 50, "CPU time beside sharp, one thread, to 800 px", shapes);
}

/** Median milliseconds over the photos below 13 MP that all contenders did. */
function cpuBySize(results: Results): string {
  const of = photosByName(results);
  const rows = jpegRows(results).filter((row) => of(row).megapixels < 13 && !of(row).progressive);
  const groups = ([320, 800, 1600] as const).flatMap((size) =>
    (["jpeg", "webp"] as const).map((format) => ({
      label: `${size} px ${NAMES[format]}`,
      bars: (["ours", "sharp", "jsquash"] as const).map((who) => ({
        who,
        ms: median(
          rows
            .filter((row) => row.size === size && row.format === format)
            .flatMap((row) => row.timings[who]?.cpuMin ?? []),
        ),
      })),
    })),
  );
  const most = Math.max(...groups.flatMap(({ bars }) => bars.flatMap(({ ms }) => ms || 0)), 1);
  const x = linear([0, most], [110, WIDTH - 70]);
  const shapes = legend(110, 50, [
    { label: "ours", colour: COLOURS.ours },
    { label: "sharp", colour: COLOURS.sharp },
    { label: "jSquash (800 px only)", colour: COLOURS.jsquash },
  ]);
  let y = 66;
  for (const { label, bars } of groups) {
    const shown = bars.filter(({ ms }) => Number.isFinite(ms));
    shapes.push(text(102, y + shown.length * 8 + 4, label, { anchor: "end" }));
    for (const { who, ms } of shown) {
      shapes.push(bar(110, y, Math.max(1, x(ms) - 110), 13, COLOURS[who]));
      shapes.push(text(x(ms) + 5, y + 11, `${ms.toFixed(0)} ms`, { size: 11 }));
      y += 16;
    }
    y += 12;
  }
  return picture(WIDTH, y + 6, "CPU time, median of the baseline photos below 13 MP", shapes);
}

/** WASM memory over the size of the source. */
function memory(results: Results): string {
  const of = photosByName(results);
  const rows = jpegRows(results).filter((row) => row.size === 800 && row.format === "webp");
  const [left, right, top, bottom] = [70, WIDTH - 24, 70, 360];
  const x = logarithmic([0.3, 130], [left, right]);
  const y = logarithmic([0.5, 1000], [bottom, top]);
  const shapes = legend(left, 50, [
    { label: "ours, baseline", colour: COLOURS.ours },
    { label: "ours, progressive", colour: COLOURS.sharp },
    { label: "jSquash", colour: COLOURS.jsquash },
  ]);
  for (const tick of [1, 10, 100, 1000]) {
    shapes.push(line(left, y(tick), right, y(tick)));
    shapes.push(text(left - 8, y(tick) + 4, `${tick}`, { anchor: "end" }));
  }
  for (const tick of [0.5, 1, 2, 5, 10, 20, 50, 100]) {
    shapes.push(line(x(tick), bottom, x(tick), bottom + 5, INK));
    shapes.push(text(x(tick), bottom + 20, `${tick}`, { anchor: "middle" }));
  }
  shapes.push(line(left, y(128), right, y(128), INK, "4 3"));
  shapes.push(
    text(right, y(128) - 5, "an isolate: 128 MB, all included", { anchor: "end", size: 11 }),
  );
  shapes.push(line(left, top, left, bottom, INK), line(left, bottom, right, bottom, INK));
  shapes.push(text((left + right) / 2, bottom + 40, "source, megapixels", { anchor: "middle" }));
  shapes.push(text(20, (top + bottom) / 2, "WASM memory, MB", { anchor: "middle", turn: -90 }));
  for (const row of rows) {
    const facts = of(row);
    const at = x(facts.megapixels);
    const put = (bytes: number, colour: string) =>
      shapes.push(dot(at, y(bytes / 1e6), colour, `${row.photo}: ${(bytes / 1e6).toFixed(1)} MB`));
    if (row.memory.ours)
      put(row.memory.ours.given, facts.progressive ? COLOURS.sharp : COLOURS.ours);
    if (row.memory.jsquash) put(row.memory.jsquash, COLOURS.jsquash);
  }
  return picture(WIDTH, bottom + 54, "WASM memory of one job, to 800 px WebP", shapes);
}

/** Small multiples: bytes over SSIMULACRA2. */
function rates({ rates: all }: Results): string {
  const shown = all.slice(0, 12);
  const [columns, width, height] = [3, 250, 190];
  const shapes = legend(16, 50, [
    { label: "ours", colour: COLOURS.ours },
    { label: "sharp", colour: COLOURS.sharp },
  ]);
  shown.forEach((row, i) => {
    const [left, top] = [(i % columns) * width, 62 + Math.floor(i / columns) * height];
    shapes.push(...rate(row, left, top, width, height));
  });
  const bottom = 62 + Math.ceil(shown.length / columns) * height;
  return picture(WIDTH, bottom + 10, "Bytes at each SSIMULACRA2, quality 60 to 90, 800 px", shapes);
}

function rate(row: RateRow, left: number, top: number, width: number, height: number): string[] {
  const points = [...row.ours, ...row.sharp];
  const range = (of: (point: (typeof points)[number]) => number): [number, number] => {
    const values = points.map(of);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low, high > low ? high : low + 1];
  };
  const scores = range(({ score }) => score);
  const bytes = range((point) => point.bytes / 1000);
  const box = {
    left: left + 48,
    right: left + width - 12,
    top: top + 24,
    bottom: top + height - 36,
  };
  const x = linear(scores, [box.left + 6, box.right - 6]);
  const y = linear(bytes, [box.bottom - 6, box.top + 6]);
  const label = NAMES[row.format];
  const curve = (of: RateRow["ours"], colour: string) => {
    const placed = of.map((point) => [x(point.score), y(point.bytes / 1000)] as const);
    return [path(placed, colour), ...placed.map(([px, py]) => dot(px, py, colour, label))];
  };
  return [
    text(box.left, top + 16, `${row.photo.slice(0, 22)}, ${label}`, { size: 11, bold: true }),
    line(box.left, box.top, box.left, box.bottom, FAINT),
    line(box.left, box.bottom, box.right, box.bottom, FAINT),
    ...bytes.map((kb) => text(box.left - 5, y(kb) + 4, kb.toFixed(0), { size: 10, anchor: "end" })),
    ...scores.map((score) =>
      text(x(score), box.bottom + 13, score.toFixed(0), { size: 10, anchor: "middle" }),
    ),
    text((box.left + box.right) / 2, box.bottom + 25, "SSIMULACRA2", {
      size: 10,
      anchor: "middle",
    }),
    text(left + 14, (box.top + box.bottom) / 2, "KB", { size: 10, anchor: "middle", turn: -90 }),
    ...curve(row.sharp, COLOURS.sharp),
    ...curve(row.ours, COLOURS.ours),
  ];
}
