/** Every example that is compared with an oracle. Those that depend on what the service saw are in the test itself. */
import { COLOUR } from "./colour-oracles.ts";
import type { Oracles } from "./expected.ts";
import { OUTPUT } from "./output-oracles.ts";
import { OVERLAY } from "./overlay-oracles.ts";
import { PARTS } from "./part-oracles.ts";
import { SIZE } from "./size-oracles.ts";

export const ORACLES: Oracles = { ...SIZE, ...PARTS, ...COLOUR, ...OVERLAY, ...OUTPUT };
