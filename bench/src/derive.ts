/** Derivatives of real photos, for sizes and samplings that no file at hand has. Made once, and kept. */
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type JpegOptions } from "sharp";
import { derivedFormats } from "./derive-formats.ts";
import { STATE } from "./paths.ts";
import type { Photo } from "./photos.ts";

export interface Derivative {
  readonly path: string;
  readonly name: string;
  readonly made: string;
}

interface Recipe {
  readonly name: string;
  readonly made: string;
  readonly jpeg: JpegOptions;
  /** A mosaic of that many photos a side, in place of one photo as it is. */
  readonly mosaic?: { readonly side: number; readonly width: number; readonly height: number };
  readonly grey?: boolean;
  readonly quick?: boolean;
}

const LIKE_CAMERA: JpegOptions = { quality: 90, optimiseCoding: false, chromaSubsampling: "4:2:0" };
const PROGRESSIVE: JpegOptions = { ...LIKE_CAMERA, progressive: true, optimiseCoding: true };

const RECIPES: readonly Recipe[] = [
  {
    name: "12 MP, 4:4:4",
    made: "a photo again",
    jpeg: { ...LIKE_CAMERA, chromaSubsampling: "4:4:4" },
  },
  { name: "12 MP, grey", made: "a photo again", jpeg: LIKE_CAMERA, grey: true },
  { name: "12 MP, progressive", made: "a photo again", jpeg: PROGRESSIVE, quick: true },
  { ...mosaic("100 MP", 4, 11600, 8640, LIKE_CAMERA), quick: true },
  mosaic("24 MP", 2, 6000, 4000, LIKE_CAMERA),
  mosaic("24 MP, progressive", 2, 6000, 4000, PROGRESSIVE),
  mosaic("48 MP", 3, 8000, 6000, LIKE_CAMERA),
  mosaic("50 MP, progressive", 3, 8160, 6144, PROGRESSIVE),
];

function mosaic(
  name: string,
  side: number,
  width: number,
  height: number,
  jpeg: JpegOptions,
): Recipe {
  return {
    name,
    made: `mosaic of ${side * side} enlarged photos`,
    jpeg,
    mosaic: { side, width, height },
  };
}

/** From `parents`, largest first. A derivative's parents are part of its file's name. */
export async function derived(parents: readonly Photo[], quick: boolean): Promise<Derivative[]> {
  if (parents.length === 0) return [];
  const largest = [...parents].sort((a, b) => b.file.length - a.file.length).slice(0, 4);
  const folder = join(STATE, "derived");
  await mkdir(folder, { recursive: true });
  const mark = largest.map(({ file }) => file.length.toString(36)).join("-");
  const made: Derivative[] = [];
  for (const recipe of RECIPES) {
    if (quick && !recipe.quick) continue;
    const slug = recipe.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const path = join(folder, `${slug}.${mark}.jpg`);
    if (!existsSync(path)) await make(recipe, largest, path);
    made.push({ path, name: recipe.name, made: recipe.made });
  }
  return [...made, ...(await derivedFormats(largest[0]!, folder, mark, quick))];
}

async function make(recipe: Recipe, parents: readonly Photo[], path: string): Promise<void> {
  const picture = recipe.mosaic
    ? await mosaicOf(parents, recipe.mosaic)
    : sharp(parents[0]!.file).rotate().resize(4000, 3000);
  const finished = recipe.grey ? picture.greyscale() : picture;
  await finished.jpeg(recipe.jpeg).toFile(`${path}.tmp`);
  await rename(`${path}.tmp`, path);
}

async function mosaicOf(
  parents: readonly Photo[],
  { side, width, height }: NonNullable<Recipe["mosaic"]>,
) {
  const [w, h] = [Math.ceil(width / side), Math.ceil(height / side)];
  const tiles = await Promise.all(
    parents.map(({ file }) =>
      sharp(file).rotate().resize(w, h).removeAlpha().toColourspace("srgb").raw().toBuffer(),
    ),
  );
  const places = Array.from({ length: side * side }, (_, i) => ({
    // Neighbours differ from row to row.
    input: tiles[(i + Math.floor(i / side)) % tiles.length]!,
    raw: { width: w, height: h, channels: 3 as const },
    left: Math.min((i % side) * w, width - w),
    top: Math.min(Math.floor(i / side) * h, height - h),
  }));
  const create = { width, height, channels: 3 as const, background: "black" };
  const pixels = await sharp({ create }).composite(places).raw().toBuffer();
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
