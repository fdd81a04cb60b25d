/** JPEG XL to planes. libjxl's decoder makes a whole raster of the first frame; its instance is dropped after that. */
import jxlDecode from "@jsquash/jxl/codec/dec/jxl_dec.js";
import { PictorError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import { broken } from "../../image/probe/reader.ts";
import type { Raster } from "../../image/raster.ts";
import { channelsOf, type Decode, decodedRows } from "../decoded.ts";
import { boundedEmscripten } from "../emscripten/bounded.ts";
import { createCounts, MemoryLimitError, withInstance } from "../emscripten/instance.ts";
import type { ModuleFactory } from "../emscripten/module.ts";

/** As the package binds it: RGBA with straight alpha in sRGB, upright; `null` when it fails. */
interface JxlDecoder {
  decode(file: Uint8Array): Raster | null;
}

/** Memory that the module declares to need, in pages. */
const LEAST_PAGES = 256;
/** Calls and turns of loops: about 3 s of CPU time. Pictures take 23 to 138 a pixel (measured), and a megapixel fits. */
const MAX_STEPS = 300_000_000;

/** `module`: `wasm/jxl-decoder`, compiled. */
export function createJxlDecoder(module: WebAssembly.Module): Decode {
  const factory = jxlDecode as ModuleFactory<unknown>;
  const bounds = { leastPages: LEAST_PAGES, steps: MAX_STEPS };
  const codec = boundedEmscripten<JxlDecoder>(factory, module, bounds);
  const counts = createCounts();
  return async (file, { source }, limit) => {
    let hitSteps = () => false;
    const instantiate = async (bytes: number) => {
      const instance = await codec(bytes);
      hitSteps = instance.hitSteps;
      return instance;
    };
    const decode = () => withInstance(counts, instantiate, limit, (one) => one.codec.decode(file));
    const raster = await decode().catch((error: unknown) => {
      if (error instanceof PictorError) throw error;
      if (hitSteps()) throw tooLarge("more steps than it may", error);
      if (error instanceof MemoryLimitError) throw tooLarge("more memory than there is", error);
      throw failed(error);
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

function tooLarge(what: string, cause: unknown): PictorError {
  return new PictorError(
    "picture_too_large",
    {
      detail: `Decoding this JPEG XL takes ${what}.`,
      fix: "Store the picture in a smaller size.",
    },
    { cause },
  );
}

/** A trap or a C++ exception: the picture cannot be made, and the instance is gone. */
function failed(cause: unknown): PictorError {
  return new PictorError("broken_image", { detail: "The JPEG XL cannot be decoded." }, { cause });
}
