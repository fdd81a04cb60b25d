/** @cf-wasm/photon as its users write it: the `image` crate in WASM, without SIMD. */
import { PhotonImage, resize, SamplingFilter } from "@cf-wasm/photon";
import type { Format } from "../task.ts";
import { type Contender, Refused } from "./contender.ts";

/** Others end in a panic, after which the instance is not to be trusted. */
const READS: ReadonlySet<string> = new Set(["jpeg", "png", "webp", "gif"]);

/** Its JPEG is 4:4:4 and baseline, its WebP lossless: it knows no others. */
const WRITES: Partial<Record<Format, (image: PhotonImage, quality: number) => Uint8Array>> = {
  jpeg: (image, quality) => image.get_bytes_jpeg(quality),
  webp: (image) => image.get_bytes_webp(),
  png: (image) => image.get_bytes(),
};

export const photon: Contender = {
  name: "photon",
  async render({ photo, format, theirs: quality, output }) {
    const write = WRITES[format];
    if (!READS.has(photo.facts.format)) throw new Refused("panics");
    if (write === undefined) throw new Refused(`no ${format.toUpperCase()}`);
    const image = PhotonImage.new_from_byteslice(photo.file);
    const small = resize(image, output.width, output.height, SamplingFilter.Lanczos3);
    try {
      return write(small, quality);
    } finally {
      image.free();
      small.free();
    }
  },
};
