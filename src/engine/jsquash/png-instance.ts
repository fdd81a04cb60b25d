import type { Raster } from "../../image/raster.ts";
import type { Instantiate } from "../emscripten/instance.ts";

/** jSquash's PNG codec: Rust's `png` crate. */
export interface PngCodec {
  /** Takes a file in parts, asked for twice. The pixels are a view into the instance's memory, which they keep alive. */
  decode(parts: () => Iterable<Uint8Array>): Raster;
  encode(rgba: Uint8ClampedArray, width: number, height: number): Uint8Array;
}

interface PngExports {
  readonly memory: WebAssembly.Memory;
  readonly decode: (pointer: number, length: number) => number;
  readonly encode: (
    result: number,
    pointer: number,
    length: number,
    width: number,
    height: number,
    bitDepth: number,
  ) => void;
  readonly __wbindgen_add_to_stack_pointer: (bytes: number) => number;
  readonly __wbindgen_malloc: (bytes: number, align: number) => number;
}

/**
 * Our own glue for `squoosh_png_bg.wasm`, in place of the package's: that one holds a single instance for ever (a
 * trapped one too), copies the pixels once more, and needs a global `ImageData`. The names of the imports carry
 * wasm-bindgen's hashes: a new version of the package may need them changed, and then fails to instantiate.
 */
export function pngCodec(module: WebAssembly.Module): Instantiate<PngCodec> {
  return async (limit) => {
    const kept: unknown[] = [];
    const keep = (value: unknown) => kept.push(value) - 1;
    const wbg = {
      __wbindgen_memory: () => keep(wasm.memory),
      __wbg_buffer_a448f833075b71ba: (memory: number) =>
        keep((kept[memory] as WebAssembly.Memory).buffer),
      __wbg_newwithbyteoffsetandlength_099217381c451830: (
        buffer: number,
        offset: number,
        length: number,
      ) => keep(new Uint16Array(kept[buffer] as ArrayBuffer, offset >>> 0, length >>> 0)),
      __wbindgen_object_drop_ref: (index: number) => {
        kept[index] = undefined;
      },
      // "Owned": the codec gives this memory away. It is never freed; it goes with the instance.
      __wbg_newwithownedu8clampedarrayandsh_91db5987993a08fb: (
        pointer: number,
        length: number,
        width: number,
        height: number,
      ) => {
        const data = new Uint8ClampedArray(wasm.memory.buffer, pointer >>> 0, length >>> 0);
        return keep({ data, width: width >>> 0, height: height >>> 0 });
      },
      __wbindgen_throw: (pointer: number, length: number) => {
        const text = new Uint8Array(wasm.memory.buffer, pointer >>> 0, length >>> 0);
        throw new Error(new TextDecoder().decode(text));
      },
    };
    const instance = new WebAssembly.Instance(module, { wbg });
    const wasm = instance.exports as unknown as PngExports;
    return {
      codec: {
        decode: (parts) => {
          const { pointer, length } = pass(wasm, parts);
          return kept[wasm.decode(pointer, length)] as Raster;
        },
        encode: (rgba, width, height) => encode(wasm, rgba, width, height),
      },
      memory: wasm.memory,
      messages: [],
      // Rust grows the memory itself, so nothing can refuse; a call that went beyond is known by its size.
      hitLimit: () => wasm.memory.buffer.byteLength > limit,
    };
  };
}

function encode(wasm: PngExports, rgba: Uint8ClampedArray, width: number, height: number) {
  const result = wasm.__wbindgen_add_to_stack_pointer(-16);
  const pixels = pass(wasm, () => [rgba]);
  wasm.encode(result, pixels.pointer, pixels.length, width, height, 8);
  const [pointer, length] = new Uint32Array(wasm.memory.buffer, result, 2);
  return new Uint8Array(wasm.memory.buffer, pointer!, length!).slice();
}

/** Copies bytes into the codec's memory, which the call then owns. */
function pass(wasm: PngExports, parts: () => Iterable<Uint8Array | Uint8ClampedArray>) {
  let length = 0;
  for (const part of parts()) length += part.length;
  const pointer = wasm.__wbindgen_malloc(length, 1) >>> 0;
  const memory = new Uint8Array(wasm.memory.buffer, pointer, length);
  let at = 0;
  for (const part of parts()) {
    memory.set(part, at);
    at += part.length;
  }
  return { pointer, length };
}
