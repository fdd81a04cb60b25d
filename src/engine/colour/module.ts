/// <reference path="../wasm.d.ts" />
/** The only file that imports the colour module's `.wasm`. Tests in Node read the same file from disk instead. */
import module from "../../../wasm/colour/colour.wasm";

export { module };
