import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { avifDecoding } from "../../src/engine/avif/decode.ts";
import { avifEncoding } from "../../src/engine/avif/encode.ts";
import { createColourTable } from "../../src/engine/colour/table.ts";
import { createJxlDecoder } from "../../src/engine/jxl/decode.ts";
import { createJxlEncoder } from "../../src/engine/jxl/encode.ts";
import type { OtherModules } from "../../src/engine/pictor/engine.ts";
import { rowDecoders } from "../../src/engine/row-decoders.ts";
import { createSvgDrawing } from "../../src/engine/svg/draw.ts";
import { sanitiseSvg } from "../../src/engine/svg/sanitise.ts";

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
  resvg: own("resvg"),
  jxlDecode: own("jxl-decoder"),
  colour: own("colour"),
  jxlEncode: compiled(readFileSync(resolve("@jsquash/jxl/codec/enc/jxl_enc.wasm"))),
};

export const others: OtherModules = {
  decoders: {
    ...rowDecoders,
    avif: avifDecoding(modules.avifDecoder),
    jxl: createJxlDecoder(modules.jxlDecode),
    svg: createSvgDrawing(modules.resvg),
  },
  sanitiseSvg,
  encodeAvif: avifEncoding(modules.avifEncoder),
  encodeJxl: createJxlEncoder(modules.jxlEncode),
  colourTable: createColourTable(modules.colour),
};
