/** sharp on one thread, with the settings that ours has. */
import sharp from "sharp";
import type { Task } from "../task.ts";
import { type Contender, Refused } from "./contender.ts";

sharp.concurrency(1);
sharp.cache(false);

export const versions = { sharp: sharp.versions.sharp, libvips: sharp.versions.vips };

export const sharpContender: Contender = { name: "sharp", render: (task) => renderWithSharp(task) };

/**
 * Shrink on load, Lanczos3; libjpeg's optimised Huffman tables; libwebp's method 4; zlib's level 6 for PNG. AVIF at
 * libaom's fastest, which effort 0 is: what the others cost and bring, `../avif.ts` measures.
 */
export async function renderWithSharp(
  { photo, output, format, theirs: quality }: Task,
  avifEffort = 0,
): Promise<Uint8Array> {
  const { width, height, progressive, chroma } = output;
  if (photo.facts.format === "jxl" || format === "jxl") throw new Refused("no JXL");
  const resized = sharp(photo.file).rotate().resize(width, height, { fit: "fill" });
  const chromaSubsampling = chroma === "444" ? "4:4:4" : "4:2:0";
  switch (format) {
    case "webp":
      return resized.webp({ quality, effort: 4 }).toBuffer();
    case "avif":
      return resized.avif({ quality, effort: avifEffort, chromaSubsampling }).toBuffer();
    case "png":
      return resized.png({ compressionLevel: 6 }).toBuffer();
    case "jpeg":
      return resized
        .jpeg({ quality, progressive, chromaSubsampling, optimiseCoding: true, mozjpeg: false })
        .toBuffer();
  }
}
