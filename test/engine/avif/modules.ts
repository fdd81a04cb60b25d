import { readFileSync } from "node:fs";

const FILE = new URL("../../../wasm/avif-encoder/avif-encoder.wasm", import.meta.url);
/** Workers' types know only modules that were compiled beforehand. */
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

/** The same file that `src/engine/avif/encoder-module.ts` imports, read from disk. */
export const encoderModule = new Module(readFileSync(process.env.PICTOR_AVIF_ENCODER_WASM ?? FILE));
