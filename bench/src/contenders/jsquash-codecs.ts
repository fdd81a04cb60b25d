/** jSquash's codecs, each compiled when it is first wanted. Its own loading is for browsers: it fetches. */
import { createRequire } from "node:module";
import decodeAvif, { init as initAvifDecoder } from "@jsquash/avif/decode.js";
import encodeAvifWith, { init as initAvifEncoder } from "@jsquash/avif/encode.js";
import decodeJpeg, { init as initJpegDecoder } from "@jsquash/jpeg/decode.js";
import encodeJpeg, { init as initJpegEncoder } from "@jsquash/jpeg/encode.js";
import decodeJxl, { init as initJxlDecoder } from "@jsquash/jxl/decode.js";
import encodeJxl, { init as initJxlEncoder } from "@jsquash/jxl/encode.js";
import decodePng, { init as initPngDecoder } from "@jsquash/png/decode.js";
import encodePng, { init as initPngEncoder } from "@jsquash/png/encode.js";
import decodeWebp, { init as initWebpDecoder } from "@jsquash/webp/decode.js";
import encodeWebp, { init as initWebpEncoder } from "@jsquash/webp/encode.js";
import { compiled } from "../compiled.ts";
import type { Format, Task } from "../task.ts";

/** RGBA, as browsers' `ImageData` has it. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

export type Decode = (file: Uint8Array) => Promise<Pixels>;
export type Encode = (pixels: Pixels, task: Task) => Promise<Uint8Array>;

/** libaom's, 0 to 10. By itself jSquash takes 6, at several times the cost: `../avif.ts` measures them. */
const AVIF_SPEED = 9;
/** libjxl's, 1 to 9. By itself jSquash takes 7, at some ten times the cost. */
const JXL_EFFORT = 3;

const { resolve } = createRequire(import.meta.url);

export function wasmAt(path: string): WebAssembly.Module {
  return compiled(resolve(path));
}

export function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

// What browsers have, and jSquash makes.
Object.assign(globalThis, {
  ImageData: class implements Pixels {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  },
});

const PNG = "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";

export const DECODERS: Readonly<Record<string, Decode>> = {
  jpeg: decoder("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm", initJpegDecoder, (file) =>
    decodeJpeg(file, { preserveOrientation: true }),
  ),
  webp: decoder("@jsquash/webp/codec/dec/webp_dec.wasm", initWebpDecoder, decodeWebp),
  png: decoder(PNG, initPngDecoder, (file) => decodePng(file)),
  avif: decoder("@jsquash/avif/codec/dec/avif_dec.wasm", initAvifDecoder, (file) =>
    decodeAvif(file),
  ),
  jxl: decoder("@jsquash/jxl/codec/dec/jxl_dec.wasm", initJxlDecoder, decodeJxl),
};

const avifReady = ready("@jsquash/avif/codec/enc/avif_enc.wasm", initAvifEncoder);

export async function encodeAvif(pixels: Pixels, task: Task, speed: number): Promise<Uint8Array> {
  await avifReady();
  const { theirs: quality, output } = task;
  const subsample = output.chroma === "420" ? 1 : 3;
  return new Uint8Array(await encodeAvifWith(pixels, { quality, speed, subsample, bitDepth: 8 }));
}

export const ENCODERS: Readonly<Record<Format, Encode>> = {
  jpeg: encoder(
    "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm",
    initJpegEncoder,
    (pixels, { theirs: quality, output }) =>
      encodeJpeg(pixels, {
        quality,
        progressive: output.progressive,
        baseline: !output.progressive,
        auto_subsample: false,
        chroma_subsample: output.chroma === "420" ? 2 : 1,
      }),
  ),
  webp: encoder(
    "@jsquash/webp/codec/enc/webp_enc_simd.wasm",
    initWebpEncoder,
    (pixels, { theirs: quality }) => encodeWebp(pixels, { quality }),
  ),
  png: encoder(PNG, initPngEncoder, (pixels) => encodePng(pixels)),
  avif: (pixels, task) => encodeAvif(pixels, task, AVIF_SPEED),
  jxl: encoder(
    "@jsquash/jxl/codec/enc/jxl_enc.wasm",
    initJxlEncoder,
    (pixels, { theirs: quality }) => encodeJxl(pixels, { quality, effort: JXL_EFFORT }),
  ),
};

/** jSquash's types name other arguments than its code takes in Node. */
type Init = (module: WebAssembly.Module) => Promise<unknown>;

function ready(path: string, init: unknown): () => Promise<unknown> {
  return once(() => (init as Init)(wasmAt(path)));
}

function decoder(
  path: string,
  init: unknown,
  decode: (file: ArrayBuffer) => Promise<Pixels | null>,
): Decode {
  const isReady = ready(path, init);
  return async (file) => {
    await isReady();
    const pixels = await decode(file.buffer as ArrayBuffer);
    if (pixels === null) throw new Error("not decoded");
    return pixels;
  };
}

function encoder(
  path: string,
  init: unknown,
  encode: (pixels: Pixels, task: Task) => Promise<ArrayBuffer>,
): Encode {
  const isReady = ready(path, init);
  return async (pixels, task) => {
    await isReady();
    return new Uint8Array(await encode(pixels, task));
  };
}
