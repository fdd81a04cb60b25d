/**
 * jSquash as its users write it: decode, resize (Lanczos3), encode, whole pictures in memory. The encoders get the
 * options that the service gives them (mozjpeg's slow passes off), and the resize works on sRGB as the others do.
 */
import { createRequire } from "node:module";
import decodeJpeg, { init as initDecoder } from "@jsquash/jpeg/decode.js";
import encodeJpeg, { init as initJpeg } from "@jsquash/jpeg/encode.js";
import resize, { initResize } from "@jsquash/resize";
import encodeWebp, { init as initWebp } from "@jsquash/webp/encode.js";
import { jpegOptions, webpOptions } from "../../../src/engine/jsquash/options.ts";
import { compiled } from "../compiled.ts";
import type { Task } from "../task.ts";

const { resolve } = createRequire(import.meta.url);
const moduleAt = (path: string) => compiled(resolve(path));

export interface Jsquash {
  /** New instances of decoder and encoders, so that `memory` tells of the jobs from now on. */
  renew(): Promise<void>;
  render(task: Task): Promise<Uint8Array>;
  /** Bytes of WASM memory of decoder and encoders, which only grows. The resizer's comes on top. */
  memory(): number;
}

export async function createJsquash(): Promise<Jsquash> {
  Object.assign(globalThis, { ImageData: Pixels });
  const decoder = moduleAt("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
  const jpeg = moduleAt("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm");
  const webp = moduleAt("@jsquash/webp/codec/enc/webp_enc_simd.wasm");
  await initResize(moduleAt("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm"));
  let memories: WebAssembly.Memory[] = [];

  return {
    async renew() {
      memories = [];
      await watched(decoder, memories)(initDecoder);
      await watched(jpeg, memories)(initJpeg);
      await watched(webp, memories)(initWebp);
    },
    async render({ photo, plan, format }) {
      const { width, height } = plan.output;
      const file = photo.file.buffer as ArrayBuffer;
      const decoded = await decodeJpeg(file, { preserveOrientation: true });
      const small = await resize(decoded, {
        width,
        height,
        method: "lanczos3",
        premultiply: false,
        linearRGB: false,
      });
      const encoded =
        format === "jpeg"
          ? await encodeJpeg(small, jpegOptions(plan.output) as object)
          : await encodeWebp(small, webpOptions(plan.output) as object);
      return new Uint8Array(encoded);
    },
    memory: () => memories.reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0),
  };
}

type Init = (module: WebAssembly.Module, overrides: object) => Promise<unknown>;

/** Emscripten's own hook for making the instance; the names of its exports are minified. */
function watched(module: WebAssembly.Module, memories: WebAssembly.Memory[]) {
  const instantiateWasm = (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => {
    const instance = new WebAssembly.Instance(module, imports);
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.push(value);
    }
    done(instance);
    return instance.exports;
  };
  return (init: Init) => init(module, { instantiateWasm });
}

/** What browsers have, and jSquash makes. */
class Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}
