/** Nothing that was seen is kept. */
import type { Sights } from "../../src/ports.ts";

export const NO_SIGHTS: Sights = {
  recall: async () => undefined,
  remember: async () => {},
};
