/// <reference path="../wasm.d.ts" />
/** The only file that imports libjxl's decoder. Tests in Node read the same file from disk instead. */
import jxlDecode from "@jsquash/jxl/codec/dec/jxl_dec.wasm";

export const module: WebAssembly.Module = jxlDecode;
