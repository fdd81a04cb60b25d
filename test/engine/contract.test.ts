import sharp from "sharp";
import { admitted } from "../../src/engine/admission.ts";
import { createJsquashEngine } from "../../src/engine/jsquash/engine.ts";
import { createBudget } from "../../src/engine/permits.ts";
import { type EngineSource, engineContract } from "../contracts/engine.ts";
import { modules } from "./modules.ts";
import { gradient, inSharp } from "./pictures.ts";

async function sources(): Promise<EngineSource[]> {
  const picture = await inSharp(gradient(64, 48)).removeAlpha().png().toBuffer();
  return Promise.all(
    (["jpeg", "png", "webp", "avif"] as const).map(async (format) => ({
      format,
      bytes: new Uint8Array(await sharp(picture).toFormat(format).toBuffer()),
    })),
  );
}

const made = sources();
const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
const budget = () => createBudget({ bytes: 2 ** 27, queueLength: 9, waitMs: 9000, timers });

engineContract("jSquash in Node", async () => ({
  engine: createJsquashEngine({ modules }),
  sources: await made,
}));

engineContract("jSquash with permits", async () => ({
  engine: admitted(createJsquashEngine({ modules }), {
    jobs: budget(),
    sources: budget(),
    maxSourceBytes: 2 ** 24,
  }),
  sources: await made,
}));
