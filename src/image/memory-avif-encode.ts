/**
 * What the AVIF encoder's module (`wasm/avif-encoder`) takes: an instance gets a memory of just this size, planes and
 * file included, in the size classes of `memory-pictor.ts`, so that it can be used again. Pure. Measured, MiB (the price beside it):
 *
 * | result                          | photo, quality 88 | noise, quality 100 |
 * |---------------------------------|-------------------|--------------------|
 * | 1×1, 4:2:0                      | 2.4               | 2.4 (3.0)          |
 * | 512×512, 4:2:0                  | 7.4 (9)           | 9.1 (10)           |
 * | 512×512, 4:4:4                  | 11.4 (15)         | 15 (18)            |
 * | 800×600, 4:2:0                  | 12 (16)           | 15.6 (18)          |
 *
 * Alpha is encoded after colour, in the same memory, and takes less.
 */
import type { Output } from "./job.ts";
import { sizeClass } from "./memory-pictor.ts";

const MIB = 2 ** 20;

/** Static data, stack, and what libaom takes for a picture of one pixel. */
const LEAST_BYTES = { "420": 2.6 * MIB, "444": 3.1 * MIB };
/**
 * A pixel: the planes three times (handed over, as libaom's source, as what a decoder will see), coefficients of 32
 * bits, modes, and room for a file of twice the planes' size.
 */
const PER_PIXEL = { "420": 20.5, "444": 38 };
/**
 * Of pictures that are drawn (few colours, hard edges), for which libaom has tools of their own, each row of superblocks
 * takes something, too: in narrow ones more than the pixels have room for. Measured, 75 × 1500 px: 7.1 MiB, of a plain
 * picture 5.8.
 */
const NARROW_PER_PIXEL = { "420": 17.2, "444": 32 };
const ROW_BYTES = 184_000;
/** libaom works in superblocks of 64 or 128. */
const SUPERBLOCK = 128;

export function avifEncoderBytes(output: Output): number {
  const chroma = output.lossless ? "444" : output.chroma;
  const worked = up(output.width, SUPERBLOCK) * up(output.height, SUPERBLOCK);
  const rows = Math.ceil(output.height / SUPERBLOCK);
  const planes = Math.max(
    PER_PIXEL[chroma] * worked,
    NARROW_PER_PIXEL[chroma] * worked + ROW_BYTES * rows,
  );
  return sizeClass(LEAST_BYTES[chroma] + planes + 3.2 * fileBytes(output));
}

/**
 * The file of noise, the worst there is: half as large for each 20 of quality, down to 75, below which little changes.
 * Its buffer doubles while the one before still lives: three times.
 */
function fileBytes({ width, height, chroma, quality, lossless }: Output): number {
  const samples = (lossless || chroma === "444" ? 3 : 1.5) * width * height;
  const less = lossless ? 0 : Math.min(25, 100 - quality);
  return samples * 1.5 * 2 ** (-less / 20);
}

/** The file that is made, and its parts before they are put together: noise at most. */
export function avifFileBytes(output: Output): number {
  return 2 * fileBytes(output) + (output.alpha ? 2 * output.width * output.height : 0) + 4096;
}

function up(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}
