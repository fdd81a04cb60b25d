/** Damaged copies of good files, the same ones in every run. */
import type { Entry } from "./manifest.ts";

const FORMATS = ["jpeg", "png", "webp", "avif", "gif", "bmp", "ico", "tiff", "jxl", "svg"];
const FILES_PER_FORMAT = 3;
const MUTANTS_PER_FILE = 20;
const MOST_BYTES = 60_000;
/** Bytes at the start of a file that get as many hits as all the rest: a hit in a header does more. */
const HEADER_BYTES = 512;
const MOST_CHANGES = 20;
/** Left alone, or too many would be refused for their first bytes and never reach a probe or a decoder. */
const MAGIC_BYTES = 8;

/** Good files to damage: of each format a few, spread evenly over their paths, so that their kinds differ. */
export function mutationSources(good: readonly Entry[]): Entry[] {
  return FORMATS.flatMap((format) => {
    const small = good.filter((entry) => entry.format === format && entry.bytes <= MOST_BYTES);
    const count = Math.min(FILES_PER_FORMAT, small.length);
    return Array.from(
      { length: count },
      (_, i) => small[Math.floor(((i + 0.5) * small.length) / count)]!,
    );
  });
}

/** One in five is cut short, the others get 1 to 20 other bytes. `file` is longer than its magic number. */
export function* mutants(file: Uint8Array, seed: number): Generator<Uint8Array> {
  const random = mulberry32(seed);
  const below = (n: number) => Math.floor(random() * n);
  for (let n = 0; n < MUTANTS_PER_FILE; n++) {
    if (n % 5 === 0) {
      yield file.slice(0, below(file.length));
      continue;
    }
    const mutant = file.slice();
    for (let changes = 1 + below(MOST_CHANGES); changes > 0; changes--) {
      const reach = random() < 0.5 ? Math.min(HEADER_BYTES, mutant.length) : mutant.length;
      mutant[MAGIC_BYTES + below(reach - MAGIC_BYTES)] = below(256);
    }
    yield mutant;
  }
}

/** Tommy Ettinger's generator; 32 bits of state are enough to pick bytes. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
