import { PictorError } from "../../errors.ts";
import type { Output, OutputFormat } from "../../image/job.ts";
import type { Raster } from "../../image/raster.ts";
import {
  type InstanceCounts,
  type Instantiate,
  MemoryLimitError,
  withInstance,
} from "../emscripten/instance.ts";
import { encodeJxl } from "../jxl/encode.ts";
import type { Codecs, Encoder } from "./codecs.ts";
import { avifOptions, jpegOptions, webpOptions } from "./options.ts";

interface Encoding {
  readonly codecs: Codecs;
  readonly counts: InstanceCounts;
  readonly output: Output;
  /** Most bytes of WASM memory that the encoder may have. */
  readonly limit: number;
}

type Encode = (picture: Raster, how: Encoding) => Promise<Uint8Array | null>;

const ENCODERS: Readonly<Record<OutputFormat, Encode>> = {
  jpeg: (picture, how) => run(how.codecs.jpegEncode, picture, how, jpegOptions(how.output)),
  webp: (picture, how) => run(how.codecs.webpEncode, picture, how, webpOptions(how.output)),
  avif: (picture, how) => run(how.codecs.avifEncode, picture, how, avifOptions(how.output)),
  jxl: (picture, { codecs, ...how }) => encodeJxl(picture, { codec: codecs.jxlEncode, ...how }),
  png: ({ data, width, height }, { codecs, counts, limit }) =>
    withInstance(counts, codecs.png, limit, ({ codec }) => codec.encode(data, width, height)),
};

function run(
  encoder: Instantiate<Encoder>,
  { data, width, height }: Raster,
  { counts, limit }: Encoding,
  options: Readonly<Record<string, number | boolean>>,
): Promise<Uint8Array | null> {
  // A plain Uint8Array of the same bytes: the glue of some codecs accepts no clamped one.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return withInstance(counts, encoder, limit, (instance) => {
    const result = instance.codec.encode(bytes, width, height, options);
    if (result === null || result.length === 0) throw new Error("The encoder gave nothing");
    return result;
  });
}

/**
 * Encodes the finished picture. Without `output.alpha` every pixel counts as opaque.
 * @throws PictorError `output_too_large`, or `internal` when the encoder failed for another reason.
 */
export async function encode(picture: Raster, how: Encoding): Promise<Uint8Array> {
  const { output } = how;
  if (!output.alpha) makeOpaque(picture);
  const bytes = await ENCODERS[output.format](picture, how).catch((error: unknown) => {
    if (!(error instanceof MemoryLimitError)) throw internal(error);
    throw new PictorError(
      "output_too_large",
      {
        detail: `Encoding this picture as ${output.format} takes more memory than there is.`,
        fix: output.format === "webp" && !output.lossless ? "a smaller width" : "format=webp",
      },
      { cause: error },
    );
  });
  if (bytes === null) throw internal();
  return bytes;
}

/** In place: the raster is the job's own, and the encoder is the last to read it. */
function makeOpaque({ data }: Raster): void {
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
}

function internal(cause?: unknown): PictorError {
  return new PictorError("internal", {}, { cause });
}
