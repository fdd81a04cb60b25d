/** sharp on one thread, with the settings that ours has. */
import sharp from "sharp";
import type { Task } from "../task.ts";

sharp.concurrency(1);
sharp.cache(false);

export const versions = { sharp: sharp.versions.sharp, libvips: sharp.versions.vips };

/** Shrink on load, Lanczos3, libjpeg's optimised Huffman tables; libwebp's method 4. */
export async function renderWithSharp({ photo, plan, format, quality }: Task): Promise<Uint8Array> {
  const { width, height, progressive, chroma } = plan.output;
  const resized = sharp(photo.file).rotate().resize(width, height, { fit: "fill" });
  if (format === "webp") return resized.webp({ quality, effort: 4 }).toBuffer();
  const chromaSubsampling = chroma === "444" ? "4:4:4" : "4:2:0";
  return resized
    .jpeg({ quality, progressive, chromaSubsampling, optimiseCoding: true, mozjpeg: false })
    .toBuffer();
}
