/**
 * What a result is compared with: decoded in full, then resized, both by sharp (libvips). Where kernels or rounding
 * differ, that favours sharp.
 */
import sharp, { type Sharp } from "sharp";
import type { Size } from "../../../src/image/job.ts";
import type { Photo } from "../photos.ts";

export interface Picture extends Size {
  /** sRGB, 3 bytes a pixel. */
  readonly rgb: Uint8Array;
}

/** The whole photo, upright. Without a resize in the same pipeline nothing is shrunk on load. */
export async function decodedWhole({ file }: Photo): Promise<Picture> {
  return rgbOf(sharp(file).rotate());
}

export async function referenceOf(whole: Picture, { width, height }: Size): Promise<Picture> {
  const raw = { width: whole.width, height: whole.height, channels: 3 as const };
  return rgbOf(
    sharp(whole.rgb, { raw }).resize(width, height, { fit: "fill", kernel: "lanczos3" }),
  );
}

export async function decoded(file: Uint8Array): Promise<Picture> {
  return rgbOf(sharp(file));
}

async function rgbOf(picture: Sharp): Promise<Picture> {
  const { data, info } = await picture
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, rgb: channels === 1 ? tripled(data) : data };
}

function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  grey.forEach((value, i) => {
    rgb.fill(value, i * 3, i * 3 + 3);
  });
  return rgb;
}
