import avifDecode from "@jsquash/avif/codec/dec/avif_dec.js";
import avifEncode from "@jsquash/avif/codec/enc/avif_enc.js";
import jpegDecode from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import jpegEncode from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import webpDecode from "@jsquash/webp/codec/dec/webp_dec.js";
import webpEncode from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import type { Raster } from "../../image/raster.ts";
import type { Instantiate } from "../emscripten/instance.ts";
import { emscripten, type ModuleFactory } from "../emscripten/module.ts";
import { type JxlCodec, jxlCodec } from "../jxl/codec.ts";
import type { JsquashModules } from "./instance.ts";
import { type PngCodec, pngCodec } from "./png-instance.ts";

/** Emscripten's bindings insist on the exact number of arguments. */
export interface Decoder<Options extends readonly unknown[]> {
  decode(file: Uint8Array, ...options: Options): Raster | null;
}

export interface Encoder {
  encode(
    rgba: Uint8ClampedArray | Uint8Array,
    width: number,
    height: number,
    options: Readonly<Record<string, number | boolean>>,
  ): Uint8Array | null;
}

/** Makers of instances, one a module. */
export interface Codecs {
  readonly png: Instantiate<PngCodec>;
  readonly jpegDecode: Instantiate<Decoder<[applyOrientation: boolean]>>;
  readonly webpDecode: Instantiate<Decoder<[]>>;
  readonly avifDecode: Instantiate<Decoder<[bitsOfResult: 8]>>;
  readonly jpegEncode: Instantiate<Encoder>;
  readonly webpEncode: Instantiate<Encoder>;
  readonly avifEncode: Instantiate<Encoder>;
  readonly jxlEncode: Instantiate<JxlCodec>;
}

/** The single-thread builds, which run in a Worker; WebP's encoder is the one with SIMD. */
export function createCodecs(modules: JsquashModules): Codecs {
  const of = <Codec>(factory: unknown, module: WebAssembly.Module) =>
    emscripten<Codec>(factory as ModuleFactory<unknown>, module);
  return {
    png: pngCodec(modules.png),
    jpegDecode: of(jpegDecode, modules.jpegDecode),
    webpDecode: of(webpDecode, modules.webpDecode),
    avifDecode: of(avifDecode, modules.avifDecode),
    jpegEncode: of(jpegEncode, modules.jpegEncode),
    webpEncode: of(webpEncode, modules.webpEncode),
    avifEncode: of(avifEncode, modules.avifEncode),
    jxlEncode: jxlCodec(modules.jxlEncode),
  };
}
