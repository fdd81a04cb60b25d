/** One photo of 2 MP in every format, as the usual tools write them. */
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { ENCODERS } from "./contenders/jsquash-codecs.ts";
import type { Derivative } from "./derive.ts";
import type { Photo } from "./photos.ts";
import { taskOf } from "./task.ts";

const [WIDTH, HEIGHT] = [1600, 1200];

interface Recipe {
  readonly name: string;
  readonly extension: string;
  readonly encode: (photo: Sharp, parent: Photo) => Promise<Uint8Array>;
  readonly quick?: boolean;
}

const RECIPES: readonly Recipe[] = [
  {
    name: "2 MP PNG",
    extension: "png",
    encode: (photo) => photo.png({ adaptiveFiltering: true }).toBuffer(),
    quick: true,
  },
  {
    name: "2 MP PNG, palette",
    extension: "png",
    encode: (photo) => photo.png({ palette: true }).toBuffer(),
  },
  {
    name: "2 MP WebP",
    extension: "webp",
    encode: (photo) => photo.webp({ quality: 85 }).toBuffer(),
    quick: true,
  },
  {
    name: "2 MP WebP, lossless",
    extension: "webp",
    encode: (photo) => photo.webp({ lossless: true, effort: 4 }).toBuffer(),
  },
  {
    name: "2 MP AVIF, 4:2:0",
    extension: "avif",
    encode: (photo) =>
      photo.avif({ quality: 60, effort: 4, chromaSubsampling: "4:2:0", bitdepth: 8 }).toBuffer(),
    quick: true,
  },
  { name: "2 MP GIF", extension: "gif", encode: (photo) => photo.gif().toBuffer() },
  { name: "2 MP JXL", extension: "jxl", encode: asJxl },
];

/** sharp writes no JXL. */
async function asJxl(photo: Sharp, parent: Photo): Promise<Uint8Array> {
  const { data } = await photo.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixels = { data: new Uint8ClampedArray(data), width: WIDTH, height: HEIGHT };
  return ENCODERS.jxl(pixels, taskOf(parent, WIDTH, "jxl", 90));
}

export async function derivedFormats(
  parent: Photo,
  folder: string,
  mark: string,
  quick: boolean,
): Promise<Derivative[]> {
  const made: Derivative[] = [];
  for (const { name, extension, encode, quick: isQuick } of RECIPES) {
    if (quick && !isQuick) continue;
    const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const path = join(folder, `${slug}.${mark}.${extension}`);
    if (!existsSync(path)) {
      const photo = sharp(parent.file).rotate().resize(WIDTH, HEIGHT).toColourspace("srgb");
      await writeFile(`${path}.tmp`, await encode(photo, parent));
      await rename(`${path}.tmp`, path);
    }
    made.push({ path, name, made: "a photo of the same, made smaller" });
  }
  return made;
}
