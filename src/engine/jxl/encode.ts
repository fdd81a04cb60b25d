import { PictorError } from "../../errors.ts";
import type { Output } from "../../image/job.ts";
import type { Raster } from "../../image/raster.ts";
import {
  createCounts,
  type InstanceCounts,
  type Instantiate,
  MemoryLimitError,
  withInstance,
} from "../emscripten/instance.ts";
import { type JxlCodec, jxlCodec } from "./codec.ts";
import { jxlOptions } from "./options.ts";

/** Encodes a finished picture with at most `limit` bytes of memory of its own. */
export type EncodeJxl = (picture: Raster, output: Output, limit: number) => Promise<Uint8Array>;

interface Encoding {
  readonly codec: Instantiate<JxlCodec>;
  readonly counts: InstanceCounts;
  readonly output: Output;
  /** Most bytes of WASM memory that the encoder may have. */
  readonly limit: number;
}

/** JPEG XL of finished pictures. An instance is made for each and dropped, so that nothing is held in between. */
export function createJxlEncoder(module: WebAssembly.Module): EncodeJxl {
  const codec = jxlCodec(module);
  const counts = createCounts();
  return (picture, output, limit) => encodeJxl(picture, { codec, counts, output, limit });
}

/**
 * A bare codestream in sRGB, 8 bits, without metadata. Its header has an alpha channel always, as the binding sets it;
 * without `output.alpha` every pixel in it is opaque.
 *
 * @throws PictorError `output_too_large` when the encoder wants more memory than `limit`, or `internal` when it failed
 * for another reason.
 */
export async function encodeJxl(picture: Raster, how: Encoding): Promise<Uint8Array> {
  const { data, width, height } = picture;
  if (!how.output.alpha) makeOpaque(picture);
  // The binding copies a plain Uint8Array in one go, and a clamped one number by number.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const options = jxlOptions(how.output);
  return withInstance(how.counts, how.codec, how.limit, ({ codec }) => {
    const result = codec.encode(bytes, width, height, options);
    if (result === null || result.length === 0) throw new Error("The encoder gave nothing");
    return result;
  }).catch((error: unknown) => {
    throw error instanceof MemoryLimitError ? tooLarge(error) : internal(error);
  });
}

/** In place: the raster is the job's own, and the encoder is the last to read it. */
function makeOpaque({ data }: Raster): void {
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
}

function tooLarge(cause: MemoryLimitError): PictorError {
  return new PictorError(
    "output_too_large",
    {
      detail: "Encoding this picture as jxl takes more memory than there is.",
      fix: "a smaller width, or format=webp",
    },
    { cause },
  );
}

function internal(cause: unknown): PictorError {
  return new PictorError("internal", {}, { cause });
}
