import { readFileSync } from "node:fs";

/** Workers' types know no constructor: there, modules come compiled. */
type Compile = new (bytes: Uint8Array) => WebAssembly.Module;

export function compiled(path: string): WebAssembly.Module {
  return new (WebAssembly.Module as unknown as Compile)(readFileSync(path));
}
