/** JPEG XL to planes. libjxl's decoder makes a whole raster of the first frame; its instance is dropped after that. */
import jxlDecode from "@jsquash/jxl/codec/dec/jxl_dec.js";
import { PictorError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import { broken } from "../../image/probe/reader.ts";
import type { Raster } from "../../image/raster.ts";
import { channelsOf, type Decode, decodedRows } from "../decoded.ts";
import { createCounts, MemoryLimitError, withInstance } from "../emscripten/instance.ts";
import { emscripten, type ModuleFactory } from "../emscripten/module.ts";

/** As the package binds it: RGBA with straight alpha in sRGB, upright; `null` when it fails. */
interface JxlDecoder {
  decode(file: Uint8Array): Raster | null;
}

export function createJxlDecoder(module: WebAssembly.Module): Decode {
  const codec = emscripten<JxlDecoder>(jxlDecode as ModuleFactory<unknown>, module);
  const counts = createCounts();
  return async (file, { source }, limit) => {
    const decode = () =>
      withInstance(counts, codec, limit, (instance) => instance.codec.decode(file));
    const raster = await decode().catch((error: unknown) => {
      throw error instanceof MemoryLimitError ? tooLarge(error) : failed(error);
    });
    if (raster === null) throw broken("The JPEG XL cannot be decoded.");
    assertSize(raster, source);
    const { width, height } = source;
    const channels = channelsOf(source);
    const rows = () => storedRows(raster, source, channels);
    return decodedRows({ width, height, channels, premultiplied: false, rows });
  };
}

function assertSize({ width, height }: Raster, source: Facts): void {
  const lies = source.orientation >= 5;
  const [across, down] = lies ? [source.height, source.width] : [source.width, source.height];
  if (width !== across || height !== down) {
    throw broken("The JPEG XL has another size than its header said.");
  }
}

/** The raster is upright; its rows are told as they were stored, since the plan turns them. */
function* storedRows(
  { width, height, data }: Raster,
  source: Facts,
  channels: 1 | 3 | 4,
): Generator<Uint8Array> {
  const { orientation } = source;
  const mirrored = [2, 3, 6, 7].includes(orientation);
  const upsideDown = [3, 4, 7, 8].includes(orientation);
  const lies = orientation >= 5;
  const out = new Uint8Array(source.width * channels);
  for (let row = 0; row < source.height; row++) {
    for (let column = 0; column < source.width; column++) {
      // In the upright picture, a stored row is a column where the sides are exchanged.
      const [across, down] = lies ? [row, column] : [column, row];
      const x = mirrored ? width - 1 - across : across;
      const y = upsideDown ? height - 1 - down : down;
      const from = (y * width + x) * 4;
      for (let c = 0; c < channels; c++) out[column * channels + c] = data[from + c]!;
    }
    yield out;
  }
}

function tooLarge(cause: MemoryLimitError): PictorError {
  return new PictorError(
    "picture_too_large",
    {
      detail: "Decoding this JPEG XL takes more memory than there is.",
      fix: "Store the picture in a smaller size.",
    },
    { cause },
  );
}

/** A trap or a C++ exception: the picture cannot be made, and the instance is gone. */
function failed(cause: unknown): PictorError {
  return new PictorError("broken_image", { detail: "The JPEG XL cannot be decoded." }, { cause });
}
