/** One row: a photo, a size and an encoding, with the size that the service would plan. */
import type { Output, OutputFormat } from "../../src/image/job.ts";
import { orientedSize, planOf } from "../../src/image/plan.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import type { Photo } from "./photos.ts";

export type Format = "jpeg" | "webp" | "png" | "avif" | "jxl";

export interface Task {
  readonly photo: Photo;
  /** Width of the result in px. */
  readonly size: number;
  readonly format: Format;
  /** What we are asked for. */
  readonly quality: number;
  /** What the others are asked for, which looks much the same. */
  readonly theirs: number;
  /** Size, chroma, scans and alpha: the same for all contenders. */
  readonly output: Omit<Output, "format">;
}

export const SIZES = [320, 800, 1600] as const;
export const FORMATS = ["jpeg", "webp"] as const;
export const QUALITIES: Readonly<Record<Format, number>> = {
  jpeg: 80,
  webp: 80,
  png: 80,
  avif: 80,
  jxl: 80,
};

/** Ours is WebP's scale for AVIF too; theirs is libavif's, where 52 looks like 80 of WebP's. */
const AVIF_SCALE = 0.65;

export const NAMES: Readonly<Record<Format, string>> = {
  jpeg: "JPEG",
  webp: "WebP",
  png: "PNG",
  avif: "AVIF",
  jxl: "JXL",
};

export function taskOf(
  photo: Photo,
  size: number,
  format: Format,
  quality = QUALITIES[format],
  theirs = format === "avif" ? Math.round(quality * AVIF_SCALE) : quality,
): Task {
  const { format: _, ...transform } = resolve(parse(wishesOf({ size, quality })));
  // Only its size and the like are taken: JXL's are AVIF's.
  const planned: OutputFormat = format === "jxl" ? "avif" : format;
  const { output } = planOf(transform, planned, photo.facts, photo.file.length, () => 0);
  return { photo, size, format, quality, theirs, output };
}

/** As parameters of a URL. */
export function wishesOf({ size, quality }: Pick<Task, "size" | "quality">): [string, string][] {
  return [
    ["w", String(size)],
    ["q", String(quality)],
  ];
}

/** Sizes that are smaller than the photo: nothing is enlarged here. */
export function sizesOf(photo: Photo, sizes: readonly number[] = SIZES): number[] {
  const { width } = orientedSize(photo.facts);
  return sizes.filter((size) => size < width);
}
