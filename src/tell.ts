/** Answers that tell of a picture instead of showing it: sizes, facts, colours, placeholders. */
import type { ClassTransform } from "./cache/key.ts";
import { PictorError } from "./errors.ts";
import { blurHashOf } from "./image/blurhash.ts";
import type { Plan } from "./image/job.ts";
import { paletteOf } from "./image/palette.ts";
import type { Raster } from "./image/raster.ts";
import { responsiveOf } from "./image/responsive.ts";
import { overWhite, WHITE } from "./image/surround.ts";
import { thumbHashOf } from "./image/thumbhash.ts";
import { infoAsJson, type Seen, sizesAsJson } from "./image/told.ts";
import type { Job } from "./job.ts";
import type { Telling } from "./params/output.ts";
import type { RenderFacts } from "./ports.ts";
import type { Planned } from "./render.ts";

export interface Told {
  readonly text: string;
  /** What the engine did for it. */
  readonly rendered?: RenderFacts;
}

export const TOLD_TYPES: Readonly<Record<Telling, string>> = {
  json: "application/json",
  info: "application/json",
  blurhash: "text/plain; charset=utf-8",
  thumbhash: "text/plain; charset=utf-8",
  lqip: "text/plain; charset=utf-8",
};

export async function tell(output: Telling, job: Job, planned: Planned): Promise<Told> {
  const { plan, object } = planned;
  switch (output) {
    case "json":
      return { text: JSON.stringify(sizesAsJson(plan, object.size)) };
    case "info":
      return { text: JSON.stringify(await infoOf(job, planned)) };
    case "lqip": {
      const { bytes, facts } = await planned.render(plan);
      return { text: `data:image/webp;base64,${base64(bytes)}`, rendered: facts };
    }
    default: {
      const { bytes, facts } = await planned.render(plan);
      const raster = rasterOf(bytes, plan);
      const text =
        output === "blurhash" ? blurHashOf(raster, underOf(job.transform)) : thumbHashOf(raster);
      return { text, rendered: facts };
    }
  }
}

async function infoOf(job: Job, planned: Planned): Promise<object> {
  const { plan, object, planAs } = planned;
  const { path, transform, ladder } = job;
  const sizeOf = (wishes: ClassTransform) => planAs(wishes).output;
  const sizes = sizesAsJson(plan, object.size);
  const seen = await seenIn(job, planned);
  return infoAsJson(sizes, plan, seen, responsiveOf(path, transform, ladder, sizeOf));
}

/** What the service cannot decode has facts all the same; what is broken, or may work the next time, has not. */
async function seenIn({ transform }: Job, { miniature, render }: Planned): Promise<Seen> {
  try {
    const plan = miniature();
    const { bytes } = await render(plan);
    const raster = rasterOf(bytes, plan);
    return {
      palette: paletteOf(raster),
      blurhash: blurHashOf(raster, underOf(transform)),
      thumbhash: thumbHashOf(raster),
    };
  } catch (error) {
    if (!(error instanceof PictorError) || !LASTING.has(error.status)) throw error;
    return { reason: error.info.detail ?? error.message };
  }
}

/** Too much for a request, and not a kind that is read: the same whenever it is asked again. */
const LASTING: ReadonlySet<number> = new Set([413, 415]);

/** With `auto` and `blur`, nothing shines through. */
function underOf({ background }: ClassTransform) {
  return typeof background === "object" ? overWhite(background) : WHITE;
}

function rasterOf(bytes: Uint8Array, { output }: Plan): Raster {
  const { width, height } = output;
  return { width, height, data: new Uint8ClampedArray(bytes) };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
