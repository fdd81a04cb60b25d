/**
 * What a job really takes: the WebAssembly memories of all modules that work on it, as long as each lives (the engine's
 * own and those that decode, encode and convert colours), and the copies that JavaScript holds between them.
 */
import { createPictorEngine, type OtherModules } from "../../../src/engine/pictor/engine.ts";
import { createPool, type Pool } from "../../../src/engine/pictor/pool.ts";
import type { Plan } from "../../../src/image/job.ts";
import { neededBytes } from "../../../src/image/memory-pictor.ts";
import { type Raster, rasterBytes } from "../../../src/image/raster.ts";
import type { HeldSource, RenderResult } from "../../../src/ports.ts";
import { others } from "../modules.ts";
import { module } from "../pictor/module.ts";
import { streamOf } from "../plans.ts";

const PAGE_BYTES = 65_536;

/** In bytes. */
export interface Taken {
  /** All memories at the moment when they were most, with what was handed from one module to the next. */
  readonly held: number;
  /** The same, but of each memory only up to the last byte that was written. */
  readonly used: number;
  /** Each instance of the engine's module, in the order in which they were made: overlays, then the picture. */
  readonly instances: readonly number[];
  /** Of the last of them, up to the last byte that was written. */
  readonly written: number;
  /** Of every module, each that was made. */
  readonly memories: readonly number[];
}

export interface Measured<Result> {
  readonly result: Result;
  readonly taken: Taken;
}

export interface Overlay {
  readonly file: Uint8Array;
}

export interface Meter {
  render(
    plan: Plan,
    file: Uint8Array,
    overlays?: readonly Overlay[],
  ): Promise<Measured<RenderResult>>;
  look(plan: Plan, file: Uint8Array): Promise<Measured<Raster>>;
}

/** Bytes up to the last that was written: a new memory is zero. */
function highWater({ buffer }: WebAssembly.Memory): number {
  const words = new BigUint64Array(buffer);
  return (words.findLastIndex((word) => word !== 0n) + 1) * 8;
}

/**
 * An engine whose modules are watched. `tight`: its own module gets just the pages that were priced, without what
 * rounding to size classes adds.
 */
export function createMeter({ tight = false } = {}): Meter {
  const alive = new Set<WebAssembly.Memory>();
  let [held, used] = [0, 0];
  // Rasters: of overlays that are ready, and what a decoder handed over whole.
  let [drawn, beside, overlaysLeft] = [0, 0, 0];
  let written = 0;
  let memories: WebAssembly.Memory[] = [];
  let [instances, prices]: [number[], (number | undefined)[]] = [[], []];

  function note(more: number): void {
    const copies = drawn + beside + more;
    let [all, filled] = [copies, copies];
    for (const memory of alive) {
      all += memory.buffer.byteLength;
      filled += highWater(memory);
    }
    held = Math.max(held, all);
    used = Math.max(used, filled);
  }

  /** Memories that are made meanwhile go with it. */
  async function within<Result>(
    work: () => Result | Promise<Result>,
    bytesOf: (result: Result) => number,
  ): Promise<Result> {
    const before = new Set(alive);
    try {
      const result = await work();
      note(bytesOf(result));
      return result;
    } finally {
      for (const memory of alive) if (!before.has(memory)) alive.delete(memory);
    }
  }

  const inner = createPool({ module, maxIdleBytes: 0 });
  const pool: Pool = {
    ...inner,
    run: async (bytes, job) => {
      const price = prices.shift();
      instances.push(bytes);
      const pages = Math.ceil((price ?? bytes) / PAGE_BYTES);
      const output = await within(
        () =>
          inner.run(tight ? pages * PAGE_BYTES : bytes, async (instance) => {
            const made = await job(instance);
            written = highWater(instance.memory);
            return made;
          }),
        lengthOf,
      );
      beside = 0;
      if (overlaysLeft > 0) drawn += lengthOf(output);
      overlaysLeft--;
      // An AVIF's decoder lives as long as its planes are wanted.
      alive.clear();
      return output;
    },
  };
  const { decoders, encodeAvif, encodeJxl, colourTable, sanitiseSvg } = others;
  const watched: OtherModules = {
    ...(sanitiseSvg && { sanitiseSvg }),
    // One that makes a whole raster is gone when the engine begins; its raster is there until that has ended.
    decoders: Object.fromEntries(
      Object.entries(decoders).map(([format, decode]) => [
        format,
        async (file: Uint8Array, plan: Plan, limit: number) => {
          if (format !== "jxl" && format !== "svg") return decode(file, plan, limit);
          const decoded = await within(
            () => decode(file, plan, limit),
            () => rasterBytes(plan.source),
          );
          beside = rasterBytes(plan.source);
          return decoded;
        },
      ]),
    ),
    encodeAvif: (planes, ...rest) =>
      within(
        () => encodeAvif(planes, ...rest),
        (file) => planes.bytes.length + file.length,
      ),
    encodeJxl: (raster, ...rest) =>
      within(
        () => encodeJxl(raster, ...rest),
        (file) => raster.data.length + file.length,
      ),
    colourTable: (conversion, limit) => {
      const before = new Set(alive);
      const table = colourTable(conversion, limit);
      note(table?.length ?? 0);
      for (const memory of alive) if (!before.has(memory)) alive.delete(memory);
      return table;
    },
  };
  const engine = createPictorEngine({ pool, others: watched });
  const priceOf = (plan: Plan, { length }: Uint8Array) =>
    // What is in an icon shows when it is read.
    plan.source.format === "ico" ? undefined : neededBytes(plan, engine.streams(plan) ? 0 : length);

  async function measured<Result>(
    work: () => Promise<Result>,
    wanted: readonly (number | undefined)[],
  ): Promise<Measured<Result>> {
    alive.clear();
    [held, used, drawn, beside, overlaysLeft] = [0, 0, 0, 0, wanted.length - 1];
    [instances, prices] = [[], [...wanted]];
    memories = [];
    const restore = watch((memory) => {
      alive.add(memory);
      memories.push(memory);
    });
    try {
      const result = await work();
      const sizes = memories.map(({ buffer }) => buffer.byteLength);
      return { result, taken: { held, used, instances, written, memories: sizes } };
    } finally {
      restore();
    }
  }

  return {
    look: (plan, file) => measured(() => engine.look(plan, streamOf(file)), [priceOf(plan, file)]),
    render: (plan, file, overlays = []) => {
      const { draw = [] } = plan;
      const wanted = [
        ...draw.map((drawn, i) => priceOf(drawn.plan, overlays[i]!.file)),
        priceOf(plan, file),
      ];
      const files = overlays.map(({ file: bytes }) => heldFile(bytes));
      return measured(async () => {
        const result = await engine.render(plan, streamOf(file), files);
        // Parts of an animation, and what they are joined to.
        const { length } = result.bytes;
        held = Math.max(held, plan.frames?.show === "all" ? 2 * length : length);
        return result;
      }, wanted);
    },
  };
}

const lengthOf = (output: unknown) => (output instanceof Uint8Array ? output.length : 0);

function heldFile(bytes: Uint8Array): HeldSource {
  const refuse = () => Promise.reject(new Error("nobody looks at it"));
  const open = () => streamOf(bytes);
  return { size: bytes.length, open, look: refuse, render: refuse, release: () => undefined };
}

/** Tells of every memory that is made from now on, by JavaScript or by a module for itself. */
function watch(tell: (memory: WebAssembly.Memory) => void): () => void {
  const { Memory, Instance } = WebAssembly;
  // Proxies, as `instanceof` has to hold for memories that modules make.
  WebAssembly.Memory = new Proxy(Memory, {
    construct(_, [descriptor]) {
      const memory = new Memory(descriptor);
      tell(memory);
      return memory;
    },
  });
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, [module_, imports]) {
      const instance = new Instance(module_, imports);
      for (const value of Object.values(instance.exports)) if (value instanceof Memory) tell(value);
      return instance;
    },
  });
  return () => {
    WebAssembly.Memory = Memory;
    WebAssembly.Instance = Instance;
  };
}
