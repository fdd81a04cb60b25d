import sharp from "sharp";
import { createBudget } from "../../../src/engine/permits.ts";
import { admittedStreams } from "../../../src/engine/pictor/admission.ts";
import { type EngineSource, engineContract } from "../../contracts/engine.ts";
import { gradient, inSharp } from "../pictures.ts";
import { openEngine } from "./engines.ts";

async function make(): Promise<EngineSource[]> {
  const picture = await inSharp(gradient(64, 48)).removeAlpha().png().toBuffer();
  return Promise.all(
    (["jpeg", "webp", "png", "avif"] as const).map(async (format) => ({
      format,
      bytes: new Uint8Array(await sharp(picture).toFormat(format).toBuffer()),
    })),
  );
}

const sources = make();
const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
const budget = () => createBudget({ bytes: 2 ** 27, queueLength: 9, waitMs: 9000, timers });

engineContract("our own in Node", async () => ({ ...openEngine(), sources: await sources }));

engineContract("our own with permits, every source a stream", async () => ({
  engine: admittedStreams(openEngine().engine, {
    jobs: budget(),
    sources: budget(),
    streams: budget(),
    maxStreamBytes: 2 ** 27,
    maxSourceBytes: 2 ** 24,
    aheadBytes: 10,
  }),
  sources: await sources,
}));
