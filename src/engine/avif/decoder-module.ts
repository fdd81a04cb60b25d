/// <reference path="../wasm.d.ts" />
/** The only file that imports the AVIF decoder's `.wasm`. Tests in Node read the same file from disk instead. */
import module from "../../../wasm/avif-decoder/avif-decoder.wasm";

export { module };
