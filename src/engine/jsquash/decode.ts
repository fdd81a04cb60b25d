import { PictorError } from "../../errors.ts";
import type { Facts, SourceFormat } from "../../image/facts.ts";
import type { Raster } from "../../image/raster.ts";
import { type InstanceCounts, MemoryLimitError, withInstance } from "../emscripten/instance.ts";
import { easeAvifBoxes } from "./avif-boxes.ts";
import type { Codecs } from "./codecs.ts";
import { decodeGif } from "./gif.ts";
import { assertCompleteJpeg } from "./jpeg-complete.ts";
import { assertPngHeader, pixelParts } from "./png-chunks.ts";
import { firstFrame } from "./webp-frame.ts";

interface Decoding {
  readonly codecs: Codecs;
  readonly counts: InstanceCounts;
  readonly facts: Facts;
  /** Most bytes of WASM memory that the decoder may have. */
  readonly limit: number;
}

type Decode = (file: Uint8Array, how: Decoding) => Promise<Raster | null>;

/** The formats that this adapter reads. */
const DECODERS: Readonly<Partial<Record<SourceFormat, Decode>>> = {
  jpeg: async (file, { codecs, counts, limit }) =>
    assertCompleteJpeg(file, (bytes) =>
      withInstance(counts, codecs.jpegDecode, limit, ({ codec, messages }) => ({
        picture: codec.decode(bytes, false),
        messages,
      })),
    ),
  png: async (file, { codecs, counts, limit }) => {
    assertPngHeader(file);
    return withInstance(counts, codecs.png, limit, ({ codec }) =>
      codec.decode(() => pixelParts(file)),
    );
  },
  webp: (file, { codecs, counts, facts, limit }) =>
    firstFrame(file, facts, (still) =>
      withInstance(counts, codecs.webpDecode, limit, ({ codec }) => codec.decode(still)),
    ),
  avif: (file, { codecs, counts, limit }) =>
    withInstance(counts, codecs.avifDecode, limit, ({ codec }) =>
      codec.decode(easeAvifBoxes(file), 8),
    ),
  gif: async (file, { facts }) => decodeGif(file, facts),
};

/** What the formats that we do not read yet are refused with. */
const REASONS: Readonly<Partial<Record<SourceFormat, string>>> = {
  svg: "SVG is not read yet",
  jxl: "JPEG XL is not read yet",
  heic: "HEIC is not read: its codec (HEVC) is encumbered by patents",
  tiff: "TIFF is not read yet",
  bmp: "BMP is not read yet",
  ico: "ICO is not read yet",
};

/** Whether a picture with these facts can be decoded; why not. */
export function reads(facts: Facts): true | { readonly reason: string } {
  const reason = REASONS[facts.format] ?? (facts.format === "jpeg" ? jpegReason(facts) : undefined);
  return reason === undefined ? true : { reason };
}

/** libjpeg (mozjpeg) as jSquash builds it. */
function jpegReason({ colour, jpegProcess, bitDepth }: Facts): string | undefined {
  if (colour === "cmyk" || colour === "ycck") return "CMYK JPEG: not yet";
  if (jpegProcess === "arithmetic") return "JPEG with arithmetic coding is not read";
  if (jpegProcess === "lossless") return "Lossless JPEG is not read";
  if (bitDepth !== 8) return `JPEG of ${bitDepth} bits a sample is not read`;
  return undefined;
}

/**
 * Decodes a file whose header said `facts`. Pixels come as stored: neither turned nor converted, gAMA ignored.
 * @throws PictorError `unsupported_format`, `broken_image` (also when the pixels do not match the header), or
 *   `picture_too_large` when the decoder needs more memory than its limit.
 */
export async function decode(file: Uint8Array, how: Decoding): Promise<Raster> {
  const { facts } = how;
  const able = reads(facts);
  const decoder = DECODERS[facts.format];
  if (able !== true || decoder === undefined) {
    throw new PictorError("unsupported_format", {
      detail: able === true ? `${facts.format} is not read` : able.reason,
      received: facts.format,
    });
  }
  const picture = await decoder(file, how).catch((error: unknown) => {
    throw asPictorError(error, facts);
  });
  if (picture === null) throw broken(facts, "The decoder could not read it.");
  assertSize(picture, facts);
  return picture;
}

function assertSize({ width, height, data }: Raster, facts: Facts): void {
  if (width === facts.width && height === facts.height && data.length === width * height * 4)
    return;
  throw new PictorError("broken_image", {
    detail: "The picture does not have the size that its header states.",
    expected: `${facts.width}×${facts.height}`,
    received: `${width}×${height}`,
  });
}

function asPictorError(error: unknown, facts: Facts): PictorError {
  if (error instanceof PictorError) return error;
  if (error instanceof MemoryLimitError) {
    return new PictorError(
      "picture_too_large",
      { detail: `Decoding this ${facts.format} takes more memory than there is.` },
      { cause: error },
    );
  }
  return broken(facts, "The decoder failed on it.", error);
}

function broken(facts: Facts, detail: string, cause?: unknown): PictorError {
  return new PictorError("broken_image", { detail, received: facts.format }, { cause });
}
