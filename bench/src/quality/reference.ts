/**
 * What a result is compared with: decoded in full, then resized, both by sharp (libvips). Where kernels or rounding
 * differ, that favours sharp.
 */
import sharp, { type Sharp } from "sharp";
import type { Size } from "../../../src/image/job.ts";
import { DECODERS } from "../contenders/jsquash-codecs.ts";
import type { Photo } from "../photos.ts";

export interface Picture extends Size {
  /** sRGB, 3 bytes a pixel; what is transparent lies on white. */
  readonly rgb: Uint8Array;
}

/** The whole photo, upright. Without a resize in the same pipeline nothing is shrunk on load. */
export async function decodedWhole({ file }: Pick<Photo, "file">): Promise<Picture> {
  return rgbOf(isJxl(file) ? await jxl(file) : sharp(file).rotate());
}

export async function referenceOf(whole: Picture, { width, height }: Size): Promise<Picture> {
  const raw = { width: whole.width, height: whole.height, channels: 3 as const };
  return rgbOf(
    sharp(whole.rgb, { raw }).resize(width, height, { fit: "fill", kernel: "lanczos3" }),
  );
}

export async function decoded(file: Uint8Array): Promise<Picture> {
  return rgbOf(isJxl(file) ? await jxl(file) : sharp(file));
}

/** The codestream alone, or in its container (ISO/IEC 18181-2). */
function isJxl(file: Uint8Array): boolean {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => file[i] === byte);
  return starts(0xff, 0x0a) || starts(0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20);
}

/** sharp reads no JXL. */
async function jxl(file: Uint8Array): Promise<Sharp> {
  const { data, width, height } = await DECODERS.jxl!(file.slice());
  return sharp(data, { raw: { width, height, channels: 4 } });
}

async function rgbOf(picture: Sharp): Promise<Picture> {
  const { data, info } = await picture
    .flatten({ background: "white" })
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
