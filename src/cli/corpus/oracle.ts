/**
 * What an answer should look like, by sharp (libvips): independent of our probe, plan, codecs and operations, but
 * for the WebP format itself.
 */
import sharp, { type Sharp } from "sharp";
import { gammaExponent } from "./gamma.ts";
import type { Entry } from "./manifest.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** RGBA, 8 bits, straight alpha. */
export interface Pixels extends Size {
  readonly data: Buffer;
}

/** What sharp knows of a source that it can read. */
export interface Source {
  /** Size as shown, after orientation. */
  readonly upright: Size;
  readonly embedsProfile: boolean;
}

sharp.cache(false);

const UNLIMITED = { limitInputPixels: false, pages: 1 } as const;

/** Nothing for what sharp cannot read. */
export async function readSource(file: Uint8Array): Promise<Source | undefined> {
  try {
    const { autoOrient, icc } = await sharp(file, UNLIMITED).metadata();
    return { upright: autoOrient, embedsProfile: icc !== undefined };
  } catch {
    return undefined;
  }
}

/** Orientation 5 in the codestream, which the manifest does not tell. (djxl makes 606 × 500 of it.) */
const LYING = new Set(["jxl/codec-corpus__bench_oriented_brg.jxl"]);

/** For what sharp cannot read: the manifest's size, which is before orientation. */
export function manifestSize({ path, width, height, features }: Entry): Size {
  const lies = /exif orientation [5-8]\b|irot (90|270)\b/.test(features) || LYING.has(path);
  return lies ? { width: height, height: width } : { width, height };
}

/** `?w=<width>` with the default `fit=scale-down`. */
export function scaledDown(upright: Size, width: number): Size {
  if (upright.width <= width) return upright;
  return { width, height: Math.max(1, Math.round((upright.height * width) / upright.width)) };
}

export interface Reading {
  /** Stretches 16–235 to 0–255, of colours or of alpha. */
  readonly limitedRange?: boolean;
  readonly limitedAlpha?: boolean;
  /** Takes the inks of CMYK for plain filters that lie over each other, whatever the embedded profile says. */
  readonly plainInks?: boolean;
}

/** The first frame, upright, in sRGB. Nothing where sharp fails on the pixels. */
export async function reference(
  file: Uint8Array,
  size: Size,
  { plainInks = false, ...ranges }: Reading,
): Promise<Pixels | undefined> {
  try {
    if (plainInks) return await throughPlainInks(file, size);
    const exponent = gammaExponent(file);
    if (exponent !== undefined) return await throughGamma(file, size, exponent);
    const image = sharp(file, { ...UNLIMITED, failOn: "none" })
      .autoOrient()
      .resize({ ...size, fit: "fill", fastShrinkOnLoad: false })
      .toColourspace("srgb");
    const { data, ...rest } = await pixels(image);
    return { data: stretched(data, ranges), ...rest };
  } catch {
    return undefined;
  }
}

/** Every sample of a PNG to that power, before the resize: of 16 bits, too, as dark levels come apart by it. */
async function throughGamma(file: Uint8Array, size: Size, exponent: number): Promise<Pixels> {
  const image = sharp(file, { ...UNLIMITED, failOn: "none" }).autoOrient();
  const isWide = (await image.metadata()).depth === "ushort";
  const { data, info } = await image
    .toColourspace(isWide ? "rgb16" : "srgb")
    .ensureAlpha()
    .raw({ depth: isWide ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const samples = isWide ? new Uint16Array(new Uint8Array(data).buffer) : data;
  const most = isWide ? 65_535 : 255;
  const shown = Uint8Array.from(samples, (sample, i) => {
    const part = sample / most;
    return Math.round(255 * (i % 4 === 3 ? part : part ** exponent));
  });
  const raw = { width: info.width, height: info.height, channels: 4 } as const;
  return pixels(sharp(shown, { raw }).resize({ ...size, fit: "fill" }));
}

/** libvips gives ink (0 is none of it), as the file's Adobe marker tells; each lets through what it does not take. */
async function throughPlainInks(file: Uint8Array, size: Size): Promise<Pixels> {
  const { data: inks, info } = await sharp(file, { ...UNLIMITED, failOn: "none", ignoreIcc: true })
    .autoOrient()
    .pipelineColourspace("cmyk")
    .resize({ ...size, fit: "fill", fastShrinkOnLoad: false })
    .toColourspace("cmyk")
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`${info.channels} channels of CMYK`);
  const data = inks.map((ink, i) => {
    const light = ((255 - ink) * (255 - inks[i | 3]!)) / 255;
    return i % 4 === 3 ? 255 : Math.round(light);
  });
  return { data: Buffer.from(data), width: info.width, height: info.height };
}

/** Decodes to the last pixel. Throws on anything that libvips so much as warns about. */
export async function decoded(file: Uint8Array): Promise<Pixels> {
  return pixels(sharp(file, { limitInputPixels: false, failOn: "warning" }));
}

/** The same picture after libwebp at quality 80, as sharp drives it: what WebP itself costs. */
export async function throughWebp({ data, width, height }: Pixels): Promise<Pixels> {
  const raw = { width, height, channels: 4 } as const;
  return decoded(await sharp(data, { raw }).webp({ quality: 80 }).toBuffer());
}

function stretched(data: Buffer, { limitedRange, limitedAlpha }: Reading): Buffer {
  const full = (value: number) => Math.min(255, Math.max(0, ((value - 16) * 255) / 219));
  const isLimited = (i: number) => (i % 4 === 3 ? limitedAlpha : limitedRange);
  return Buffer.from(data.map((value, i) => (isLimited(i) ? Math.round(full(value)) : value)));
}

async function pixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * Peak signal-to-noise ratio in dB of two pictures of one size, as seen over black and over white: colours under
 * transparent pixels do not count, alpha does. At most 100.
 */
export function psnr(one: Pixels, other: Pixels): number {
  let sum = 0;
  for (let i = 0; i < one.data.length; i += 4) {
    const [a, b] = [one.data[i + 3]!, other.data[i + 3]!];
    for (let c = i; c < i + 3; c++) {
      const overBlack = (one.data[c]! * a - other.data[c]! * b) / 255;
      const overWhite = overBlack + b - a;
      sum += overBlack ** 2 + overWhite ** 2;
    }
  }
  const mean = sum / ((one.data.length / 4) * 6);
  return mean === 0 ? 100 : Math.min(100, 10 * Math.log10(255 ** 2 / mean));
}
