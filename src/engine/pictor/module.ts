/// <reference path="../wasm.d.ts" />
/** The only file that imports the engine's own `.wasm`. Tests in Node read the same file from disk instead. */
import module from "../../../wasm/engine/engine.wasm";

export { module };
