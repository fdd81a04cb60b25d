/// <reference path="../wasm.d.ts" />
/** The only file that imports libjxl's decoder. Tests in Node read the same file from disk instead. */
import jxlDecoder from "../../../wasm/jxl-decoder/jxl-decoder.wasm";

export const module: WebAssembly.Module = jxlDecoder;
