/// <reference path="../wasm.d.ts" />
/** The only file that imports the AVIF encoder's `.wasm`. Tests in Node read the same file from disk instead. */
import module from "../../../wasm/avif-encoder/avif-encoder.wasm";

export { module };
