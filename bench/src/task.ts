/** One row: a photo, a size and an encoding, with the plan that the service would make of it. */
import type { Plan } from "../../src/image/job.ts";
import { pictorPeakBytes } from "../../src/image/memory-pictor.ts";
import { orientedSize, planOf } from "../../src/image/plan.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import type { Photo } from "./photos.ts";

export interface Task {
  readonly photo: Photo;
  /** Width of the result in px. */
  readonly size: number;
  readonly format: "jpeg" | "webp";
  readonly quality: number;
  readonly plan: Plan;
}

export const SIZES = [320, 800, 1600] as const;
export const FORMATS = ["jpeg", "webp"] as const;
export const QUALITY = 80;

export function taskOf(
  photo: Photo,
  size: number,
  format: Task["format"],
  quality = QUALITY,
): Task {
  const { format: _, ...transform } = resolve(
    parse([
      ["w", String(size)],
      ["q", String(quality)],
    ]),
  );
  const plan = planOf(transform, format, photo.facts, photo.file.length, pictorPeakBytes);
  return { photo, size, format, quality, plan };
}

/** Sizes that are smaller than the photo: nothing is enlarged here. */
export function sizesOf(photo: Photo): number[] {
  const { width } = orientedSize(photo.facts);
  return SIZES.filter((size) => size < width);
}
