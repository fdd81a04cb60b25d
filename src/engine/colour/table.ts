/** A colour profile as a table, by the module that reads profiles: an instance for each, dropped after that. */
import type { Conversion } from "../../image/colour/conversion.ts";
import type { Gamut } from "../../image/job.ts";
import { GRID, tableBytes } from "../../image/memory-colour.ts";
import { EngineFailure } from "../pictor/failure.ts";
import { createMemory, instantiate } from "../pictor/instantiate.ts";
import type { ColourTable } from "./numbers.ts";

const PAGE_BYTES = 65_536;

/** What `wasm/colour` exports. Addresses are offsets into the memory, which is imported. */
interface ColourExports {
  readonly _initialize: () => void;
  readonly colour_input: (bytes: number) => number;
  readonly colour_table: (bytes: number, channels: number, grid: number, gamut: number) => number;
}

/** `TO_*` of `wasm/colour/src/colour.c`. */
const GAMUTS: Readonly<Record<Gamut, number>> = { srgb: 0, "display-p3": 1 };

export function createColourTable(module: WebAssembly.Module): ColourTable {
  return (conversion, limit) => {
    const memory = createMemory(Math.max(1, Math.ceil(limit / PAGE_BYTES)) * PAGE_BYTES);
    try {
      return tableOf(conversion, instantiate(module, memory) as unknown as ColourExports, memory);
    } catch (error) {
      if (isOfProfile(error)) return undefined;
      throw error;
    }
  };
}

/** A trap, and memory that does not suffice, only a profile that is made for it comes to. */
function isOfProfile(error: unknown): boolean {
  return error instanceof EngineFailure || error instanceof WebAssembly.RuntimeError;
}

function tableOf(
  { profile: { icc, space }, gamut }: Extract<Conversion, { kind: "table" }>,
  exports: ColourExports,
  memory: WebAssembly.Memory,
): Uint8Array | undefined {
  exports._initialize();
  new Uint8Array(memory.buffer).set(icc, exports.colour_input(icc.length));
  const channels = space === "cmyk" ? 4 : 3;
  const at = exports.colour_table(icc.length, channels, GRID[space], GAMUTS[gamut]);
  return at === 0 ? undefined : new Uint8Array(memory.buffer).slice(at, at + tableBytes(space));
}
