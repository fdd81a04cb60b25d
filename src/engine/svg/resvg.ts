/**
 * One drawing by resvg (`wasm/resvg`: memory and steps have an end). An instance draws once and is dropped. This is what
 * the package's own glue does, without its one global instance: wasm-bindgen passes JavaScript values as numbers.
 */
import type { Raster } from "../../image/raster.ts";
import { createMemory } from "../pictor/instantiate.ts";

interface ResvgExports {
  /** What `bound.mjs` adds: steps that are left, pages of memory that may be had, whether more were wanted. */
  readonly fuel: WebAssembly.Global;
  readonly most: WebAssembly.Global;
  readonly full: WebAssembly.Global;
  readonly __wbindgen_add_to_stack_pointer: (bytes: number) => number;
  readonly __wbindgen_malloc: (bytes: number, align: number) => number;
  readonly resvg_new: (
    result: number,
    svg: number,
    options: number,
    optionsBytes: number,
    fonts: number,
  ) => void;
  readonly resvg_render: (result: number, resvg: number) => void;
  readonly renderedimage_width: (image: number) => number;
  readonly renderedimage_height: (image: number) => number;
  readonly renderedimage_pixels: (image: number) => number;
}

export interface DrawingLimits {
  /** Bytes of memory. */
  readonly memory: number;
  /** Calls and turns of loops. */
  readonly steps: number;
}

/** Why nothing was drawn: `memory` and `steps` ran out, or the SVG was not understood. */
export class DrawingError extends Error {
  override readonly name = "DrawingError";
  readonly reason: "memory" | "steps" | "svg";

  constructor(reason: DrawingError["reason"], cause: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

const PAGE_BYTES = 65_536;
/** Memory that the module declares to need. */
const LEAST_PAGES = 23;
const OPTIONS = JSON.stringify({ font: { loadSystemFonts: false } });

/** Colours are premultiplied. The SVG says the size. @throws DrawingError */
export function draw(module: WebAssembly.Module, svg: Uint8Array, limits: DrawingLimits): Raster {
  const pages = Math.floor(limits.memory / PAGE_BYTES);
  if (pages < LEAST_PAGES) throw new DrawingError("memory", undefined);
  const memory = createMemory(pages * PAGE_BYTES);
  const values = createValues();
  const imports = { wbg: bindings(values, memory), env: { memory } };
  const { exports } = new WebAssembly.Instance(module, imports);
  const resvg = exports as unknown as ResvgExports;
  resvg.fuel.value = limits.steps;
  resvg.most.value = pages;
  try {
    return drawn(resvg, values, memory, svg);
  } catch (error) {
    throw new DrawingError(reasonOf(resvg, error), error);
  }
}

/** Of nodes, too, there are only so many, uses of uses included. */
function reasonOf({ fuel, full }: ResvgExports, error: unknown): DrawingError["reason"] {
  if (fuel.value === 0 || String(error).includes("nodes limit")) return "steps";
  return full.value === 1 ? "memory" : "svg";
}

function drawn(
  resvg: ResvgExports,
  values: Values,
  memory: WebAssembly.Memory,
  svg: Uint8Array,
): Raster {
  const options = new TextEncoder().encode(OPTIONS);
  const at = resvg.__wbindgen_malloc(options.length, 1);
  new Uint8Array(memory.buffer).set(options, at);
  const result = resvg.__wbindgen_add_to_stack_pointer(-16);
  const words = () => new DataView(memory.buffer, result, 12);
  const checked = () => {
    if (words().getUint32(8, true) !== 0) throw values.take(words().getUint32(4, true));
    return words().getUint32(0, true);
  };
  resvg.resvg_new(result, values.add(svg), at, options.length, 0);
  const tree = checked();
  resvg.resvg_render(result, tree);
  const image = checked();
  const pixels = values.take(resvg.renderedimage_pixels(image)) as Uint8Array<ArrayBuffer>;
  return {
    width: resvg.renderedimage_width(image),
    height: resvg.renderedimage_height(image),
    data: new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length),
  };
}

/** JavaScript's values as the module knows them. 0 is nothing. */
interface Values {
  readonly add: (value: unknown) => number;
  readonly get: (key: number) => unknown;
  readonly take: (key: number) => unknown;
}

function createValues(): Values {
  const values: unknown[] = [undefined];
  return {
    add: (value) => values.push(value) - 1,
    get: (key) => values[key],
    take(key) {
      const value = values[key];
      values[key] = undefined;
      return value;
    },
  };
}

/** The imports of version 2.6.2 that a drawing without fonts calls; any other is a mistake, and ends the drawing. */
function bindings(values: Values, memory: WebAssembly.Memory): WebAssembly.ModuleImports {
  const text = (at: number, bytes: number) =>
    new TextDecoder().decode(new Uint8Array(memory.buffer, at >>> 0, bytes >>> 0));
  const bytes = (key: number) => values.get(key) as Uint8Array;
  return {
    __wbg_new_28c511d9baebfa89: (at: number, size: number) => values.add(new Error(text(at, size))),
    __wbindgen_memory: () => values.add(memory),
    __wbg_buffer_12d079cc21e14bdb: (key: number) =>
      values.add((values.get(key) as WebAssembly.Memory).buffer),
    __wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb: (key: number, at: number, size: number) =>
      values.add(new Uint8Array(values.get(key) as ArrayBuffer, at >>> 0, size >>> 0)),
    __wbindgen_object_drop_ref: (key: number) => void values.take(key),
    __wbg_new_63b92bc8671ed464: (key: number) => values.add(new Uint8Array(bytes(key))),
    __wbg_values_839f3396d5aac002: notCalled,
    __wbg_next_196c84450b364254: notCalled,
    __wbg_done_298b57d23c0fc80c: notCalled,
    __wbg_value_d93c65011f51a456: notCalled,
    __wbg_instanceof_Uint8Array_2b3bbecd033d19f6: (key: number) =>
      Number(values.get(key) instanceof Uint8Array),
    __wbindgen_string_get: notCalled,
    __wbg_new_16b304a2cfa7ff4a: () => values.add([]),
    __wbindgen_string_new: (at: number, size: number) => values.add(text(at, size)),
    __wbg_push_a5b05aedc7234f9f: notCalled,
    __wbg_length_c20a40f15020d68a: (key: number) => bytes(key).length,
    __wbg_set_a47bac70306a19a7: (key: number, from: number, at: number) =>
      bytes(key).set(bytes(from), at >>> 0),
    __wbindgen_throw: (at: number, size: number) => {
      throw new Error(text(at, size));
    },
  };
}

function notCalled(): never {
  throw new Error("resvg called for what no drawing needs");
}
