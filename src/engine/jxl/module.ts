/// <reference path="../wasm.d.ts" />
/** The only file that imports libjxl's `.wasm`. Tests in Node read the same file from disk instead. */
import jxlEncode from "@jsquash/jxl/codec/enc/jxl_enc.wasm";

export const module: WebAssembly.Module = jxlEncode;
