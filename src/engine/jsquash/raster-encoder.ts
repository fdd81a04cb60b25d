import type { Output } from "../../image/job.ts";
import type { Raster } from "../../image/raster.ts";
import { createCounts } from "../emscripten/instance.ts";
import { createCodecs } from "./codecs.ts";
import { encode } from "./encode.ts";
import type { JsquashModules } from "./instance.ts";

/**
 * jSquash's encoders alone, for pictures that were made elsewhere. `limit`: most bytes of WASM memory.
 * Throws PictorError `output_too_large`.
 */
export function createRasterEncoder(modules: JsquashModules) {
  const codecs = createCodecs(modules);
  const counts = createCounts();
  return (picture: Raster, output: Output, limit: number): Promise<Uint8Array> =>
    encode(picture, { codecs, counts, output, limit });
}
