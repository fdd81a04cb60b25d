/** Curves of bytes against SSIMULACRA2, for a few photos. */
import type { Ours } from "./contenders/ours.ts";
import { renderWithSharp } from "./contenders/sharp.ts";
import type { Photo } from "./photos.ts";
import { bytesAtEqualScore, type Point } from "./quality/rate.ts";
import { type Picture, referenceOf } from "./quality/reference.ts";
import type { Scorers } from "./quality/scorers.ts";
import type { RateRow } from "./results.ts";
import { FORMATS, type Task, taskOf } from "./task.ts";

const QUALITIES = [60, 70, 80, 90];
const SIZE = 800;

interface Tools {
  readonly ours: Ours;
  readonly scorers: Scorers;
}

/** Photos as cameras wrote them; derivatives were compressed twice. None for the others. */
export async function ratesOf(photo: Photo, whole: Picture, tools: Tools): Promise<RateRow[]> {
  if (photo.facts.format !== "jpeg" || photo.kind !== "photo" || whole.width <= SIZE) return [];
  return Promise.all(FORMATS.map((format) => rateOf(photo, format, whole, tools)));
}

async function rateOf(
  photo: Photo,
  format: Task["format"],
  whole: Picture,
  { ours: engine, scorers }: Tools,
): Promise<RateRow> {
  const reference = await referenceOf(whole, taskOf(photo, SIZE, format).output);
  const curve = (render: (task: Task) => Promise<Uint8Array>) =>
    Promise.all(
      QUALITIES.map(async (quality): Promise<Point> => {
        const file = await render(taskOf(photo, SIZE, format, quality));
        const { ssimulacra2 } = await scorers.score(reference, file);
        return { quality, bytes: file.length, score: ssimulacra2 };
      }),
    );
  const [ours, sharp] = await Promise.all([
    curve(engine.render),
    curve((task) => renderWithSharp(task)),
  ]);
  return { photo: photo.name, format, ours, sharp, ratio: bytesAtEqualScore(ours, sharp) };
}
