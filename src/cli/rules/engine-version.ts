/** The version of the engine that keys are made with, without the modules that it runs. */
import { createJsquashEngine } from "../../engine/jsquash/engine.ts";
import { composite } from "../../engine/pictor/composite.ts";
import { createPictorEngine } from "../../engine/pictor/engine.ts";

/** The engines are made as `engine/compose.ts` makes them, and never asked for a picture. */
export function engineVersion(): string {
  const own = createPictorEngine({ pool: {} as never, encodeRaster: async () => new Uint8Array() });
  return composite(own, createJsquashEngine({ modules: {} as never })).version;
}
