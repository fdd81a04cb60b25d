/// <reference path="../wasm.d.ts" />
/** The only file that imports the face detector's `.wasm`. Tests in Node read the same file from disk instead. */
import module from "../../../wasm/faces/faces.wasm";

export { module };
