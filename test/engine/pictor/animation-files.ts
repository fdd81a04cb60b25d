/** Animations of every kind as GIF, WebP and APNG, and what a reader shall see of them. */
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import type { Raster } from "../../../src/image/raster.ts";
import { noise } from "../pictures.ts";
import { colourOf, lzw, rowsOf, subBlocks, u16 } from "./gif-files.ts";
import { type Chunk, pngFrom } from "./png-files.ts";

export type Format = "gif" | "webp" | "png";

export interface MovingFrame {
  /** On the canvas. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0 to 15, of `colourOf`; -1 is transparent. */
  readonly index: (x: number, y: number) => number;
  /** Of all that is not transparent; 255 in a GIF. */
  readonly alpha?: number;
  /** ms; whole hundredths of a second in a GIF. */
  readonly delay: number;
  /** What becomes of it. There is no "previous" in WebP. */
  readonly disposal?: "keep" | "clear" | "previous";
  /** Laid over what is there, as it always is in a GIF; else it replaces that. */
  readonly over?: boolean;
  /** GIF only. */
  readonly interlaced?: boolean;
}

export interface Moving {
  readonly width: number;
  readonly height: number;
  /** 0: for ever. */
  readonly plays: number;
  readonly frames: readonly MovingFrame[];
}

export const WRITERS: Readonly<Record<Format, (moving: Moving) => Promise<Uint8Array>>> = {
  gif: async (moving) => gifFile(moving),
  webp: webpFile,
  png: async (moving) => apngFile(moving),
};

/** Rectangles of all disposals that overlap, of noise and of one colour, one that draws nothing, one that is repeated. */
export function scene(format: Format): Moving {
  const next = noise(3);
  const grain = Array.from({ length: 997 }, next);
  const grainy = (x: number, y: number) => (grain[(x * 7 + y * 31) % 997]! % 17) - 1;
  const flat = (index: number) => () => index;
  const at = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
  const soft = format === "gif" ? {} : { alpha: 120 };
  const previous = format === "webp" ? "keep" : "previous";
  const frames: MovingFrame[] = [
    { ...at(0, 0, 40, 30), index: grainy, delay: 100 },
    { ...at(10, 8, 20, 12), index: flat(3), delay: 40, disposal: "clear", ...soft },
    { ...at(16, 2, 20, 24), index: grainy, delay: 250, disposal: previous },
    { ...at(4, 4, 10, 10), index: flat(7), delay: 70, ...soft },
    { ...at(4, 4, 10, 10), index: flat(-1), delay: 20 },
    { ...at(0, 20, 40, 10), index: grainy, delay: 30, disposal: "clear", interlaced: true },
    { ...at(30, 0, 10, 30), index: flat(2), delay: 500 },
  ];
  return { width: 40, height: 30, plays: 4, frames };
}

function pixel(frame: MovingFrame, x: number, y: number): readonly number[] {
  const index = frame.index(x, y);
  return index < 0 ? [0, 0, 0, 0] : [...colourOf(index), frame.alpha ?? 255];
}

/** The canvas after each frame: the rules of the three formats, written as plainly as can be. */
export function composed({ width, height, frames }: Moving): Raster[] {
  let canvas = new Float64Array(width * height * 4);
  let after = canvas;
  return frames.map((frame) => {
    canvas = after.slice();
    const before = canvas.slice();
    each(frame, (x, y) => {
      const at = ((frame.y + y) * width + frame.x + x) * 4;
      if (frame.x + x >= width || frame.y + y >= height) return;
      const [red, green, blue, alpha] = pixel(frame, x, y) as [number, number, number, number];
      // Premultiplied.
      const share = alpha / 255;
      const below = frame.over === false ? 0 : 1 - share;
      [red, green, blue, 255].forEach((level, k) => {
        canvas[at + k] = level * share + canvas[at + k]! * below;
      });
    });
    after = canvas.slice();
    if (frame.disposal === "previous") after = before;
    if (frame.disposal === "clear") {
      each(frame, (x, y) => {
        if (frame.x + x >= width || frame.y + y >= height) return;
        const at = ((frame.y + y) * width + frame.x + x) * 4;
        after.fill(0, at, at + 4);
      });
    }
    return straight(canvas, width, height);
  });
}

function each({ width, height }: MovingFrame, visit: (x: number, y: number) => void): void {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) visit(x, y);
}

function straight(canvas: Float64Array, width: number, height: number): Raster {
  const data = new Uint8ClampedArray(canvas.length);
  for (let i = 0; i < canvas.length; i++) {
    const alpha = canvas[i | 3]!;
    data[i] = i % 4 === 3 ? alpha : alpha === 0 ? 0 : (canvas[i]! * 255) / alpha;
  }
  return { width, height, data };
}

// ---- GIF89a ----

const GIF_DISPOSALS = { keep: 1, clear: 2, previous: 3 };

export function gifFile({ width, height, plays, frames }: Moving): Uint8Array {
  const palette = Array.from({ length: 32 }, (_, i) => colourOf(i)).flat();
  const loop = plays === 1 ? [] : [...u16(plays === 0 ? 0 : plays - 1)];
  return Uint8Array.from([
    ...Buffer.from("GIF89a"),
    ...[...u16(width), ...u16(height), 0x80 | 4, 0, 0, ...palette],
    ...(plays === 1 ? [] : [0x21, 0xff, 11, ...Buffer.from("NETSCAPE2.0"), 3, 1, ...loop, 0]),
    ...frames.flatMap(gifFrame),
    0x3b,
  ]);
}

function gifFrame(frame: MovingFrame): number[] {
  const { x, y, width, height, interlaced = false, delay, disposal = "keep" } = frame;
  const indexes = rowsOf(height, interlaced).flatMap((row) =>
    Array.from({ length: width }, (_, column) => {
      const index = frame.index(column, row);
      return index < 0 ? 31 : index;
    }),
  );
  return [
    ...[0x21, 0xf9, 4, (GIF_DISPOSALS[disposal] << 2) | 1, ...u16(delay / 10), 31, 0],
    ...[0x2c, ...u16(x), ...u16(y), ...u16(width), ...u16(height), interlaced ? 0x40 : 0],
    ...[5, ...subBlocks(lzw(indexes, 5))],
  ];
}

// ---- WebP, RFC 9649 section 2.7.1 ----

async function webpFile({ width, height, plays, frames }: Moving): Promise<Uint8Array> {
  const parts = [
    riff("VP8X", [0x12, 0, 0, 0, ...u24(width - 1), ...u24(height - 1)]),
    riff("ANIM", [0, 0, 0, 0, ...u16(plays)]),
    ...(await Promise.all(frames.map(webpFrame))),
  ];
  const body = Buffer.concat([Buffer.from("WEBP"), ...parts]);
  return new Uint8Array(Buffer.concat([Buffer.from("RIFF"), u32(body.length), body]));
}

async function webpFrame(frame: MovingFrame): Promise<Uint8Array> {
  const { x, y, width, height, delay, disposal, over } = frame;
  const raw = Buffer.from(pixelsOf(frame));
  const still = await sharp(raw, { raw: { width, height, channels: 4 } })
    .webp({ lossless: true, exact: true })
    .toBuffer();
  const flags = (over === false ? 2 : 0) | (disposal === "clear" ? 1 : 0);
  const head = [x / 2, y / 2, width - 1, height - 1, delay].flatMap(u24);
  const first = still.toString("latin1", 12, 16) === "VP8X" ? 30 : 12;
  return riff("ANMF", [...head, flags, ...still.subarray(first)]);
}

function riff(type: string, data: readonly number[]): Uint8Array {
  const padding = data.length % 2 === 1 ? [0] : [];
  return Buffer.concat([
    Buffer.from(type),
    u32(data.length),
    Uint8Array.from([...data, ...padding]),
  ]);
}

const u24 = (value: number) => [value & 255, (value >> 8) & 255, value >> 16];

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function pixelsOf(frame: MovingFrame): number[] {
  const pixels: number[] = [];
  each(frame, (x, y) => pixels.push(...pixel(frame, x, y)));
  return pixels;
}

// ---- APNG, PNG third edition section 11.3.4 ----

const APNG_DISPOSALS = { keep: 0, clear: 1, previous: 2 };

/** `hidden`: the picture for readers without animation is no frame. */
export function apngFile(moving: Moving, hidden = false): Uint8Array {
  const { width, height, plays, frames } = moving;
  let sequence = 0;
  const chunks = frames.flatMap((frame, i): Chunk[] => {
    const control = { type: "fcTL", data: controlOf(frame, sequence++) };
    const pixels = deflated(frame);
    if (i === 0 && !hidden) return [control, { type: "IDAT", data: pixels }];
    const half = Math.floor(pixels.length / 2);
    const part = (bytes: Uint8Array): Chunk => ({
      type: "fdAT",
      data: Buffer.concat([big32(sequence++), bytes]),
    });
    return [control, part(pixels.subarray(0, half)), part(pixels.subarray(half))];
  });
  const whole = { ...frames[0]!, x: 0, y: 0, width, height, index: () => 9 };
  return pngFrom([
    {
      type: "IHDR",
      data: Buffer.concat([big32(width), big32(height), Buffer.from([8, 6, 0, 0, 0])]),
    },
    { type: "acTL", data: Buffer.concat([big32(frames.length), big32(plays)]) },
    ...(hidden ? [{ type: "IDAT", data: deflated(whole) }] : []),
    ...chunks,
    { type: "IEND", data: new Uint8Array() },
  ]);
}

function controlOf(frame: MovingFrame, sequence: number): Uint8Array {
  const { x, y, width, height, delay, disposal = "keep", over } = frame;
  return Buffer.concat([
    ...[sequence, width, height, x, y].map(big32),
    Buffer.from([delay >> 8, delay & 255, 1000 >> 8, 1000 & 255]),
    Buffer.from([APNG_DISPOSALS[disposal], over === false ? 0 : 1]),
  ]);
}

function deflated(frame: MovingFrame): Uint8Array {
  const pixels = Buffer.from(pixelsOf(frame));
  const rows = Array.from({ length: frame.height }, (_, y) =>
    Buffer.concat([
      Buffer.from([0]),
      pixels.subarray(y * frame.width * 4, (y + 1) * frame.width * 4),
    ]),
  );
  return deflateSync(Buffer.concat(rows));
}

function big32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
