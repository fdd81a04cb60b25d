/** The whole measurement, photo by photo. */
import { performance } from "node:perf_hooks";
import { avifOf, isForAvif } from "./avif.ts";
import { startIpx } from "./contenders/ipx.ts";
import { jsquash } from "./contenders/jsquash.ts";
import { createOurs } from "./contenders/ours.ts";
import { photon } from "./contenders/photon.ts";
import { sharpContender } from "./contenders/sharp.ts";
import { wasmImageOptimization } from "./contenders/wasm-image-optimization.ts";
import { throughHits } from "./hits.ts";
import { machine } from "./machine.ts";
import { ownMemory } from "./memory/own.ts";
import { bundleFacts, ownModules } from "./modules.ts";
import type { Options } from "./options.ts";
import { collectPhotos, type Photo } from "./photos.ts";
import { decodedWhole } from "./quality/reference.ts";
import { startScorers } from "./quality/scorers.ts";
import { ratesOf } from "./rates.ts";
import type { AvifRow, PhotoFacts, RateRow, Results, Row } from "./results.ts";
import { type RowTools, rowsOf, textOf } from "./rows.ts";
import { taskOf } from "./task.ts";
import { throughWorkerd } from "./workerd.ts";

export async function measured(options: Options, say: (text: string) => void): Promise<Results> {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const ours = createOurs();
  const about = machine(ours.version);
  const { photos, fromCorpus } = await collectPhotos(options);
  if (!fromCorpus) say("No corpus: measuring the project's own sample pictures.");
  const failures: string[] = [];
  const scorers = startScorers();
  const ipx = await startIpx();
  const tools: RowTools = {
    ours,
    sharp: sharpContender,
    peers: [jsquash, photon, wasmImageOptimization, ipx],
    scorers,
    rounds: options.rounds,
    onFailure(text) {
      failures.push(text);
      say(`failed: ${text}`);
    },
  };
  const rows: Row[] = [];
  const rates: RateRow[] = [];
  const avif: AvifRow[] = [];
  for (const photo of photos) {
    if (seconds() > options.minutes * 60) {
      tools.onFailure(`${photo.name}: left out, after ${options.minutes} minutes`);
      continue;
    }
    say(`${seconds()} s: ${photo.name} (${photo.megapixels.toFixed(1)} MP)`);
    const whole = await decodedWhole(photo);
    const mine = await rowsOf(photo, whole, tools);
    rows.push(...mine);
    rates.push(...(await ratesOf(photo, whole, tools)));
    if (isForAvif(photo, mine, avif.length, options.quick)) {
      say(`${seconds()} s: ${photo.name}, AVIF at equal quality`);
      avif.push(await avifOf(photo, whole, { ours, scorers, quick: options.quick }));
    }
  }
  scorers.stop();
  ipx.stop();
  const avifMemory = await memoryOfAvif(photos);
  say(`${seconds()} s: whole requests through workerd`);
  const workerd = await throughWorkerd(photos, ours, options);
  say(`${seconds()} s: hits`);
  const hits = await throughHits(options);
  const modules = await ownModules();
  const bundle = await bundleFacts();
  return {
    machine: about,
    quick: options.quick,
    rounds: options.rounds,
    seconds: seconds(),
    fromCorpus,
    modules,
    bundle,
    photos: photos.filter(({ name }) => rows.some(({ photo }) => photo === name)).map(factsOf),
    rows,
    rates,
    avif,
    avifMemory,
    workerd,
    hits,
    failures,
  };
}

/** Of 1600 × 1200 from a JPEG of 4:3, upright or lying. */
async function memoryOfAvif(photos: readonly Photo[]): Promise<Results["avifMemory"]> {
  const tasks = photos
    .filter(({ facts, megapixels }) => facts.format === "jpeg" && megapixels > 2 && megapixels < 13)
    .flatMap((photo) => [1600, 1200].map((width) => taskOf(photo, width, "avif")))
    .filter(({ output }) => output.width * output.height === 1600 * 1200);
  const task = tasks[0];
  if (task === undefined) return "No JPEG of 4:3 was there.";
  try {
    return await ownMemory(task);
  } catch (error) {
    return textOf(error);
  }
}

function factsOf({ name, kind, made, facts, megapixels, file }: Photo): PhotoFacts {
  const { width, height, orientation, profile, colour, sampling, format, alpha } = facts;
  return {
    name,
    kind,
    ...(made !== undefined && { made }),
    width,
    height,
    megapixels,
    bytes: file.length,
    format,
    progressive: facts.progressive === true,
    alpha,
    sampling: colour === "gray" ? "grey" : (sampling ?? colour),
    orientation,
    ...(profile !== undefined && { profile }),
  };
}
