/// <reference path="../wasm.d.ts" />
/** The only file that imports resvg's `.wasm`. Tests in Node read the same file from disk instead. */
import resvg from "../../../wasm/resvg/resvg.wasm";

export const module: WebAssembly.Module = resvg;
