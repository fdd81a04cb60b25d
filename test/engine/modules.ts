import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { JsquashModules } from "../../src/engine/jsquash/instance.ts";

const resolve = createRequire(import.meta.url).resolve;
/** Workers' types know only modules that were compiled beforehand. */
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;
export const compiled = (bytes: Uint8Array): WebAssembly.Module => new Module(bytes);
const load = (path: string) => compiled(readFileSync(resolve(path)));

/** The same files that `src/engine/jsquash/modules.ts` imports, read from disk. */
export const modules: JsquashModules = {
  avifDecode: load("@jsquash/avif/codec/dec/avif_dec.wasm"),
  avifEncode: load("@jsquash/avif/codec/enc/avif_enc.wasm"),
  jpegDecode: load("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
  jpegEncode: load("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"),
  jxlEncode: load("@jsquash/jxl/codec/enc/jxl_enc.wasm"),
  png: load("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
  webpDecode: load("@jsquash/webp/codec/dec/webp_dec.wasm"),
  webpEncode: load("@jsquash/webp/codec/enc/webp_enc_simd.wasm"),
};
