/**
 * AVIF at equal quality. One number of quality means another picture at every speed of libaom, so each setting of the
 * others is first brought to our SSIMULACRA2, and timed there.
 */
import type { Contender } from "./contenders/contender.ts";
import { avifByJsquash } from "./contenders/jsquash.ts";
import type { Ours } from "./contenders/ours.ts";
import { renderWithSharp } from "./contenders/sharp.ts";
import { type Runner, takeTurns } from "./measure.ts";
import type { Photo } from "./photos.ts";
import { bytesAt, type Curve, type Point, qualityAt } from "./quality/rate.ts";
import { type Picture, referenceOf } from "./quality/reference.ts";
import type { Scorers } from "./quality/scorers.ts";
import type { AvifRow, AvifSetting, Row } from "./results.ts";
import { QUALITIES, type Task, taskOf } from "./task.ts";

const SIZE = 800;
/** Ours, and on libavif's scale. */
const CURVE = [65, QUALITIES.avif, 90];
const THEIR_CURVE = [45, 60, 75];
/** Of the 5 rounds that the quick ones get. */
const SLOW_ROUNDS = 2;

interface Setting {
  readonly who: AvifSetting["who"];
  readonly setting: number;
  readonly render: (task: Task) => Promise<Uint8Array>;
  readonly rounds: number;
}

const SHARP_EFFORTS = [0, 1, 2, 3, 4];
const JSQUASH_SPEEDS = [10, 9, 8, 7, 6];

interface Tools {
  readonly ours: Ours;
  readonly scorers: Scorers;
  readonly quick: boolean;
}

export async function avifOf(photo: Photo, whole: Picture, tools: Tools): Promise<AvifRow> {
  const reference = await referenceOf(whole, taskOf(photo, SIZE, "avif").output);
  const pointOf = async (render: Contender["render"], quality: number): Promise<Point> => {
    const file = await render(taskOf(photo, SIZE, "avif", quality, quality));
    const { ssimulacra2 } = await tools.scorers.score(reference, file);
    return { quality, bytes: file.length, score: ssimulacra2 };
  };
  const curveOf = (render: Contender["render"], qualities: readonly number[]) =>
    Promise.all(qualities.map((quality) => pointOf(render, quality)));

  const curve = await curveOf(tools.ours.render, CURVE);
  const target = curve.find(({ quality }) => quality === QUALITIES.avif)!;
  const settings: (Setting & Omit<AvifSetting, "timing">)[] = [];
  for (const setting of settingsOf(tools.quick)) {
    const points = await curveOf(setting.render, THEIR_CURVE);
    const wanted = Math.ceil(Math.min(100, Math.max(1, qualityAt(points, target.score))));
    const matched = await pointOf(setting.render, wanted);
    const all: Curve = [...points.filter(({ quality }) => quality !== wanted), matched];
    const bytesRatio = bytesAt(all, target.score) / target.bytes;
    settings.push({ ...setting, curve: points, matched, bytesRatio });
  }
  const timings = await takeTurns(runnersOf(photo, settings, tools.ours), {
    rounds: 5,
    warmups: 0,
  });
  return {
    photo: photo.name,
    curve,
    target,
    timing: timings.ours!,
    settings: settings.map(({ who, setting, curve: points, matched, bytesRatio }) => {
      const timing = timings[`${who} ${setting}`]!;
      return { who, setting, curve: points, matched, bytesRatio, timing };
    }),
  };
}

function settingsOf(quick: boolean): Setting[] {
  const efforts = quick ? SHARP_EFFORTS.slice(0, 2) : SHARP_EFFORTS;
  const speeds = quick ? JSQUASH_SPEEDS.slice(0, 2) : JSQUASH_SPEEDS;
  return [
    ...efforts.map((effort): Setting => {
      const render = (task: Task) => renderWithSharp(task, effort);
      return { who: "sharp", setting: effort, render, rounds: effort < 2 ? 5 : SLOW_ROUNDS };
    }),
    ...speeds.map((speed): Setting => {
      const render = (task: Task) => avifByJsquash(task, speed);
      return { who: "jsquash", setting: speed, render, rounds: SLOW_ROUNDS };
    }),
  ];
}

function runnersOf(
  photo: Photo,
  settings: readonly (Setting & Pick<AvifSetting, "matched">)[],
  ours: Ours,
): Runner[] {
  const task = taskOf(photo, SIZE, "avif");
  return [
    { name: "ours", run: () => ours.render(task) },
    ...settings.map(({ who, setting, matched, render, rounds }): Runner => {
      const equal = taskOf(photo, SIZE, "avif", matched.quality, matched.quality);
      return { name: `${who} ${setting}`, run: () => render(equal), rounds };
    }),
  ];
}

/** Each takes most of a minute. */
const PHOTOS = { quick: 1, full: 2 };

/**
 * Photos as usual phones make them, the first few. Where sharp's picture lies a part of a pixel beside the reference
 * (its score for WebP tells), its scores are no matter of its coding, and cannot be brought to ours.
 */
export function isForAvif(
  photo: Photo,
  rows: readonly Row[],
  done: number,
  quick: boolean,
): boolean {
  const { kind, facts, megapixels, file } = photo;
  const isUsual = megapixels > 8 && megapixels < 13 && file.length > 500_000;
  const isPhoto = kind === "photo" && facts.format === "jpeg" && !facts.progressive;
  const wanted = quick ? PHOTOS.quick : PHOTOS.full;
  return isUsual && isPhoto && done < wanted && rows.some(isAligned);
}

function isAligned({ size, format, outcomes: { ours, sharp } }: Row): boolean {
  if (size !== SIZE || format !== "webp" || !ours || !sharp) return false;
  return Math.abs(ours.ssimulacra2 - sharp.ssimulacra2) <= 3;
}
