/**
 * libjxl's decoder, the oracle for what its encoder made: sharp's libvips is built without JPEG XL. The two share a
 * library and a package, but no code path: what is decoded comes of the standard's bits alone.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import jxlDecode from "@jsquash/jxl/codec/dec/jxl_dec.js";
import { emscripten, type ModuleFactory } from "../../../src/engine/emscripten/module.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { compiled } from "../modules.ts";

interface Decoder {
  decode(file: Uint8Array): Raster | null;
}

const resolve = createRequire(import.meta.url).resolve;
const module = compiled(readFileSync(resolve("@jsquash/jxl/codec/dec/jxl_dec.wasm")));
const create = emscripten<Decoder>(jxlDecode as ModuleFactory<unknown>, module);

/** Straight alpha, sRGB. Throws when it is no JPEG XL. */
export async function decodeJxl(file: Uint8Array): Promise<Raster> {
  const { codec } = await create(2 ** 30);
  const { data, width, height } = codec.decode(file) ?? fail();
  return { data, width, height };
}

function fail(): never {
  throw new Error("libjxl does not read this");
}
