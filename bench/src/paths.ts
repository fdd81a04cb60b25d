/** Where the benchmark finds and leaves things. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Real pictures; they are no part of the project. */
export const CORPUS = join(ROOT, "..", "shared", "corpus");
export const SAMPLES = join(ROOT, "examples", "pictures");
/** Derivatives and raw results; safe to delete. */
export const STATE = join(ROOT, ".pictor", "bench");
export const DOCS = join(ROOT, "docs");
export const WASM = join(ROOT, "wasm");
export const ENGINE = join(WASM, "engine", "engine.wasm");
