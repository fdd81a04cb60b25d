import sharp from "sharp";
import type { Plan } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { runSteps } from "./pipeline.ts";

/**
 * What a plan's picture must look like before it is encoded: decoded by sharp, worked on by the operations of this
 * folder, which are simple and exact, and share no line with the engine's.
 */
export async function referenceOf(plan: Plan, file: Uint8Array): Promise<Raster> {
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return runSteps({ picture: { width, height, data: new Uint8ClampedArray(data) } }, plan);
}
