/** Bytes of one plane's resizer: the same sums as `resizer_bytes` in `wasm/engine/src/resize.c`. */
import type { PlaneMap } from "./memory-pictor-map.ts";

/** Longest filter whose source rows are kept; beyond, they are added up as they come. */
const RING_TAPS = 40;
const SUM_SLOTS = 8;
const ROW_BATCH = 4;

const up = (n: number, to: number) => Math.ceil(n / to) * to;

export function resizerBytes({ from, scale, to }: PlaneMap): number {
  const across = windowOf(from.width, scale.x);
  const down = windowOf(from.height, scale.y);
  const columns = up(Math.min(from.width, Math.ceil(scale.x * to.width) + across + 2), 16);
  const taps = { across: up(across, 8), down: up(down, 2) };
  const horizontal = up(to.width, 4) * (8 + 2 * taps.across);
  const vertical = to.height * (8 + 2 * taps.down);
  const rows = down > RING_TAPS ? columns * (ROW_BATCH + 4 * SUM_SLOTS) : columns * taps.down;
  const middle = 2 * (columns + taps.across);
  return 512 + 80 + horizontal + vertical + 8 * Math.max(across, down) + rows + middle;
}

/** Lanczos3 spans six samples of the smaller of both sides. */
function windowOf(source: number, scale: number): number {
  return Math.min(Math.ceil(6 * Math.max(1, scale)), source);
}
