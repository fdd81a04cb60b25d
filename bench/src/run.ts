/** The whole measurement, photo by photo. */
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import { createJsquash } from "./contenders/jsquash.ts";
import { createPictor } from "./contenders/pictor.ts";
import { throughHits } from "./hits.ts";
import { machine } from "./machine.ts";
import type { Options } from "./options.ts";
import { ENGINE } from "./paths.ts";
import { collectPhotos, type Photo } from "./photos.ts";
import { decodedWhole } from "./quality/reference.ts";
import { startScorers } from "./quality/scorers.ts";
import { ratesOf } from "./rates.ts";
import type { PhotoFacts, RateRow, Results, Row } from "./results.ts";
import { type RowTools, rowsOf } from "./rows.ts";
import { throughWorkerd } from "./workerd.ts";

export async function measured(options: Options, say: (text: string) => void): Promise<Results> {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const pictor = createPictor();
  const about = machine(pictor.version);
  const { photos, fromCorpus } = await collectPhotos(options);
  if (!fromCorpus) say("No corpus: measuring the project's own sample pictures.");
  const failures: string[] = [];
  const scorers = startScorers();
  const tools: RowTools = {
    pictor,
    jsquash: await createJsquash(),
    scorers,
    rounds: options.rounds,
    onFailure(text) {
      failures.push(text);
      say(`failed: ${text}`);
    },
  };
  const rows: Row[] = [];
  const rates: RateRow[] = [];
  for (const photo of photos) {
    if (seconds() > options.minutes * 60) {
      tools.onFailure(`${photo.name}: left out, after ${options.minutes} minutes`);
      continue;
    }
    say(`${seconds()} s: ${photo.name} (${photo.megapixels.toFixed(1)} MP)`);
    const whole = await decodedWhole(photo);
    rows.push(...(await rowsOf(photo, whole, tools)));
    rates.push(...(await ratesOf(photo, whole, tools)));
  }
  scorers.stop();
  say(`${seconds()} s: whole requests through workerd`);
  const workerd = await throughWorkerd(photos, pictor, options);
  say(`${seconds()} s: hits`);
  const hits = await throughHits(options);
  const module = await readFile(ENGINE);
  return {
    machine: about,
    quick: options.quick,
    rounds: options.rounds,
    seconds: seconds(),
    fromCorpus,
    engineBytes: module.length,
    engineGzip: gzipSync(module, { level: 9 }).length,
    photos: photos.filter(({ name }) => rows.some(({ photo }) => photo === name)).map(factsOf),
    rows,
    rates,
    workerd,
    hits,
    failures,
  };
}

function factsOf({ name, kind, made, facts, megapixels, file }: Photo): PhotoFacts {
  const { width, height, orientation, profile, colour, sampling } = facts;
  return {
    name,
    kind,
    ...(made !== undefined && { made }),
    width,
    height,
    megapixels,
    bytes: file.length,
    progressive: facts.progressive === true,
    sampling: colour === "gray" ? "grey" : (sampling ?? "?"),
    orientation,
    ...(profile !== undefined && { profile }),
  };
}
