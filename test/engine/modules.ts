import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createAvifDecoder } from "../../src/engine/avif/decode.ts";
import { avifEncoding } from "../../src/engine/avif/encode.ts";
import { createColourTable } from "../../src/engine/colour/table.ts";
import { createJxlEncoder } from "../../src/engine/jxl/encode.ts";
import type { OtherModules } from "../../src/engine/pictor/engine.ts";

const resolve = createRequire(import.meta.url).resolve;
/** Workers' types know only modules that were compiled beforehand. */
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;
export const compiled = (bytes: Uint8Array): WebAssembly.Module => new Module(bytes);
const own = (name: string) =>
  compiled(readFileSync(new URL(`../../wasm/${name}/${name}.wasm`, import.meta.url)));

/** The same files that the Worker imports, read from disk. */
export const modules = {
  avifDecoder: own("avif-decoder"),
  avifEncoder: own("avif-encoder"),
  colour: own("colour"),
  jxlEncode: compiled(readFileSync(resolve("@jsquash/jxl/codec/enc/jxl_enc.wasm"))),
};

export const others: OtherModules = {
  decodeAvif: createAvifDecoder(modules.avifDecoder),
  encodeAvif: avifEncoding(modules.avifEncoder),
  encodeJxl: createJxlEncoder(modules.jxlEncode),
  colourTable: createColourTable(modules.colour),
};
