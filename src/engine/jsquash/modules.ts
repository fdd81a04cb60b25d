/// <reference path="../wasm.d.ts" />
/** The only file that imports jSquash's `.wasm`. Tests in Node read the same files from disk instead. */
import avifDecode from "@jsquash/avif/codec/dec/avif_dec.wasm";
import avifEncode from "@jsquash/avif/codec/enc/avif_enc.wasm";
import jpegDecode from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import jpegEncode from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
// @ts-expect-error The package types this file as wasm-bindgen sees it, without a default export.
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpDecode from "@jsquash/webp/codec/dec/webp_dec.wasm";
import webpEncode from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import { module as jxlEncode } from "../jxl/module.ts";
import type { JsquashModules } from "./instance.ts";

export const modules: JsquashModules = {
  avifDecode,
  avifEncode,
  jpegDecode,
  jpegEncode,
  jxlEncode,
  png,
  webpDecode,
  webpEncode,
};
