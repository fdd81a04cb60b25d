/** wasm-image-optimization (Skia, libwebp, libavif in WASM) as its users write it. */
import { optimizeImage } from "wasm-image-optimization";
import { type Contender, Refused } from "./contender.ts";

/** libaom's speed, as jSquash has it here; its own is 6. */
const AVIF_SPEED = 9;

export const wasmImageOptimization: Contender = {
  name: "wio",
  async render({ photo, format, theirs: quality, output }) {
    if (format === "jxl" || photo.facts.format === "jxl") throw new Refused("no JXL");
    const { width, height } = output;
    const speed = AVIF_SPEED;
    const image = photo.file;
    const options = { image, width, height, fit: "fill", format, quality, speed } as const;
    return (await optimizeImage(options)).data;
  },
};
