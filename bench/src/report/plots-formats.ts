/** The plots of the other formats. */
import { CONTENDERS, LABELS } from "../contenders/contender.ts";
import { photosByName } from "../goals.ts";
import type { AvifRow, AvifSetting, Results } from "../results.ts";
import { NAMES } from "../task.ts";
import { sourceName } from "./sections-formats.ts";
import {
  bar,
  COLOURS,
  dot,
  FAINT,
  legend,
  line,
  linear,
  logarithmic,
  path,
  picture,
  text,
} from "./svg.ts";

const WIDTH = 760;
const LEGEND = CONTENDERS.map((who) => ({ label: LABELS[who], colour: COLOURS[who] }));

/** Milliseconds of all contenders, from one photo in each format to 800 px. */
export function formatsPlot(results: Results): string {
  const of = photosByName(results);
  const rows = results.rows.filter(
    (row) => row.size === 800 && /^2 MP \w+(, 4:2:0)?$/.test(row.photo) && row.format !== "jxl",
  );
  const bars = rows.map((row) => ({
    label: `${sourceName(of(row).format)} → ${NAMES[row.format]}`,
    times: CONTENDERS.flatMap((who) => {
      const timing = row.timings[who];
      return timing ? [{ who, ms: timing.cpuMin }] : [];
    }),
  }));
  // ipx makes AVIF at sharp's own effort: beside that, nothing else could be told apart.
  const others = bars.flatMap(({ times }) => times.filter(({ who }) => who !== "ipx"));
  const most = Math.max(1, ...others.map(({ ms }) => ms));
  const x = linear([0, most], [130, WIDTH - 70]);
  const shapes = legend(130, 50, LEGEND);
  let y = 66;
  for (const { label, times } of bars) {
    shapes.push(text(122, y + times.length * 6 + 4, label, { anchor: "end" }));
    for (const { who, ms } of times) {
      const end = x(Math.min(ms, most));
      const cut = ms > most ? "… " : "";
      shapes.push(bar(130, y, Math.max(1, end - 130), 10, COLOURS[who]));
      shapes.push(text(end + 5, y + 9, `${cut}${ms.toFixed(0)} ms`, { size: 10 }));
      y += 12;
    }
    y += 12;
  }
  return picture(WIDTH, y + 6, "CPU time, 2 MP of every format, to 800 px", shapes);
}

/** Small multiples: bytes at our score over CPU time, one dot a setting. */
export function avifPlot({ avif }: Results): string {
  const [columns, width, height] = [3, 250, 250];
  const shapes = legend(16, 50, LEGEND.slice(0, 3));
  avif.forEach((row, i) => {
    const [left, top] = [(i % columns) * width, 62 + Math.floor(i / columns) * height];
    shapes.push(...settingsPlot(row, left, top, width, height));
  });
  const bottom = 62 + Math.ceil(avif.length / columns) * height;
  return picture(WIDTH, bottom + 10, "AVIF at our SSIMULACRA2: bytes ÷ ours, by CPU time", shapes);
}

function settingsPlot(
  row: AvifRow,
  left: number,
  top: number,
  width: number,
  height: number,
): string[] {
  const times = [row.timing, ...row.settings.map(({ timing }) => timing)].map((t) => t.cpuMin);
  const ratios = [1, ...row.settings.map(({ bytesRatio }) => bytesRatio)];
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const [low, high] = [Math.min(...ratios), Math.max(...ratios) + 0.01];
  const [x0, x1, y0, y1] = [left + 48, left + width - 12, top + height - 36, top + 24];
  const x = logarithmic([least, Math.max(most, 1.1 * least)], [x0 + 8, x1 - 8]);
  const y = linear([low, high], [y0 - 8, y1 + 8]);
  const series = (who: AvifSetting["who"]) => {
    const settings = row.settings.filter((setting) => setting.who === who);
    const placed = settings.map(
      ({ timing, bytesRatio }) => [x(timing.cpuMin), y(bytesRatio)] as const,
    );
    return [
      path(placed, COLOURS[who]),
      ...settings.flatMap(({ setting }, i) => {
        const [px, py] = placed[i]!;
        const label = `${LABELS[who]} ${setting}`;
        return [
          dot(px, py, COLOURS[who], label),
          text(px + 6, py - 5, String(setting), { size: 10, colour: COLOURS[who] }),
        ];
      }),
    ];
  };
  return [
    text(x0, top + 16, row.photo.slice(0, 28), { size: 11, bold: true }),
    line(x0, y1, x0, y0, FAINT),
    line(x0, y0, x1, y0, FAINT),
    line(x0, y(1), x1, y(1), COLOURS.ours, "4 3"),
    ...[low, high].map((at) => text(x0 - 5, y(at) + 4, at.toFixed(2), { size: 10, anchor: "end" })),
    ...[least, most].map((at) =>
      text(x(at), y0 + 13, at.toFixed(0), { size: 10, anchor: "middle" }),
    ),
    text((x0 + x1) / 2, y0 + 25, "CPU time, ms", { size: 10, anchor: "middle" }),
    ...series("sharp"),
    ...series("jsquash"),
    dot(x(row.timing.cpuMin), y(1), COLOURS.ours, "ours"),
  ];
}
