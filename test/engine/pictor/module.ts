import { readFileSync } from "node:fs";

const FILE = new URL("../../../wasm/engine/engine.wasm", import.meta.url);
/** Workers' types know only modules that were compiled beforehand. */
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

/** The same file that `src/engine/pictor/module.ts` imports, read from disk. */
export const module = new Module(readFileSync(process.env.PICTOR_ENGINE_WASM ?? FILE));
