/** Whole requests, beside the engine alone. */
import type { Ours } from "./contenders/ours.ts";
import { firstRequests, type Running, runsOurEngine, startWorkerd } from "./contenders/service.ts";
import { takeTurns } from "./measure.ts";
import type { Options } from "./options.ts";
import type { Photo } from "./photos.ts";
import type { RequestRow, Through } from "./results.ts";
import { FORMATS, type Task, taskOf } from "./task.ts";

const SIZE = 800;
/** Requests of a timed batch: workerd's CPU time is read in steps of 10 ms. */
const BATCH = 6;
/** V8 in workerd has its own compilers to warm up. */
const WARMUPS = 12;

/** Or the reason why there is nothing to measure. */
export async function throughWorkerd(
  photos: readonly Photo[],
  ours: Ours,
  options: Options,
): Promise<Through | string> {
  if (process.platform !== "linux")
    return "workerd's CPU time is read from /proc, which is Linux's.";
  if (!(await runsOurEngine())) return "The Worker is not bundled with this engine's module yet.";
  const measured = photosFor(photos, options.quick);
  if (measured.length === 0) return `No baseline photo wider than ${SIZE} px was there.`;
  const running = await startWorkerd();
  try {
    const rows: RequestRow[] = [];
    for (const photo of measured) {
      await running.put(photo);
      for (const format of FORMATS) {
        rows.push(await rowOf(taskOf(photo, SIZE, format), running, ours, options));
      }
    }
    const firstPhoto = measured.at(-1)!;
    const first = await firstRequests(taskOf(firstPhoto, SIZE, "webp"), options.quick ? 1 : 3, 9);
    return { rows, first, firstPhoto: firstPhoto.name };
  } finally {
    await running.stop();
  }
}

/** Real photos of the usual sizes, largest last. */
function photosFor(photos: readonly Photo[], quick: boolean): Photo[] {
  const usual = photos
    .filter(
      ({ kind, facts }) =>
        facts.format === "jpeg" && kind === "photo" && !facts.progressive && facts.width > SIZE,
    )
    .sort((a, b) => a.file.length - b.file.length);
  const largest = usual.filter(({ megapixels }) => megapixels < 13);
  return quick ? largest.slice(-1) : largest.slice(-4);
}

async function rowOf(
  task: Task,
  running: Running,
  ours: Ours,
  { quick }: Options,
): Promise<RequestRow> {
  for (let i = 0; i < WARMUPS; i++) {
    await running.request(task, "http");
    await running.request(task, "r2");
  }
  const runners = [
    { name: "alone", run: () => ours.render(task), repeat: BATCH },
    { name: "http", run: () => running.request(task, "http"), cpu: running.cpu, repeat: BATCH },
    { name: "r2", run: () => running.request(task, "r2"), cpu: running.cpu, repeat: BATCH },
  ];
  const { alone, http, r2 } = await takeTurns(runners, {
    rounds: quick ? 2 : 3,
    warmups: 1,
  });
  return {
    photo: task.photo.name,
    format: task.format,
    alone: alone!,
    request: http!,
    fromR2: r2!,
  };
}
