/** Sound pictures of every format that is read, moving ones too: of a size and with a content that are asked for. */
import sharp, { type Sharp } from "sharp";
import type { Plan, Size } from "../../../src/image/job.ts";
import { type Raster, rasterBytes } from "../../../src/image/raster.ts";
import { dibOf } from "../bmp/files.ts";
import { others } from "../modules.ts";
import { apngFile, gifFile, type Moving } from "../pictor/animation-files.ts";
import { type Content, contentPicture, fileOf, KINDS } from "../pictor/sound-sources.ts";
import { inSharp, noise } from "../pictures.ts";
import { factsOf, planOf } from "../plans.ts";

export interface SourceKind {
  readonly name: string;
  readonly isMoving?: true;
  /** Sides that it cannot have are made shorter. */
  readonly make: (size: Size, content: Content) => Promise<Uint8Array>;
}

const still = (name: string, make: SourceKind["make"]): SourceKind => ({ name, make });
const moving = (name: string, make: SourceKind["make"]): SourceKind => ({
  name,
  isMoving: true,
  make,
});

const bytesOf = async (image: Sharp) => new Uint8Array(await image.toBuffer());
const alphaFor = (content: Content) => (content === "noise" ? "noise" : "soft");
const opaque = (size: Size, content: Content) => inSharp(contentPicture(size, content));
const soft = (size: Size, content: Content) =>
  inSharp(contentPicture(size, content, alphaFor(content)));

/** Its own pictures one above the other, as sharp takes them; each is brighter and moved. */
async function pages(size: Size, content: Content, count: number): Promise<Sharp> {
  const { width, height } = size;
  const { data } = contentPicture(size, content, alphaFor(content));
  const all = Array.from({ length: count }, (_, page) => {
    const frame = Buffer.from(data);
    for (let i = 0; i < frame.length; i++) frame[i] = data[(i + page * 52) % data.length]! ^ page;
    return frame;
  });
  const raw = { width, height: height * count, channels: 4 as const, pageHeight: height };
  return sharp(Buffer.concat(all), { raw });
}

/** Frames that are smaller than the canvas, of all disposals. */
function rectangles({ width, height }: Size, content: Content, format: "gif" | "png"): Moving {
  const next = noise(5);
  const grain = Array.from({ length: 4001 }, next);
  const index = (x: number, y: number) =>
    content === "flat" ? 3 : (grain[(x * 13 + y * 97) % 4001]! % 17) - 1;
  const [half, third] = [Math.ceil(width / 2), Math.ceil(height / 3)];
  const at = (x: number, y: number, w: number, h: number) => ({ x, y, width: w, height: h });
  const frames = [
    { ...at(0, 0, width, height), index, delay: 70 },
    { ...at(width - half, 0, half, third), index, delay: 40, disposal: "previous" as const },
    { ...at(0, height - third, half, third), index, delay: 30, disposal: "clear" as const },
    { ...at(0, 0, width, height), index: (x: number, y: number) => index(y, x), delay: 60 },
  ].map((frame) => ({ ...frame, ...(format === "png" ? { alpha: 180 } : { interlaced: true }) }));
  return { width, height, plays: 3, frames };
}

/** Rows are whole words of four bytes. */
function dib({ width, height, data }: Raster, bits: 24 | 32, twice: boolean): Uint8Array {
  const row = Math.ceil((width * bits) / 32) * 4;
  const pixels = new Array<number>(row * height).fill(0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((height - 1 - y) * width + x) * 4;
      const at = y * row + (x * bits) / 8;
      for (let i = 0; i < bits / 8; i++) pixels[at + i] = data[from + (i === 3 ? 3 : 2 - i)]!;
    }
  }
  // An icon's has the mask's rows behind its own.
  const mask = twice ? new Array<number>(Math.ceil(width / 32) * 4 * height).fill(0) : [];
  return dibOf({ width, height: twice ? 2 * height : height, bits, pixels: [...pixels, ...mask] });
}

function bmp(raster: Raster, bits: 24 | 32): Uint8Array {
  const body = dib(raster, bits, false);
  const file = new Uint8Array(14 + body.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, 14 + 40, true);
  file.set(body, 14);
  return file;
}

function ico({ width, height }: Size, picture: Uint8Array): Uint8Array {
  const file = new Uint8Array(22 + picture.length);
  const view = new DataView(file.buffer);
  view.setUint16(2, 1, true);
  view.setUint16(4, 1, true);
  file.set([width & 255, height & 255], 6);
  view.setUint16(12, 32, true);
  view.setUint32(14, picture.length, true);
  view.setUint32(18, 22, true);
  file.set(picture, 22);
  return file;
}

const iconSize = ({ width, height }: Size): Size => ({
  width: Math.min(width, 256),
  height: Math.min(height, 256),
});

/** About as large as the table lets JPEG XL be. */
const jxlSize = ({ width, height }: Size): Size => {
  const scale = Math.min(1, Math.sqrt(250_000 / (width * height)));
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
};

async function jxl(raster: Raster, lossless: boolean): Promise<Uint8Array> {
  const facts = factsOf({ format: "png", ...raster, alpha: true });
  const { output }: Plan = planOf(facts, { output: { format: "jxl", lossless } });
  return others.encodeJxl(raster, output, 100 * rasterBytes(raster) + 80 * 2 ** 20);
}

const SHAPES = ["circle", "rect", "ellipse"] as const;

/**
 * `flat`: a few shapes; else with a group that is see-through, and a blur. No layer is larger than the picture: those are
 * found while drawing, as docs/limits.md says.
 */
function svg({ width, height }: Size, content: Content): Uint8Array {
  const next = noise(8);
  const shape = (_: unknown, i: number) => {
    const kind = SHAPES[i % SHAPES.length]!;
    const [x, y] = [(next() * width) / 255, (next() * height) / 255];
    const fill = `fill="rgb(${next()},${next()},${next()})"`;
    const r = (Math.min(width, height) * next()) / 1000;
    if (kind === "rect") return `<rect x="${x}" y="${y}" width="${r}" height="${r}" ${fill}/>`;
    if (kind === "circle") return `<circle cx="${x}" cy="${y}" r="${r}" fill="url(#g)"/>`;
    return `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${2 * r}" ${fill}/>`;
  };
  const shapes = Array.from({ length: content === "noise" ? 400 : 12 }, shape).join("");
  const layers =
    content === "flat"
      ? shapes
      : `<g opacity="0.7">${shapes}</g><circle r="${Math.min(width, height) / 3}" filter="url(#f)"/>`;
  return new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient><filter id="f"><feGaussianBlur stdDeviation="${Math.min(width, height) / 60}"/></filter></defs>${layers}</svg>`,
  );
}

export const SOURCES: readonly SourceKind[] = [
  ...KINDS.filter(({ name }) => !/animated|(logo|luma|noise) alpha/.test(name)).map((kind) =>
    still(kind.name, (size, content) => fileOf(kind, size, content, size.width % 2 ? 1 : 6)),
  ),
  still("JPEG with a table as its profile", (size, content) =>
    bytesOf(
      opaque(size, content).removeAlpha().toColourspace("cmyk").withIccProfile("cmyk").jpeg(),
    ),
  ),
  still("JPEG in Display P3", (size, content) =>
    bytesOf(opaque(size, content).removeAlpha().withIccProfile("p3").jpeg()),
  ),
  still("AVIF in Display P3, with alpha", (size, content) =>
    bytesOf(soft(size, content).withIccProfile("p3").avif({ effort: 0 })),
  ),
  moving("GIF, moving", async (size, content) =>
    bytesOf((await pages(size, content, 3)).gif({ effort: 1, delay: [50, 120, 70], loop: 2 })),
  ),
  moving("GIF, moving, of rectangles", async (size, content) =>
    gifFile(rectangles(size, content, "gif")),
  ),
  moving("WebP, moving", async (size, content) =>
    bytesOf((await pages(size, content, 3)).webp({ effort: 0, delay: [50, 120, 70], loop: 2 })),
  ),
  moving("WebP, moving, lossless", async (size, content) =>
    bytesOf((await pages(size, content, 2)).webp({ lossless: true, effort: 0, delay: [50, 70] })),
  ),
  moving("APNG", async (size, content) => apngFile(rectangles(size, content, "png"))),
  still("BMP", async (size, content) => bmp(contentPicture(size, content), 24)),
  still("BMP with alpha", async (size, content) =>
    bmp(contentPicture(size, content, alphaFor(content)), 32),
  ),
  still("TIFF, LZW", (size, content) =>
    bytesOf(opaque(size, content).removeAlpha().tiff({ compression: "lzw" })),
  ),
  still("TIFF with alpha, deflate, in tiles", (size, content) =>
    bytesOf(soft(size, content).tiff({ compression: "deflate", tile: true })),
  ),
  still("TIFF, 16 bits", (size, content) =>
    bytesOf(
      opaque(size, content).removeAlpha().toColourspace("rgb16").tiff({ compression: "none" }),
    ),
  ),
  still("TIFF, gray", (size, content) =>
    bytesOf(opaque(size, content).removeAlpha().greyscale().tiff({ compression: "packbits" })),
  ),
  still("JPEG XL", (size, content) => jxl(contentPicture(jxlSize(size), content), false)),
  still("JPEG XL, lossless, alpha", (size, content) =>
    jxl(contentPicture(jxlSize(size), content, alphaFor(content)), true),
  ),
  still("SVG", async (size, content) => svg(size, content)),
  still("ICO of a bitmap", async (size, content) => {
    const of = iconSize(size);
    return ico(of, dib(contentPicture(of, content, alphaFor(content)), 32, true));
  }),
  still("ICO of a PNG", async (size, content) => {
    const of = iconSize(size);
    return ico(of, await bytesOf(soft(of, content).png({ progressive: content === "photo" })));
  }),
];
