import jxlEncode from "@jsquash/jxl/codec/enc/jxl_enc.js";
import type { Instantiate } from "../emscripten/instance.ts";
import { emscripten, type ModuleFactory } from "../emscripten/module.ts";
import type { JxlOptions } from "./options.ts";

/** libjxl's encoder as the package binds it. It takes RGBA with straight alpha, and answers `null` when it fails. */
export interface JxlCodec {
  encode(rgba: Uint8Array, width: number, height: number, options: JxlOptions): Uint8Array | null;
}

/** The build without threads and without SIMD: the package's SIMD is in its threaded build, which no Worker can run. */
export function jxlCodec(module: WebAssembly.Module): Instantiate<JxlCodec> {
  return emscripten<JxlCodec>(jxlEncode as ModuleFactory<unknown>, module);
}
