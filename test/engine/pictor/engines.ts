import { createPictorEngine } from "../../../src/engine/pictor/engine.ts";
import { createPool } from "../../../src/engine/pictor/pool.ts";
import { others } from "../modules.ts";
import { module } from "./module.ts";

/** An engine of its own for a test, with the pool that it works with. */
export function openEngine() {
  const pool = createPool({ module, maxIdleBytes: 24 * 2 ** 20 });
  return { pool, engine: createPictorEngine({ pool, others }) };
}
