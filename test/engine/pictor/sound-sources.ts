/** Sound pictures of every kind that is read, made by sharp: what a plan's price has to suffice for. */
import sharp, { type Sharp } from "sharp";
import type { Size } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { inSharp, noise, picture } from "../pictures.ts";

/** What is in a picture. `photo` has detail of all sizes, as photos have. */
export const CONTENTS = ["photo", "flat", "noise"] as const;
export type Content = (typeof CONTENTS)[number];

/** How alpha runs: a cut-out with hard edges, a soft rim, values of their own, and a picture's own luma. */
export const ALPHAS = ["logo", "soft", "noise", "luma"] as const;
export type Alpha = (typeof ALPHAS)[number];

type Sample = (x: number, y: number) => number;

/** Random values at the corners of cells, straight lines between them. */
function valueNoise(cell: number, across: number, next: () => number): Sample {
  const columns = Math.ceil(across / cell) + 2;
  const corners: number[][] = [];
  const at = (x: number, y: number) => {
    corners[y] ??= Array.from({ length: columns }, next);
    return corners[y][x] ?? 0;
  };
  return (x, y) => {
    const [i, j] = [Math.floor(x / cell), Math.floor(y / cell)];
    const [u, v] = [x / cell - i, y / cell - j];
    const upper = at(i, j) * (1 - u) + at(i + 1, j) * u;
    return upper * (1 - v) + (at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u) * v;
  };
}

/** Octaves, each half as strong as the one of twice its size. */
function photoSample({ width }: Size, next: () => number): Sample {
  const octaves = [64, 32, 16, 8, 4, 2, 1].map((cell) => ({
    weight: cell / 127,
    of: valueNoise(cell, width, next),
  }));
  return (x, y) => octaves.reduce((total, { weight, of }) => total + weight * of(x, y), 0);
}

function sampleOf(content: Content, size: Size, next: () => number): Sample {
  if (content === "photo") return photoSample(size, next);
  return content === "noise" ? next : () => 200;
}

function alphaOf(alpha: Alpha, { width, height }: Size, next: () => number): Sample {
  if (alpha === "noise") return next;
  if (alpha === "luma") return photoSample({ width, height }, next);
  const rim = alpha === "logo" ? 0.01 : 0.5;
  return (x, y) => {
    const away = Math.hypot((2 * x) / width - 1, (2 * y) / height - 1);
    // Rays, so that rows differ.
    const ray = 0.15 * Math.sin(9 * Math.atan2(y - height / 2, x - width / 2));
    return Math.max(0, Math.min(255, (255 * (0.8 + ray - away)) / rim));
  };
}

export function contentPicture(size: Size, content: Content, alpha?: Alpha): Raster {
  const next = noise(11);
  const samples = [0, 1, 2].map(() => sampleOf(content, size, next));
  const [red, green, blue] = samples as [Sample, Sample, Sample];
  const seen = alpha ? alphaOf(alpha, size, next) : () => 255;
  return picture(size.width, size.height, (x, y) => [
    red(x, y),
    green(x, y),
    blue(x, y),
    seen(x, y),
  ]);
}

export interface Kind {
  readonly name: string;
  /** Without: opaque. */
  readonly alpha?: Alpha;
  readonly encode: (image: Sharp) => Sharp | Promise<Sharp>;
}

const opaque = (name: string, encode: (image: Sharp) => Sharp): Kind => ({
  name,
  encode: (image) => encode(image.removeAlpha()),
});

/** Each kind of alpha in turn. */
const transparent = (name: string, encode: (image: Sharp) => Sharp): Kind[] =>
  ALPHAS.map((alpha) => ({ name: `${name}, ${alpha} alpha`, alpha, encode }));

/** The first frame fills the canvas and is opaque; the second is not, so that the file says alpha. */
async function animated(image: Sharp): Promise<Sharp> {
  const { width, height } = await image.metadata();
  const first = await image.clone().removeAlpha().ensureAlpha().raw().toBuffer();
  const second = Buffer.from(first).fill(40);
  const pages = { width, height: 2 * height, channels: 4 as const, pageHeight: height };
  return sharp(Buffer.concat([first, second]), { raw: pages }).webp({ effort: 0 });
}

export const KINDS: readonly Kind[] = [
  opaque("JPEG 4:2:0", (image) => image.jpeg({ quality: 90 })),
  opaque("JPEG 4:4:4", (image) => image.jpeg({ quality: 90, chromaSubsampling: "4:4:4" })),
  opaque("JPEG progressive", (image) => image.jpeg({ quality: 90, progressive: true })),
  opaque("JPEG gray", (image) => image.greyscale().jpeg({ quality: 90 })),
  opaque("JPEG CMYK", (image) => image.toColourspace("cmyk").jpeg({ quality: 90 })),
  opaque("WebP lossy", (image) => image.webp({ effort: 0 })),
  ...transparent("WebP lossy", (image) => image.webp()),
  opaque("WebP lossless", (image) => image.webp({ lossless: true })),
  ...transparent("WebP lossless", (image) => image.webp({ lossless: true })),
  { name: "WebP animated, opaque first frame", encode: animated },
  opaque("PNG rgb", (image) => image.png({ compressionLevel: 2 })),
  ...transparent("PNG rgba", (image) => image.png({ compressionLevel: 2 })),
  {
    name: "PNG palette, tRNS",
    alpha: "soft",
    encode: (image) => image.png({ palette: true, effort: 1 }),
  },
  opaque("PNG gray", (image) => image.greyscale().png()),
  opaque("PNG gray, 1 bit", (image) =>
    image.greyscale().threshold().png({ palette: true, colours: 2, effort: 1 }),
  ),
  opaque("PNG gray, 16 bit", (image) => image.toColourspace("grey16").png()),
  opaque("PNG interlaced", (image) => image.png({ progressive: true })),
  { name: "GIF, transparent", alpha: "logo", encode: (image) => image.gif({ effort: 1 }) },
  opaque("AVIF 4:2:0", (image) => image.avif({ effort: 0, chromaSubsampling: "4:2:0" })),
  opaque("AVIF 4:4:4", (image) => image.avif({ effort: 0, quality: 80 })),
  opaque("AVIF gray", (image) => image.greyscale().avif({ effort: 0 })),
  ...transparent("AVIF", (image) => image.avif({ effort: 0 })).slice(1, 2),
];

export async function fileOf(
  kind: Kind,
  size: Size,
  content: Content,
  orientation: number,
): Promise<Uint8Array> {
  const encoded = await kind.encode(inSharp(contentPicture(size, content, kind.alpha)));
  const told = orientation === 1 ? encoded : encoded.withMetadata({ orientation });
  return new Uint8Array(await told.toBuffer());
}
